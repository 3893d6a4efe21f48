import { describe, expect, it } from 'vitest';
import { normalise } from '../../../src/vision/cam/normalise.js';
import { VisionError } from '../../../src/vision/vision-error.js';

function values(...map: number[]): number[] | null {
  const normalised = normalise(Float32Array.from(map));
  return normalised.evidence ? [...normalised.values] : null;
}

describe('normalising a map', () => {
  it('divides by the maximum', () => {
    expect(values(0, 1, 2, 4)).toEqual([0, 0.25, 0.5, 1]);
  });

  it('does not subtract the minimum, so that evidence everywhere stays evidence everywhere', () => {
    expect(values(2, 3, 4)).toEqual([0.5, 0.75, 1]);
    expect(values(7, 7)).toEqual([1, 1]);
  });

  it('makes negative values zero', () => {
    expect(values(-8, 2, -1, 1)).toEqual([0, 1, 0, 0.5]);
  });

  it('does not depend on the size of the numbers', () => {
    expect(values(1e-30, 2e-30)).toEqual([0.5, 1]);
    expect(values(1e30, 2e30)).toEqual([0.5, 1]);
  });

  it.each([
    ['all zero', [0, 0, 0]],
    ['all negative', [-1, -2, -3]],
    ['negative and zero', [-1, 0]],
    ['positive only by rounding, a millionth of what speaks against', [-1, 1e-6]],
  ])('finds no evidence in a map that is %s', (_name, map) => {
    expect(values(...map)).toBeNull();
  });

  it('finds evidence that is small beside what speaks against but more than rounding', () => {
    expect(values(-1, 1e-3)).toEqual([0, 1]);
  });

  it.each([
    ['not a number', NaN],
    ['infinite', Infinity],
    ['negatively infinite', -Infinity],
  ])('refuses a map with a value that is %s', (_name, value) => {
    const broken = (): unknown => normalise(Float32Array.of(1, value, 2));
    expect(broken).toThrow(VisionError);
    expect(broken).toThrow(expect.objectContaining({ code: 'invalid-model' }));
  });
});
