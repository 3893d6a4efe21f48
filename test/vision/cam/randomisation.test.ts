import { beforeAll, describe, expect, it } from 'vitest';
import { gradCam } from '../../../src/vision/cam/grad-cam.js';
import { ArrayHead } from '../../../src/vision/head/head.js';
import { compileModel } from '../../../src/vision/model/compile.js';
import type { Plan, Step, Weights } from '../../../src/vision/trunk/plan.js';
import { goldenFolder, goldenPicture, readGolden } from '../../support/golden.js';
import { rankCorrelation } from '../../support/numbers.js';
import { randomNumbers, shuffled } from '../../support/random.js';
import type { Random } from '../../support/random.js';
import { runOn } from '../../support/run.js';

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const GOLDEN = readGolden('pooling-dense');

/** Shuffles the weights of every step: the same numbers, their meaning gone. */
function randomised(steps: readonly Step[], random: Random): Step[] {
  const shuffle = (weights: Weights): Weights => ({ ...weights, values: shuffled(weights.values, random) });
  return steps.map((step) => {
    const { operation } = step;
    if (operation.op === 'dense') return { ...step, operation: { ...operation, kernel: shuffle(operation.kernel) } };
    if (operation.op !== 'conv' && operation.op !== 'depthwise') return step;
    return { ...step, operation: { ...operation, filter: shuffle(operation.filter) } };
  });
}

/** Grad-CAM of one class before ReLU, so that ranks tell all places apart. */
async function rawMap(plan: Plan, unit: number): Promise<Float32Array> {
  const { cut } = await runOn('cpu', plan, goldenPicture(GOLDEN));
  const activations = cut.get(plan.target?.value ?? '') ?? new Float32Array();
  const seed = new Float32Array(plan.outputs);
  seed[unit] = 1;
  const gradient = await (await new ArrayHead(plan).run(cut)).gradient(seed);
  return gradCam.map(activations, gradient, plan.target?.shape ?? []);
}

/** Mean absolute rank correlation, over seeds and classes, of the maps with those of the randomised network. */
async function likeness(plan: Plan, change: (plan: Plan, random: Random) => Plan): Promise<number> {
  let total = 0;
  const classes = [0, 1, 2];
  for (const unit of classes) {
    const original = await rawMap(plan, unit);
    for (const seed of SEEDS) {
      total += Math.abs(rankCorrelation(original, await rawMap(change(plan, randomNumbers(seed)), unit)));
    }
  }
  return total / (classes.length * SEEDS.length);
}

/** Adebayo et al. 2018, "Sanity Checks for Saliency Maps", section 3: a map must depend on what the network learnt. */
describe('randomising the weights', () => {
  let plan: Plan;

  beforeAll(async () => {
    ({ plan } = (await compileModel(goldenFolder('pooling-dense'))).compiled);
  });

  it('of nothing leaves the map as it is', async () => {
    expect(await likeness(plan, (same) => same)).toBeCloseTo(1, 6);
  });

  it('of the trunk changes the map: a mean rank correlation below 0.5', async () => {
    const like = await likeness(plan, (each, random) => ({ ...each, trunk: randomised(each.trunk, random) }));
    expect(like).toBeLessThan(0.5);
  });

  it('of the head changes the map: a mean rank correlation below 0.5', async () => {
    const like = await likeness(plan, (each, random) => ({ ...each, head: randomised(each.head, random) }));
    expect(like).toBeLessThan(0.5);
  });
});
