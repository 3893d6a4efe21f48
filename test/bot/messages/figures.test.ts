import { describe, expect, it } from 'vitest';
import { aligned, bar, duration, share } from '../../../src/bot/messages/figures.js';

describe('a share', () => {
  it('has no decimals in a threshold without them', () => {
    expect([share(0.5, 'en'), share(0.625, 'en'), share(0.625, 'id')]).toEqual(['50%', '62.5%', '62,5%']);
  });
});

describe('a bar', () => {
  it('has ten cells whatever the value, and fills with it', () => {
    for (const value of [-1, 0, 0.04, 0.5, 0.96, 1, 2, Number.NaN]) expect(bar(value)).toMatch(/^▰*▱*$/u);
    for (const value of [-1, 0, 0.04, 0.5, 0.96, 1, 2, Number.NaN]) expect(bar(value)).toHaveLength(10);
    expect([bar(0), bar(0.5), bar(1)]).toEqual(['▱▱▱▱▱▱▱▱▱▱', '▰▰▰▰▰▱▱▱▱▱', '▰▰▰▰▰▰▰▰▰▰']);
  });
});

describe('figures in a column', () => {
  it('are as wide as the widest', () => {
    expect(aligned(['>99.9%', '4.8%', '0%'])).toEqual(['>99.9%', '\u2007\u20074.8%', '\u2007\u2007\u2007\u20070%']);
    expect(aligned([])).toEqual([]);
  });
});

describe('a duration', () => {
  const units = { d: 'd', h: 'h', min: 'min', s: 's' };
  it.each([
    [-1, '0 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [3600, '1 h 0 min'],
    [8075, '2 h 14 min'],
    [90_000, '1 d 1 h'],
  ])('of %d seconds reads %s', (seconds, expected) => {
    expect(duration(seconds, units)).toBe(expected);
  });
});
