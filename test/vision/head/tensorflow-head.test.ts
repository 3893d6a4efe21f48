import { describe, expect, it } from 'vitest';
import { ArrayHead } from '../../../src/vision/head/head.js';
import { stepsScores, TensorFlowHead } from '../../../src/vision/head/tensorflow-head.js';
import { sizeOf } from '../../../src/vision/trunk/plan.js';
import { relativeDifference } from '../../support/numbers.js';
import { byName, namedInputs, OPERATION_CASES } from '../../support/operations.js';
import type { OperationCase } from '../../support/operations.js';
import { headPlan, step } from '../../support/plans.js';
import { awayFromKinks, randomNumbers } from '../../support/random.js';

/** What TensorFlow.js does not run, does not differentiate, or differentiates wrongly. */
function beyondTensorFlow({ operation }: OperationCase): boolean {
  switch (operation.op) {
    case 'conv':
      return operation.groups > 1 || operation.dilations[0] > 1;
    case 'depthwise':
      return operation.dilations[0] > 1;
    case 'pool':
      return operation.kind === 'average' && Object.values(operation.padding).some((side) => side > 0);
    default:
      return false;
  }
}

describe('the head that TensorFlow.js differentiates', () => {
  const cases = OPERATION_CASES.filter((each) => !beyondTensorFlow(each));

  it.each(byName(cases))('%s: has the scores and the gradient of the head on arrays', async (_name, each) => {
    const inputs = namedInputs(each.inputs);
    const random = randomNumbers(31);
    const cut = new Map(
      Object.entries(inputs).map(([name, shape], index) => [
        name,
        awayFromKinks(sizeOf(shape), random).map((value) => value + index * 0.02),
      ]),
    );
    const plan = headPlan(inputs, [step('y', Object.keys(inputs), each.operation, each.shape)]);
    const seed = random(sizeOf(each.shape), 0.5, 1.5);
    const own = await new ArrayHead(plan).run(cut);
    const other = await new TensorFlowHead(plan, stepsScores(plan)).run(cut);
    expect(relativeDifference(other.scores, own.scores)).toBeLessThan(1e-5);
    expect(relativeDifference(await other.gradient(seed), await own.gradient(seed))).toBeLessThan(1e-5);
  });
});
