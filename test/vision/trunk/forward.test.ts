import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArrayHead } from '../../../src/vision/head/head.js';
import type { Findings } from '../../../src/vision/model/findings.js';
import { readCompiled, writeCompiled } from '../../../src/vision/model/plan-file.js';
import { sizeOf } from '../../../src/vision/trunk/plan.js';
import type { Operation, Shape } from '../../../src/vision/trunk/plan.js';
import { UnsupportedStepError } from '../../../src/vision/trunk/runner.js';
import { BACKENDS } from '../../support/backends.js';
import { relativeDifference } from '../../support/numbers.js';
import { byName, namedInputs, OPERATION_CASES } from '../../support/operations.js';
import type { OperationCase } from '../../support/operations.js';
import { temporaryFolder } from '../../support/models.js';
import { convolution, denseStep, headPlan, ONE_BY_ONE, pictureOf, step, weights } from '../../support/plans.js';
import { randomNumbers } from '../../support/random.js';
import { runOn } from '../../support/run.js';

const FINDINGS: Findings = {
  origin: 'a test',
  layers: 1,
  parameters: 1,
  channels: 1,
  output: { name: 'y', among: 1, asked: false, kind: 'linear', classes: 1 },
  range: null,
  labels: [],
  resize: null,
};

function planOf({ operation, inputs, shape }: OperationCase) {
  const named = namedInputs(inputs);
  return { plan: headPlan(named, [step('y', Object.keys(named), operation, shape)]), named };
}

const isGrouped = ({ operation }: Pick<OperationCase, 'operation'>): boolean =>
  operation.op === 'conv' && operation.groups > 1;

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

describe('weights that lie in a file', () => {
  const random = randomNumbers(5);
  const constant = (...shape: number[]) => weights(shape, random(sizeOf(shape), -1, 1));
  const { strides, dilations, padding } = ONE_BY_ONE;
  // Large enough to be left in the file.
  const depthwise = { op: 'depthwise', activation: 'relu', strides, dilations, padding } as const;
  const large: readonly (readonly [string, Operation, Shape, Shape])[] = [
    ['conv', convolution(constant(3, 2, 8, 16), constant(16)), [5, 6, 8], [3, 5, 16]],
    ['conv in groups', convolution(constant(2, 3, 4, 32), null, { groups: 2 }), [4, 4, 8], [3, 2, 32]],
    ['depthwise', { ...depthwise, filter: constant(3, 2, 32, 2), bias: constant(64) }, [4, 4, 32], [2, 3, 64]],
    ['dense', denseStep(constant(20, 300), constant(300)), [20], [300]],
  ];

  it.each(large)(
    '%s: gives the numbers that it gives from memory, on every runner',
    async (_name, operation, x, shape) => {
      const plan = headPlan({ x }, [step('y', ['x'], operation, shape)]);
      const folder = join(await temporaryFolder(), 'compiled');
      await writeCompiled(folder, { compiled: { plan, whole: null }, findings: FINDINGS });
      const { plan: stored } = await readCompiled(folder);
      const cut = new Map([['x', random(sizeOf(x), -5, 8)]]);
      const expected = (await new ArrayHead(plan).run(cut)).scores;
      // As steps of the trunk their weights are read when they are asked for.
      for (const read of [stored, { ...stored, trunk: [...stored.trunk, ...stored.head], head: [], cut: ['y'] }]) {
        for (const backend of BACKENDS.filter((each) => each === 'onnx' || !isGrouped({ operation }))) {
          const { scores } = await runOn(backend, read, pictureOf(plan, cut));
          expect(relativeDifference(scores, expected)).toBeLessThan(1e-5);
        }
      }
    },
  );
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
