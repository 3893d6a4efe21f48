import { expect, it } from 'vitest';
import { nextBand } from '../../src/analysis/bands.js';
import type { MemoryBand } from '../../src/analysis/bands.js';

it.each<[MemoryBand, number, MemoryBand]>([
  ['normal', 0, 'normal'],
  ['normal', 1597, 'normal'],
  ['normal', 1598, 'high'],
  ['normal', 1986, 'high'],
  ['normal', 1987, 'critical'],
  ['normal', 4096, 'critical'],
  ['high', 1496, 'high'],
  ['high', 1495, 'normal'],
  ['high', 1987, 'critical'],
  ['critical', 1885, 'critical'],
  ['critical', 1884, 'high'],
  ['critical', 1496, 'high'],
  ['critical', 1495, 'normal'],
])('after %s, %i of 2048 MB is %s', (band, megabytes, next) => {
  expect(nextBand(band, megabytes * 2 ** 20, 2 ** 31)).toBe(next);
});

it.each<[number, MemoryBand]>([
  [79, 'normal'],
  [80, 'high'],
  [115, 'high'],
  [116, 'critical'],
])('of 128 MB, %i are %s: what a photo takes for a moment stays free', (megabytes, next) => {
  expect(nextBand('normal', megabytes * 2 ** 20, 128 * 2 ** 20)).toBe(next);
});
