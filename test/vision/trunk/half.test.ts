import { expect, it } from 'vitest';
import { fromHalves, toHalves } from '../../../src/vision/trunk/onnx/half.js';

const ALL = Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits);
const isNumber = (bits: number): boolean => (bits & 0x7c00) !== 0x7c00;

it('every number of 16 bits comes back as it was', () => {
  const finite = ALL.filter(isNumber);
  expect(toHalves(fromHalves(finite))).toEqual(finite);
});

// Bits by IEEE 754-2008, section 3.4.
it.each([
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [1 / 3, 0x3555],
  [-0, 0x8000],
  [Infinity, 0x7c00],
])('%f is %i', (number, bits) => {
  expect(toHalves(Float32Array.of(number))).toEqual(Uint16Array.of(bits));
  expect(fromHalves([bits])[0]).toBeCloseTo(number, 3);
});

it('what lies between is rounded to the nearest, a tie to the even one, and what is too large is infinite', () => {
  const given = Float32Array.of(2049, 2051, 65519, 65520, 1e30, 1e-9);
  expect([...fromHalves(toHalves(given))]).toEqual([2048, 2052, 65504, Infinity, Infinity, 0]);
  expect(fromHalves(toHalves(Float32Array.of(NaN)))[0]).toBeNaN();
});
