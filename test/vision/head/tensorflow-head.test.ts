import { describe, expect, it } from 'vitest';
import { ArrayHead } from '../../../src/vision/head/head.js';
import { stepsScores, TensorFlowHead } from '../../../src/vision/head/tensorflow-head.js';
import { shapesOf, sizeOf } from '../../../src/vision/trunk/plan.js';
import { relativeDifference } from '../../support/numbers.js';
import { byName, namedInputs, OPERATION_CASES } from '../../support/operations.js';
import type { OperationCase } from '../../support/operations.js';
import { headPlan, step } from '../../support/plans.js';
import { awayFromKinks, randomNumbers } from '../../support/random.js';

/** What TensorFlow.js does not run, does not differentiate, or differentiates wrongly. */
function beyondTensorFlow({ operation, inputs, shape }: OperationCase): boolean {
  const grouped = operation.op === 'conv' && operation.groups > 1;
  const dilated = 'dilations' in operation && operation.dilations[0] > 1;
  const padded = 'padding' in operation && Object.values(operation.padding).some((side) => side > 0);
  // The gradient of its maximum and minimum is not summed over the axes that broadcast.
  const extreme = operation.op === 'combine' && ['maximum', 'minimum'].includes(operation.kind);
  const broadcast = inputs.some((input) => input.join() !== shape.join());
  return (
    (extreme && broadcast) || grouped || dilated || (operation.op === 'pool' && operation.kind === 'average' && padded)
  );
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
    const other = await new TensorFlowHead(plan, stepsScores(plan, shapesOf(plan)), shapesOf(plan)).run(cut);
    expect(relativeDifference(other.scores, own.scores)).toBeLessThan(1e-5);
    expect(relativeDifference(await other.gradient(seed), await own.gradient(seed))).toBeLessThan(1e-5);
  });
});
