import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ArrayHead } from '../../src/vision/head/head.js';
import type { Head } from '../../src/vision/head/head.js';
import { loadNetwork } from '../../src/vision/loaded-network.js';
import type { LoadedNetwork } from '../../src/vision/loaded-network.js';
import { compileModel } from '../../src/vision/model/compile.js';
import { writeCompiled } from '../../src/vision/model/plan-file.js';
import { headMismatch } from '../../src/vision/proof.js';
import { VisionSession } from '../../src/vision/session.js';
import type { Plan } from '../../src/vision/trunk/plan.js';
import { sizeOf } from '../../src/vision/trunk/plan.js';
import type { Backend } from '../../src/vision/trunk/runner.js';
import { refusal } from '../support/errors.js';
import { GOLDEN, goldenFolder } from '../support/golden.js';
import { changedModel, temporaryFolder } from '../support/models.js';
import { photograph } from '../support/pictures.js';

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

  it('holds on every backend', async () => {
    expect([await proof('nested-backbone', 'wasm'), await proof('nested-backbone', 'cpu')]).toEqual([null, null]);
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

/** The golden graph with an operation that makes it run whole. */
function wholeGraph(): Promise<string> {
  return changedModel('graph', (file) => {
    const nodes = file.modelTopology.node ?? [];
    const mean = nodes.findIndex(({ op }) => op === 'Mean');
    const [input = ''] = nodes[mean]?.input ?? [];
    nodes[mean]?.input?.splice(0, 1, 'sine');
    nodes.splice(mean, 0, { name: 'sine', op: 'Sin', input: [input], attr: { T: { type: 'DT_FLOAT' } } });
  });
}

describe('a model whose compiled form was changed on the disk', () => {
  /** Compiles a whole graph, lets the head end at another node than the prediction, and opens it. */
  async function opened(scoresNode: string | null): Promise<VisionSession> {
    const model = await wholeGraph();
    const compiled = join(await temporaryFolder(), 'compiled');
    await writeCompiled(compiled, await compileModel(model));
    const file = join(compiled, 'plan.json');
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/"scoresNode":"[^"]+"/);
    if (scoresNode !== null)
      await writeFile(file, text.replace(/"scoresNode":"[^"]+"/, `"scoresNode":"${scoresNode}"`));
    return VisionSession.open({
      compiled,
      model: join(model, 'model.json'),
      backend: null,
      threads: 1,
      range: [0, 1],
      form: { resize: 'stretch', interpolation: 'bilinear' },
      temperature: 1,
      method: null,
      colourMap: null,
      keepBytes: 2 ** 20,
    });
  }

  it('predicts and refuses to explain, with the reason', async () => {
    const session = await opened('Identity');
    const bytes = await photograph(1);
    expect((await session.predict({ key: 'a', bytes })).probabilities).toHaveLength(5);
    const { code, message } = await refusal(session.explain({ photo: { key: 'a' }, class: 1 }));
    expect(code).toBe('unsupported-model');
    expect(message).toBe(session.info().mismatch);
    await session.close();
  });

  it('explains where it was not', async () => {
    const session = await opened(null);
    expect(session.info().mismatch).toBeNull();
    const { values } = await session.explain({ photo: { key: 'a', bytes: await photograph(1) }, class: 1 });
    expect(Math.max(...values)).toBe(1);
    await session.close();
  });
});
