import { describe, expect, it } from 'vitest';
import { percentage } from '../src/percentage.js';

describe('a percentage', () => {
  it.each([
    [0, '0%', '0%'],
    [1e-30, '<0.1%', '<0,1%'],
    [0.0004999, '<0.1%', '<0,1%'],
    [0.0005, '0.1%', '0,1%'],
    [0.001, '0.1%', '0,1%'],
    [0.048, '4.8%', '4,8%'],
    [0.5, '50.0%', '50,0%'],
    [0.931, '93.1%', '93,1%'],
    [0.999, '99.9%', '99,9%'],
    [0.99949, '99.9%', '99,9%'],
    [0.9995, '>99.9%', '>99,9%'],
    [0.9999999, '>99.9%', '>99,9%'],
    [1, '100%', '100%'],
  ])('of %d reads %s and %s', (probability, english, indonesian) => {
    expect(percentage(probability, 'en')).toBe(english);
    expect(percentage(probability, 'id')).toBe(indonesian);
  });

  it('never claims certainty or impossibility that is not there', () => {
    const texts = new Set(Array.from({ length: 19_999 }, (_, step) => percentage((step + 1) / 20_000, 'en')));
    for (const text of ['0%', '0.0%', '100%', '100.0%']) expect([...texts]).not.toContain(text);
    expect([...texts]).toEqual(expect.arrayContaining(['<0.1%', '0.1%', '99.9%', '>99.9%']));
  });
});
