import { randomLcg } from 'd3-random';
import { describe, expect, test } from 'vitest';
import { besideEachOther, halfOfPeak } from '../../src/evaluation/pairs.js';
import { perturb, scoresOf } from '../../src/evaluation/perturbing.js';
import { randomised, rankCorrelation } from '../../src/evaluation/randomising.js';
import type { Compiled } from '../../src/vision/trunk/plan.js';

const map = (values: number[], columns: number) => ({
  rows: values.length / columns,
  columns,
  values: Float32Array.from(values),
});

describe('deletion and insertion', () => {
  /** Six pixels, of which a network needs the first three: its probability is the sum of these shares of what is left. */
  const SHARES = [0.5, 0.3, 0.2, 0, 0, 0];
  const toy = {
    picture: new Uint8Array(18).fill(255),
    ground: new Uint8Array(18),
    probability: (picture: Uint8Array) =>
      Promise.resolve(SHARES.reduce((sum, each, pixel) => sum + (each * (picture[pixel * 3] ?? 0)) / 255, 0)),
  };

  test('are the areas under the curves of the probability', async () => {
    const areas = await perturb(toy, {
      best: Float32Array.of(6, 5, 4, 3, 2, 1),
      worst: Float32Array.of(1, 2, 3, 4, 5, 6),
      none: new Float32Array(6),
    });
    // Going: 1, 0.5, 0.2, 0, 0, 0, 0; coming: 0, 0.5, 0.8, 1, 1, 1, 1; by trapezoids over six steps.
    expect(areas.best.deletion).toBeCloseTo(1.2 / 6, 6);
    expect(areas.best.insertion).toBeCloseTo(4.8 / 6, 6);
    // The other way round: 1, 1, 1, 1, 0.8, 0.5, 0 and 0, 0, 0, 0, 0.2, 0.5, 1.
    expect(areas.worst.deletion).toBeCloseTo(4.8 / 6, 6);
    expect(areas.worst.insertion).toBeCloseTo(1.2 / 6, 6);
    // Equal scores go in the order of the pixels.
    expect(areas.none).toEqual(areas.best);
  });

  test('are compared with a random order, the centre and edges', () => {
    const size = 40;
    const data = new Uint8Array(size * size * 3);
    // Black, but for a white top left quarter, whose edges meet at the middle.
    for (let y = 0; y < size / 2; y++) data.fill(255, y * size * 3, (y * size + size / 2) * 3);
    const scores = scoresOf({ data, width: size, height: size }, map([1, 0, 0, 0], 2), randomLcg(1));
    const at = (values: Float32Array, x: number, y: number): number => values[y * size + x] ?? 0;
    expect(at(scores.heatmap, 2, 2)).toBe(1);
    expect(at(scores.heatmap, 37, 37)).toBe(0);
    expect(at(scores.centre, 20, 20)).toBeGreaterThan(at(scores.centre, 2, 20));
    expect(at(scores.edges, 2, 2)).toBeGreaterThan(at(scores.edges, 37, 37));
    expect(new Set(scores.random).size).toBeGreaterThan(100);
  });
});

describe('pairs of photos', () => {
  test('stand beside each other, row by row', () => {
    const left = { width: 1, height: 2, data: Uint8Array.of(1, 1, 1, 2, 2, 2) };
    const right = { width: 2, height: 2, data: Uint8Array.of(3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6) };
    expect(besideEachOther(left, right)).toEqual({
      width: 3,
      height: 2,
      data: Uint8Array.of(1, 1, 1, 3, 3, 3, 4, 4, 4, 2, 2, 2, 5, 5, 5, 6, 6, 6),
    });
  });

  test.each([
    ['left', [0, 1, 0, 0, 0, 0, 0, 0], 4],
    ['right', [0, 0, 0, 0, 0, 0, 1, 0], 4],
    ['neither', [0, 0, 0, 0, 1, 0], 3],
  ] as const)('have their peak %s', (half, values, columns) => {
    expect(halfOfPeak(map([...values], columns))).toBe(half);
  });
});

describe('rank correlation', () => {
  test('is Spearman’s, equal values sharing their rank', () => {
    expect(rankCorrelation([1, 2, 3, 4], [10, 20, 300, 4000])).toBe(1);
    expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1])).toBe(-1);
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 · 5).
    expect(rankCorrelation([1, 2, 2, 4], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(22.5), 12);
    expect(rankCorrelation([0, 0, 0], [1, 2, 3])).toBe(0);
  });
});

describe('a network with shuffled weights', () => {
  const dense = (name: string) => ({
    name,
    inputs: ['before'],
    shape: [8],
    operation: {
      op: 'dense' as const,
      kernel: { shape: [1, 8], values: Float32Array.from({ length: 8 }, (_, at) => at) },
      bias: null,
      activation: 'linear' as const,
    },
  });
  const compiled: Compiled = {
    plan: {
      input: { height: 1, width: 1, channels: 3 },
      trunk: [dense('first')],
      head: [dense('middle'), dense('last')],
      cut: ['first'],
      target: null,
      scores: 'last',
      output: 'softmax',
      outputs: 8,
    },
    whole: null,
  };
  const kernels = (each: Compiled | null): number[][] =>
    [...(each?.plan.trunk ?? []), ...(each?.plan.head ?? [])].map(({ operation }) =>
      operation.op === 'dense' ? [...operation.kernel.values] : [],
    );

  test('has the same numbers in another order, in its last layer or in all', () => {
    const [first, middle, last] = kernels(randomised(compiled, 'last', randomLcg(1)));
    expect([first, middle]).toEqual([kernels(compiled)[0], kernels(compiled)[1]]);
    expect(last).not.toEqual(kernels(compiled)[2]);
    for (const kernel of kernels(randomised(compiled, 'all', randomLcg(1)))) {
      expect(kernel).not.toEqual(kernels(compiled)[0]);
      expect(kernel.toSorted((a, b) => a - b)).toEqual(kernels(compiled)[0]);
    }
  });

  test('does not say where the trained numbers lie, from where a runner would read them', () => {
    const stored = { file: 'weights.bin', offset: 0 };
    const [first] = compiled.plan.trunk.map((step) => ({
      ...step,
      operation: { ...dense('first').operation, kernel: { ...dense('first').operation.kernel, stored } },
    }));
    const plan = { ...compiled.plan, trunk: first === undefined ? [] : [first] };
    const operation = randomised({ ...compiled, plan }, 'all', randomLcg(1))?.plan.trunk[0]?.operation;
    expect(operation).toHaveProperty('kernel.values');
    expect(operation).not.toHaveProperty('kernel.stored');
  });

  test('is not to be had of graphs that run whole', () => {
    const whole = { ...compiled, whole: { on: 'tensorflow', why: '', inputNode: '', scoresNode: '' } } as const;
    expect(randomised(whole, 'all', randomLcg(1))).toBeNull();
  });
});
