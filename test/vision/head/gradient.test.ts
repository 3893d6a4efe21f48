import { describe, expect, it } from 'vitest';
import { ArrayHead } from '../../../src/vision/head/head.js';
import type { CutValues } from '../../../src/vision/head/head.js';
import type { Plan } from '../../../src/vision/trunk/plan.js';
import { sizeOf } from '../../../src/vision/trunk/plan.js';
import { relativeDifference } from '../../support/numbers.js';
import { byName, namedInputs, OPERATION_CASES } from '../../support/operations.js';
import { headPlan, step } from '../../support/plans.js';
import { awayFromKinks, randomNumbers } from '../../support/random.js';

const H = 2 ** -7;

/** Gradient of `seed . scores` with respect to one cut value, by central differences. */
async function finiteDifferences(plan: Plan, cut: CutValues, name: string, seed: Float32Array): Promise<Float32Array> {
  const head = new ArrayHead(plan);
  const scoreWith = async (index: number, change: number): Promise<number> => {
    const moved = Float32Array.from(cut.get(name) ?? []);
    moved[index] = (moved[index] ?? 0) + change;
    const { scores } = await head.run(new Map([...cut, [name, moved]]));
    return scores.reduce((total, score, unit) => total + score * (seed[unit] ?? 0), 0);
  };
  const result = new Float32Array(cut.get(name)?.length ?? 0);
  for (const index of result.keys()) {
    result[index] = ((await scoreWith(index, H)) - (await scoreWith(index, -H))) / (2 * H);
  }
  return result;
}

describe('the gradient of each operation of the head', () => {
  it.each(byName(OPERATION_CASES))('%s: has the slope that small changes of the inputs show', async (_name, each) => {
    const inputs = namedInputs(each.inputs);
    const names = Object.keys(inputs);
    const random = randomNumbers(5);
    const all = awayFromKinks(
      each.inputs.reduce((total, shape) => total + sizeOf(shape), 0),
      random,
    );
    let start = 0;
    const cut = new Map(
      Object.entries(inputs).map(([name, shape]) => [name, all.slice(start, (start += sizeOf(shape)))]),
    );
    const seed = random(sizeOf(each.shape), 0.5, 1.5);
    for (const target of names) {
      const plan = headPlan(inputs, [step('y', names, each.operation, each.shape)], { target });
      const run = await new ArrayHead(plan).run(cut);
      const gradient = await run.gradient(seed);
      expect(relativeDifference(gradient, await finiteDifferences(plan, cut, target, seed))).toBeLessThan(1e-3);
    }
  });
});
