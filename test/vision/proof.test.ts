import { describe, expect, it } from 'vitest';
import { ArrayHead } from '../../src/vision/head/head.js';
import type { Head } from '../../src/vision/head/head.js';
import { loadNetwork } from '../../src/vision/loaded-network.js';
import type { LoadedNetwork } from '../../src/vision/loaded-network.js';
import { compileModel } from '../../src/vision/model/compile.js';
import { headMismatch } from '../../src/vision/proof.js';
import type { Plan } from '../../src/vision/trunk/plan.js';
import { sizeOf } from '../../src/vision/trunk/plan.js';
import type { Backend } from '../../src/vision/trunk/runner.js';
import { BACKENDS } from '../support/backends.js';
import { GOLDEN, goldenFolder } from '../support/golden.js';

/** The proof of a model on a backend, its head changed where `change` is given. */
async function proof(
  name: (typeof GOLDEN)[number],
  backend: Backend,
  change?: (plan: Plan) => Head,
): Promise<string | null> {
  const { compiled } = await compileModel(goldenFolder(name));
  const network = await loadNetwork(compiled, { threads: 1, backend });
  const changed: LoadedNetwork = change === undefined ? network : { ...network, head: change(compiled.plan) };
  const { height, width, channels } = compiled.plan.input;
  try {
    return await headMismatch(changed, [0, 1], new Float32Array(sizeOf([height, width, channels])));
  } finally {
    await network.runner.close();
  }
}

/** The head whose dense kernels were changed. */
function withKernels(plan: Plan, change: (value: number, index: number) => number): Head {
  const head = plan.head.map((step) => {
    if (step.operation.op !== 'dense') return step;
    const { kernel } = step.operation;
    return { ...step, operation: { ...step.operation, kernel: { ...kernel, values: kernel.values.map(change) } } };
  });
  return new ArrayHead({ ...plan, head });
}

describe('the proof at the start', () => {
  it.each(GOLDEN)('holds for %s', async (name) => {
    expect(await proof(name, 'onnx')).toBeNull();
  });

  it.each(BACKENDS)('holds on %s', async (backend) => {
    expect(await proof('nested-backbone', backend)).toBeNull();
  });

  it('fails for a head with other weights, and says by how much', async () => {
    const mismatch = await proof('pooling-dense', 'onnx', (plan) => withKernels(plan, (value) => value * 1.01));
    expect(mismatch).toMatch(/ 0\.0\d+ of the largest score/);
  });

  it('fails for a head that gives numbers that are not finite', async () => {
    const mismatch = await proof('pooling-dense', 'onnx', (plan) => withKernels(plan, () => NaN));
    expect(mismatch).toContain('not finite');
  });

  it('fails for a head that does not run', async () => {
    const mismatch = await proof(
      'pooling-dense',
      'onnx',
      (plan) => new ArrayHead({ ...plan, head: plan.head.slice(1) }),
    );
    expect(mismatch).toContain('does not run');
  });
});
