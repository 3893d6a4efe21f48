import { describe, expect, it } from 'vitest';
import { gridOf, roundFilter } from '../../../src/vision/trunk/onnx/int8-steps.js';
import { createOnnxRunner } from '../../../src/vision/trunk/onnx/onnx-runner.js';
import { INPUT } from '../../../src/vision/trunk/plan.js';
import type { Plan, Step } from '../../../src/vision/trunk/plan.js';
import { rangedValues } from '../../../src/vision/trunk/value-ranges.js';
import type { ValueRanges } from '../../../src/vision/trunk/value-ranges.js';
import { convolution, NO_PADDING, ONE_BY_ONE, step, weights } from '../../support/plans.js';

/** A picture of one row, grey, and what a trunk makes of it. */
function planOf(width: number, trunk: readonly Step[]): Plan {
  const last = trunk.at(-1);
  const value = last?.name ?? '';
  return {
    input: { height: 1, width, channels: 1 },
    trunk,
    head: [],
    cut: [value],
    target: null,
    scores: value,
    output: 'linear',
    outputs: 1,
  };
}

async function run(plan: Plan, ranges: ValueRanges, picture: readonly number[]): Promise<number[]> {
  const runner = await createOnnxRunner(plan, 1, ranges);
  try {
    const { cut } = await runner.run(Float32Array.from(picture));
    return Array.from(cut[0] ?? []);
  } finally {
    await runner.close();
  }
}

function expectNumbers(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at] ?? NaN, 5);
  });
}

describe('a grid', () => {
  it('has zero on it, wherever the range lies', () => {
    expect(gridOf([-1, 1.55])).toEqual({ scale: 2.55 / 255, zero: 100 });
    expect(gridOf([1, 5.1])).toEqual({ scale: 5.1 / 255, zero: 0 });
    expect(gridOf([-2.55, -1])).toEqual({ scale: 2.55 / 255, zero: 255 });
  });

  it('ends where an activation does', () => {
    expect(gridOf([-3, 5.1], 'relu')).toEqual({ scale: 5.1 / 255, zero: 0 });
    expect(gridOf([-3, 8], 'relu6')).toEqual({ scale: 6 / 255, zero: 0 });
  });

  it('is one of a value that is always zero', () => {
    expect(gridOf([0, 0])).toEqual({ scale: 1, zero: 0 });
  });
});

describe('a filter', () => {
  it('is rounded by a scale for each output channel', () => {
    const filter = weights([1, 1, 2, 2], [1.27, 0.5, -0.634, 0.1]);
    const { values, scales } = roundFilter(
      { ...ONE_BY_ONE, op: 'conv', filter, bias: null, groups: 1, activation: 'linear' },
      () => 0,
    );
    expect(Array.from(values)).toEqual([127, -63, 127, 25]);
    expectNumbers(Array.from(scales), [0.01, 0.5 / 127]);
  });
});

describe('a convolution in int8', () => {
  const ranges: ValueRanges = new Map([
    [INPUT, [-1, 1.55]],
    ['y', [0, 5.1]],
  ]);
  const filter = weights([1, 1, 1, 2], [1.27, -0.5]);
  const plan = (activation: 'linear' | 'relu' | 'relu6') =>
    planOf(2, [step('y', [INPUT], convolution(filter, weights([2], [0.5, 0.312]), { activation }), [1, 2, 2])]);

  // By hand: the picture lies on steps of 0.01, so that 0.504 is 0.5, and the result on steps of 0.02:
  // 0.5 * 1.27 + 0.5 = 1.135 is 1.14, 0.5 * -0.5 + 0.312 = 0.062 is 0.06; -0.2 gives 0.246, 0.24, and 0.412, 0.42.
  it('gives the numbers that lie on the grids', async () => {
    expectNumbers(await run(plan('relu6'), ranges, [0.504, -0.2]), [1.14, 0.06, 0.24, 0.42]);
  });

  // 1.5 * 1.27 + 0.5 = 2.405 is 2.4; 1.5 * -0.5 + 0.312 is below zero.
  it('ends at zero where its activation does', async () => {
    expectNumbers(await run(plan('relu'), ranges, [1.5, 1.5]), [2.4, 0, 2.4, 0]);
  });

  it('computes in float32 where a range is not known', async () => {
    const known: ValueRanges = new Map([[INPUT, [-1, 1.55]]]);
    expectNumbers(await run(plan('linear'), known, [0.504, -0.2]), [1.14008, 0.06, 0.246, 0.412]);
  });
});

describe('a trunk in int8', () => {
  // Depthwise over two channels with padding, then an addition of what went in.
  const doubled = convolution(weights([1, 1, 1, 2], [1, 2]), null);
  const depthwise = {
    ...ONE_BY_ONE,
    op: 'depthwise',
    filter: weights([1, 3, 2, 1], [1, 1, 1, 1, 1, 1]),
    bias: null,
    padding: { ...NO_PADDING, left: 1, right: 1 },
    activation: 'linear',
  } as const;
  const plan = planOf(3, [
    step('two', [INPUT], doubled, [1, 3, 2]),
    step('sums', ['two'], depthwise, [1, 3, 2]),
    step('all', ['two', 'sums'], { op: 'combine', kind: 'add' }, [1, 3, 2]),
  ]);

  it('needs the ranges of all it reads and makes', () => {
    expect(rangedValues(plan)).toEqual([INPUT, 'two', 'sums', 'all']);
  });

  it('pads with zeros and adds, on the grids', async () => {
    const ranges: ValueRanges = new Map(rangedValues(plan).map((value) => [value, [-10, 15.5]]));
    // Steps of 0.1: sums of neighbours, and the number itself.
    expectNumbers(await run(plan, ranges, [1, 2, -3]), [1 + 3, 2 + 6, 2 + 0, 4 + 0, -3 - 1, -6 - 2]);
  });
});
