import { describe, expect, it } from 'vitest';
import { ArrayHead } from '../../../src/vision/head/head.js';
import { sizeOf } from '../../../src/vision/trunk/plan.js';
import { UnsupportedStepError } from '../../../src/vision/trunk/runner.js';
import { relativeDifference } from '../../support/numbers.js';
import { byName, namedInputs, OPERATION_CASES } from '../../support/operations.js';
import type { OperationCase } from '../../support/operations.js';
import { convolution, headPlan, pictureOf, step, weights } from '../../support/plans.js';
import { randomNumbers } from '../../support/random.js';
import { BACKENDS, runOn } from '../../support/run.js';

function planOf({ operation, inputs, shape }: OperationCase) {
  const named = namedInputs(inputs);
  return { plan: headPlan(named, [step('y', Object.keys(named), operation, shape)]), named };
}

const isGrouped = ({ operation }: OperationCase): boolean => operation.op === 'conv' && operation.groups > 1;

describe.each(BACKENDS)('one operation on %s', (backend) => {
  const cases = OPERATION_CASES.filter((each) => backend === 'onnx' || !isGrouped(each));

  it.each(byName(cases))('%s: gives the numbers that the head computes on arrays', async (_name, each) => {
    const { plan, named } = planOf(each);
    const random = randomNumbers(21);
    const cut = new Map(Object.entries(named).map(([name, shape]) => [name, random(sizeOf(shape), -5, 8)]));
    const expected = (await new ArrayHead(plan).run(cut)).scores;
    const { scores } = await runOn(backend, plan, pictureOf(plan, cut));
    expect(relativeDifference(scores, expected)).toBeLessThan(1e-5);
  });
});

describe('steps that a runner cannot express', () => {
  const planWith = (...args: Parameters<typeof step>) => headPlan({ x: [2, 2, 4] }, [step(...args)]);

  it('grouped convolutions are refused by TensorFlow.js by the name of the step', async () => {
    const operation = convolution(weights([1, 1, 2, 4], new Float32Array(8)), null, { groups: 2 });
    const plan = planWith('pairs', ['x'], operation, [2, 2, 4]);
    const failure = runOn('cpu', plan, new Float32Array(16));
    await expect(failure).rejects.toThrow(UnsupportedStepError);
    await expect(failure).rejects.toThrow('"pairs"');
  });

  it('layers without a step are refused by ONNX Runtime by the name of the step and the class', async () => {
    const operation = { op: 'layer', className: 'Conv2DTranspose', config: {}, weights: [] } as const;
    const failure = runOn('onnx', planWith('wider', ['x'], operation, [2, 2, 4]), new Float32Array(16));
    await expect(failure).rejects.toThrow(UnsupportedStepError);
    await expect(failure).rejects.toThrow(/"wider".*Conv2DTranspose/);
  });
});
