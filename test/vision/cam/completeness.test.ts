import { describe, expect, it } from 'vitest';
import { explainClass } from '../../../src/vision/cam/class-map.js';
import { hiResCam } from '../../../src/vision/cam/hires-cam.js';
import { ArrayHead } from '../../../src/vision/head/head.js';
import { probabilitiesOf } from '../../../src/vision/probabilities.js';
import type { Plan } from '../../../src/vision/trunk/plan.js';
import { GRADIENT_METHODS } from '../../support/gradient-methods.js';
import { activations, BIAS, FLATTEN_DENSE, MAP, POOLING_HEADS } from '../../support/heads.js';
import { largestDifference, sum } from '../../support/numbers.js';
import { weights } from '../../support/plans.js';

const HEADS = [...POOLING_HEADS, ['flatten and dense', FLATTEN_DENSE] as const];
const CUT = new Map([['map', activations(4)]]);

/** The same head with a constant added to every score. */
function shifted(plan: Plan, by: number): Plan {
  const bias = weights(
    BIAS.shape,
    BIAS.values.map((value) => value + by),
  );
  const head = plan.head.map((step) => {
    const { operation } = step;
    return 'bias' in operation && operation.bias === BIAS ? { ...step, operation: { ...operation, bias } } : step;
  });
  return { ...plan, head };
}

describe.each(HEADS)('on %s', (_name, plan) => {
  it('the sum of the HiResCAM map and the bias is the score (Draelos and Carin, section 3)', async () => {
    const run = await new ArrayHead(plan).run(CUT);
    for (const unit of [0, 1, 2]) {
      const seed = new Float32Array(3);
      seed[unit] = 1;
      const map = hiResCam.map(activations(4), await run.gradient(seed), MAP);
      expect(sum(map) + (BIAS.values[unit] ?? NaN)).toBeCloseTo(run.scores[unit] ?? NaN, 5);
    }
  });

  it('a constant added to every score changes no probability and no map', async () => {
    const other = shifted(plan, 100);
    const [before, after] = [await new ArrayHead(plan).run(CUT), await new ArrayHead(other).run(CUT)];
    expect((after.scores[0] ?? NaN) - (before.scores[0] ?? NaN)).toBeCloseTo(100, 4);
    const change = largestDifference(
      probabilitiesOf(after.scores, 'softmax'),
      probabilitiesOf(before.scores, 'softmax'),
    );
    expect(change).toBeLessThan(1e-5);
    for (const method of GRADIENT_METHODS) {
      const mapOf = async (each: Plan, run: typeof before) =>
        (await explainClass(each, { cut: CUT, run: () => Promise.resolve(run) }, 2, method)).values;
      expect(largestDifference(await mapOf(plan, before), await mapOf(other, after))).toBe(0);
    }
  });
});
