import { describe, expect, it } from 'vitest';
import { probabilitiesOf } from '../../src/vision/probabilities.js';

const of = (...scores: number[]) => Float32Array.from(scores);
/** Scores whose softmax is 1/6, 2/6, 3/6. */
const SIXTHS = of(Math.log(1), Math.log(2), Math.log(3));

function close(actual: Float32Array, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, index) => {
    expect(actual[index]).toBeCloseTo(value, 6);
  });
}

describe('probabilities from scores', () => {
  it.each(['softmax', 'linear'] as const)('of %s sum to one in the ratio of their powers', (kind) => {
    close(probabilitiesOf(SIXTHS, kind), [1 / 6, 2 / 6, 3 / 6]);
  });

  it('of scores beyond what exp can hold are still numbers', () => {
    close(probabilitiesOf(of(1000, 1000, -1000), 'softmax'), [0.5, 0.5, 0]);
  });

  it('of one sigmoid are the two of its two classes', () => {
    close(probabilitiesOf(of(0), 'one-sigmoid'), [0.5, 0.5]);
    close(probabilitiesOf(of(Math.log(3)), 'one-sigmoid'), [0.25, 0.75]);
    close(probabilitiesOf(of(-500), 'one-sigmoid'), [1, 0]);
  });

  it('of many sigmoids are one a class and need not sum to one', () => {
    close(probabilitiesOf(of(Math.log(3), -Math.log(3), 0), 'sigmoids'), [0.75, 0.25, 0.5]);
  });

  it('leave the scores as they were', () => {
    const scores = of(1, 2, 3);
    probabilitiesOf(scores, 'softmax', 2);
    probabilitiesOf(scores, 'sigmoids', 2);
    expect(scores).toEqual(of(1, 2, 3));
  });
});

describe('the temperature', () => {
  it('divides the scores: two turns powers into square roots', () => {
    const roots = [1, Math.SQRT2, Math.sqrt(3)];
    const total = 1 + Math.SQRT2 + Math.sqrt(3);
    close(
      probabilitiesOf(SIXTHS, 'softmax', 2),
      roots.map((root) => root / total),
    );
    close(probabilitiesOf(of(2 * Math.log(3)), 'one-sigmoid', 2), [0.25, 0.75]);
    close(probabilitiesOf(of(Math.log(3) / 2), 'sigmoids', 0.5), [0.75]);
  });

  it('makes a high one less and a low one more certain, and never changes the order', () => {
    const largest = (temperature: number): number => Math.max(...probabilitiesOf(SIXTHS, 'softmax', temperature));
    expect(largest(10)).toBeLessThan(largest(1));
    expect(largest(0.1)).toBeGreaterThan(largest(1));
    const [a = 0, b = 0, c = 0] = probabilitiesOf(SIXTHS, 'softmax', 10);
    expect(a < b && b < c).toBe(true);
  });
});
