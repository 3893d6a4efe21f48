import { describe, expect, test } from 'vitest';
import { CalibrationTally } from '../../src/evaluation/calibration.js';

/** Adds photos of two classes: the first is said to be this likely, and is right so many times of so many. */
function say(tally: CalibrationTally, probability: number, right: number, of: number): void {
  for (let photo = 0; photo < of; photo++) {
    tally.add(Float32Array.of(probability, 1 - probability), 0, photo < right ? 0 : 1);
  }
}

describe('calibration', () => {
  test('is the gap between what is said and how often it is right, weighted by how often it is said', () => {
    const tally = new CalibrationTally(true);
    say(tally, 0.9, 7, 10);
    say(tally, 0.6, 8, 20);
    const { bins, error } = tally.result(1);
    // (10 · |0.9 − 0.7| + 20 · |0.6 − 0.4|) / 30
    expect(error).toBeCloseTo(0.2, 6);
    expect(bins.map(({ count, accuracy }) => [count, accuracy])).toEqual([
      [20, 0.4],
      [10, 0.7],
    ]);
  });

  test('finds the temperature at which what is said comes true', () => {
    const tally = new CalibrationTally(true);
    say(tally, 0.9, 70, 100);
    const { mended } = tally.result(0.5);
    // ln(0.9 / 0.1) / T = ln(0.7 / 0.3), on top of the 0.5 there was.
    expect(mended?.temperature).toBeCloseTo(0.5 * (Math.log(9) / Math.log(7 / 3)), 2);
    expect(mended?.error).toBeLessThan(0.002);
  });

  test('finds no temperature for independent sigmoids or from a handful of photos', () => {
    const sigmoids = new CalibrationTally(false);
    say(sigmoids, 0.9, 70, 100);
    const few = new CalibrationTally(true);
    say(few, 0.9, 7, 10);
    expect([sigmoids.result(1).mended, few.result(1).mended]).toEqual([null, null]);
    expect(sigmoids.result(1).error).toBeCloseTo(0.2, 6);
  });

  test('stands a probability of nought for the true class', () => {
    const tally = new CalibrationTally(true);
    say(tally, 1, 90, 100);
    expect(tally.result(1).mended?.temperature).toBeGreaterThan(1);
  });
});
