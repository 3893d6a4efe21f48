import { describe, expect, it } from 'vitest';
import { classCount, explainClass } from '../../../src/vision/cam/class-map.js';
import type { Method } from '../../../src/vision/cam/methods.js';
import { ArrayHead } from '../../../src/vision/head/head.js';
import type { Plan } from '../../../src/vision/trunk/plan.js';
import { refusal } from '../../support/errors.js';
import { GRADIENT_METHODS } from '../../support/gradient-methods.js';
import { FLATTEN_DENSE } from '../../support/heads.js';
import { denseStep, headPlan, step, weights } from '../../support/plans.js';

/** Pooling and one dense layer over a map of 1 x 3 with two channels. */
function pooling(kernel: number[], options: { output?: Plan['output'] } = {}): Plan {
  const units = kernel.length / 2;
  return headPlan(
    { map: [1, 3, 2] },
    [
      step('pool', ['map'], { op: 'globalPool', kind: 'average' }, [2]),
      step('scores', ['pool'], denseStep(weights([2, units], kernel), null), [units]),
    ],
    options,
  );
}

const CUT = new Map([['map', Float32Array.of(4, 0, 0, 1, 2, 2)]]);

function explain(plan: Plan, ...rest: [classIndex: number, method?: Method]) {
  return explainClass(plan, { cut: CUT, run: () => new ArrayHead(plan).run(CUT) }, ...rest);
}

describe('explaining a class', () => {
  it('gives rows, columns and a map whose maximum is one', async () => {
    // Class 0 wants channel 0 and not channel 1: 4, -1, 0. Class 1 wants both: 4, 1, 4.
    const plan = pooling([1, 1, -1, 1]);
    expect(await explain(plan, 0)).toEqual({
      rows: 1,
      columns: 3,
      method: 'gradcam',
      values: Float32Array.of(1, 0, 0),
    });
    expect((await explain(plan, 1)).values).toEqual(Float32Array.of(1, 0.25, 1));
  });

  it.each(GRADIENT_METHODS)('says no-positive-evidence where nothing speaks for the class, by %s', async (method) => {
    const plan = pooling([1, -1, 1, -1]);
    await expect(explain(plan, 0, method)).resolves.toMatchObject({ method });
    expect((await refusal(explain(plan, 1, method))).code).toBe('no-positive-evidence');
  });

  it('says no-positive-evidence for a feature map of zeros', async () => {
    const plan = pooling([1, 1, 1, 1]);
    const nothing = new Map([['map', new Float32Array(6)]]);
    const failure = explainClass(plan, { cut: nothing, run: () => new ArrayHead(plan).run(nothing) }, 0);
    expect((await refusal(failure)).code).toBe('no-positive-evidence');
  });

  it('refuses activations that are not numbers rather than drawing them', async () => {
    const plan = pooling([1, 1, 1, 1]);
    const broken = new Map([['map', Float32Array.of(1, NaN, 1, 1, 1, 1)]]);
    const failure = explainClass(plan, { cut: broken, run: () => new ArrayHead(plan).run(broken) }, 0);
    expect((await refusal(failure)).code).toBe('invalid-model');
  });

  it.each([-1, 2, 0.5, NaN])('refuses class %d of a model with two, and says how many it has', async (index) => {
    const error = await refusal(explain(pooling([1, 1, 1, 1]), index));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain('it has 2');
  });
});

describe('one sigmoid', () => {
  const plan = pooling([1, -1], { output: 'one-sigmoid' });

  it('stands for two classes', () => {
    expect(classCount(plan)).toBe(2);
  });

  it.each(GRADIENT_METHODS)('explains class 1 by its score and class 0 by the negated score, by %s', async (method) => {
    // The score is channel 0 minus channel 1: 4, -1, 0; negated -4, 1, 0. LayerCAM and
    // Grad-CAM++ leave out what speaks against it.
    const layer = ['layercam', 'gradcamplusplus'].includes(method);
    expect((await explain(plan, 1, method)).values).toEqual(Float32Array.of(1, 0, layer ? 0.5 : 0));
    expect((await explain(plan, 0, method)).values).toEqual(Float32Array.of(0, layer ? 0.5 : 1, layer ? 1 : 0));
  });

  it('has no third class', async () => {
    expect((await refusal(explain(plan, 2))).code).toBe('invalid-argument');
  });
});

describe('the kind of output', () => {
  it.each(['softmax', 'sigmoids', 'linear'] as const)('%s has one class a score', (output) => {
    expect(classCount(pooling([1, 2, 3, 4, 5, 6], { output }))).toBe(3);
  });

  it('changes no map, as scores are taken before softmax and sigmoid', async () => {
    const maps = await Promise.all(
      (['softmax', 'sigmoids', 'linear'] as const).map((output) => explain(pooling([1, 1, -1, 1], { output }), 1)),
    );
    expect(new Set(maps.map(({ values }) => values.join())).size).toBe(1);
  });
});

describe('a model without a feature map', () => {
  it('is an unsupported model to explain', async () => {
    const failure = explainClass(
      { ...FLATTEN_DENSE, target: null },
      { cut: CUT, run: () => new ArrayHead(FLATTEN_DENSE).run(CUT) },
      0,
    );
    expect((await refusal(failure)).code).toBe('unsupported-model');
  });
});
