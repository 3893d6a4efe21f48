import { expect, it } from 'vitest';
import { nextBand } from '../../src/analysis/bands.js';
import type { MemoryBand } from '../../src/analysis/bands.js';

it.each<[MemoryBand, number, MemoryBand]>([
  ['normal', 0, 'normal'],
  ['normal', 0.779, 'normal'],
  ['normal', 0.78, 'high'],
  ['normal', 0.969, 'high'],
  ['normal', 0.97, 'critical'],
  ['normal', 2, 'critical'],
  ['high', 0.73, 'high'],
  ['high', 0.729, 'normal'],
  ['high', 0.97, 'critical'],
  ['critical', 0.92, 'critical'],
  ['critical', 0.919, 'high'],
  ['critical', 0.73, 'high'],
  ['critical', 0.729, 'normal'],
])('after %s, %f of the limit is %s', (band, share, next) => {
  expect(nextBand(band, share)).toBe(next);
});
