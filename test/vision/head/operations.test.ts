import { describe, expect, it } from 'vitest';
import { ArrayHead } from '../../../src/vision/head/head.js';
import type { Operation, Shape } from '../../../src/vision/trunk/plan.js';
import { convolution, headPlan, NO_PADDING, step, weights } from '../../support/plans.js';

/** Output and input gradient of one operation, its seed and input given. */
async function through(operation: Operation, shapes: { from: Shape; to: Shape }, input: number[], seed: number[]) {
  const plan = headPlan({ x: shapes.from }, [step('y', ['x'], operation, shapes.to)]);
  const run = await new ArrayHead(plan).run(new Map([['x', Float32Array.from(input)]]));
  return { output: [...run.scores], gradient: [...(await run.gradient(Float32Array.from(seed)))] };
}

const POOL = { op: 'pool', size: [2, 2], strides: [1, 1], padding: NO_PADDING } as const;

describe('operations of the head on numbers worked out by hand', () => {
  it('global max pooling splits the gradient evenly among equal largest values', async () => {
    const { output, gradient } = await through(
      { op: 'globalPool', kind: 'max' },
      { from: [2, 2, 1], to: [1] },
      [3, 3, 1, 2],
      [1],
    );
    expect(output).toEqual([3]);
    expect(gradient).toEqual([0.5, 0.5, 0, 0]);
  });

  it('max pooling passes the gradient to the first of equal largest values', async () => {
    const { output, gradient } = await through(
      { ...POOL, kind: 'max' },
      { from: [2, 2, 1], to: [1, 1, 1] },
      [1, 4, 4, 2],
      [1],
    );
    expect(output).toEqual([4]);
    expect(gradient).toEqual([0, 1, 0, 0]);
  });

  it('average pooling divides by the places inside the map where its window reaches into the padding', async () => {
    const padding = { ...NO_PADDING, bottom: 1, right: 1 };
    const { output, gradient } = await through(
      { ...POOL, kind: 'average', padding },
      { from: [2, 2, 1], to: [2, 2, 1] },
      [1, 3, 5, 9],
      [4, 0, 0, 1],
    );
    // Windows: all four, the right column, the bottom row, the last place alone.
    expect(output).toEqual([4.5, 6, 7, 9]);
    expect(gradient).toEqual([1, 1, 1, 2]);
  });

  it('a grouped convolution mixes channels only within each group', async () => {
    // Group one: 1 a + 2 b. Group two: 3 c + 4 d.
    const operation = convolution(weights([1, 1, 2, 2], [1, 3, 2, 4]), null, { groups: 2 });
    const { output, gradient } = await through(
      operation,
      { from: [1, 1, 4], to: [1, 1, 2] },
      [1, 10, 100, 1000],
      [1, 2],
    );
    expect(output).toEqual([21, 4300]);
    expect(gradient).toEqual([1, 2, 6, 8]);
  });

  it('softmax gives p (g - sum p g)', async () => {
    const { output, gradient } = await through({ op: 'softmax' }, { from: [2], to: [2] }, [0, 0], [1, 0]);
    expect(output).toEqual([0.5, 0.5]);
    expect(gradient).toEqual([0.25, -0.25]);
  });

  it('a value that two steps read has the sum of both gradients', async () => {
    const double = { op: 'affine', scale: weights([1], [2]), shift: weights([1], [0]) } as const;
    const plan = headPlan({ x: [1, 2, 1] }, [
      step('double', ['x'], double, [1, 2, 1]),
      step('product', ['double', 'x'], { op: 'combine', kind: 'multiply' }, [1, 2, 1]),
      step('mean', ['product'], { op: 'globalPool', kind: 'average' }, [1]),
    ]);
    const run = await new ArrayHead(plan).run(new Map([['x', Float32Array.of(3, -5)]]));
    // The mean of 2 x^2, whose slope is 4 x / 2.
    expect([...run.scores]).toEqual([34]);
    expect([...(await run.gradient(Float32Array.of(1)))]).toEqual([6, -10]);
  });

  it('scores that do not depend on the target have a gradient of zeros', async () => {
    const plan = headPlan({ map: [1, 2, 1], other: [2] }, [step('y', ['other'], { op: 'softmax' }, [2])]);
    const cut = new Map([
      ['map', Float32Array.of(1, 2)],
      ['other', Float32Array.of(1, 2)],
    ]);
    const run = await new ArrayHead(plan).run(cut);
    expect([...(await run.gradient(Float32Array.of(1, 0)))]).toEqual([0, 0]);
  });
});
