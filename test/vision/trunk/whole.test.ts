import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backendReasonText } from '../../../src/vision/backend-choice.js';
import { explainClass } from '../../../src/vision/cam/class-map.js';
import { compileModel } from '../../../src/vision/model/compile.js';
import { loadNetwork } from '../../../src/vision/loaded-network.js';
import { headMismatch } from '../../../src/vision/proof.js';
import { refusal } from '../../support/errors.js';
import { goldenPicture, readGolden } from '../../support/golden.js';
import { changedModel } from '../../support/models.js';
import type { GraphNodeFile } from '../../support/models.js';
import { largestDifference } from '../../support/numbers.js';
import { forward } from '../../support/run.js';

const GOLDEN = readGolden('graph');
const RELU = 'pooling_dense/out_relu/Relu6';
const FLOAT = { T: { type: 'DT_FLOAT' } };

/** The golden graph with a node between its last feature map and the pooling. */
function withNode(node: GraphNodeFile): Promise<string> {
  return changedModel('graph', (file) => {
    const nodes = file.modelTopology.node ?? [];
    const at = nodes.findIndex(({ op }) => op === 'Mean');
    const mean = nodes[at];
    if (mean?.input) mean.input[0] = node.name;
    nodes.splice(at, 0, node);
  });
}

/** The golden graph with a node between the pooling and the scores that has constants of whole numbers beside its input. */
function withConstants(
  { op, attr }: { op: string; attr?: Record<string, unknown> },
  constants: readonly { name: string; shape: number[] }[],
): Promise<string> {
  return changedModel('graph', (file) => {
    const nodes = file.modelTopology.node ?? [];
    const at = nodes.findIndex((node) => node.op === '_FusedMatMul');
    const [pooled = ''] = nodes[at]?.input?.splice(0, 1, 'added') ?? [];
    const input = [pooled, ...constants.map(({ name }) => name)];
    nodes.splice(
      at,
      0,
      ...constants.map(({ name }) => ({ name, op: 'Const', attr: { dtype: { type: 'DT_INT32' } } })),
      { name: 'added', op, input, attr: { ...FLOAT, ...attr } },
    );
    const weights = constants.map((each) => ({ ...each, dtype: 'int32' }));
    file.weightsManifest.push({ paths: ['constants.bin'], weights });
  });
}

const withSine = () => withNode({ name: 'sine', op: 'Sin', input: [RELU], attr: FLOAT });

async function load(folder: string, layer: string | null = null) {
  const { compiled } = await compileModel(folder, { layer });
  const network = await loadNetwork(compiled, { threads: 1, model: join(folder, 'model.json') });
  return { compiled, ...network, ...(await forward(network.runner, compiled.plan, goldenPicture(GOLDEN))) };
}

describe('a graph with an operation that has no step', () => {
  it('runs whole on TensorFlow.js and says so', async () => {
    const { compiled, runner, reason } = await load(await withSine());
    expect(compiled.whole).not.toBeNull();
    expect(compiled.plan).toMatchObject({ target: { layer: 'sine', shape: [8, 8, 32] }, output: 'softmax' });
    expect(runner.backend).toBe('wasm');
    expect(backendReasonText(reason)).toContain('without a step');
  });

  it('has the scores of the head on the sine of the map', async () => {
    const plain = await load(await changedModel('graph', () => undefined));
    const whole = await load(await withSine());
    const activations = plain.cut.get(RELU) ?? new Float32Array();
    const expected = await plain.head.run(new Map([[RELU, activations.map(Math.sin)]]));
    expect(largestDifference(whole.scores, expected.scores)).toBeLessThan(1e-4);
  });

  it('is differentiated through that operation: the gradient before it is the one after it times the cosine', async () => {
    const before = await load(await withSine(), RELU);
    const after = await load(await withSine());
    const seed = Float32Array.of(0, 1, 0, 0, 0);
    const inner = await (await before.head.run(before.cut)).gradient(seed);
    const outer = await (await after.head.run(after.cut)).gradient(seed);
    const activations = before.cut.get(RELU) ?? new Float32Array();
    const expected = outer.map((slope, at) => slope * Math.cos(activations[at] ?? 0));
    expect(outer.some((slope) => slope > 0)).toBe(true);
    expect(largestDifference(inner, expected)).toBeLessThan(1e-6);
  });

  it('is differentiated through a gather by batches: channels in reverse get the gradient in reverse', async () => {
    const channels = 32;
    const folder = await withConstants({ op: 'GatherV2', attr: { batch_dims: { i: '1' } } }, [
      { name: 'indices', shape: [1, channels] },
      { name: 'axis', shape: [] },
    ]);
    const reverse = Array.from({ length: channels }, (_, channel) => channels - 1 - channel);
    await writeFile(join(folder, 'constants.bin'), Int32Array.of(...reverse, 1));
    const { compiled, cut, head } = await load(folder);
    expect(compiled.plan.target?.layer).toBe(RELU);
    const plain = await load(await changedModel('graph', () => undefined));
    const seed = Float32Array.of(0, 1, 0, 0, 0);
    const expected = await (await plain.head.run(plain.cut)).gradient(seed);
    const actual = await (await head.run(cut)).gradient(seed);
    const reversed = expected.map((_, at) => expected[at - (at % channels) + (reverse[at % channels] ?? 0)] ?? NaN);
    expect(largestDifference(actual, reversed)).toBeLessThan(1e-6);
    expect(largestDifference(actual, expected)).toBeGreaterThan(1e-3);
  });

  it('has no heatmaps where TensorFlow.js has no gradient of an operation, and says of which', async () => {
    const folder = await withConstants({ op: 'Cumprod' }, [{ name: 'axis', shape: [] }]);
    await writeFile(join(folder, 'constants.bin'), Int32Array.of(1));
    const { compiled, scores, ...network } = await load(folder);
    expect(scores.every(Number.isFinite)).toBe(true);
    const { height, width, channels } = compiled.plan.input;
    const why = await headMismatch(network, [0, 1], new Float32Array(height * width * channels));
    expect(why).toMatch(/does not run.*Cumprod/);
  });

  it('gets maps, one at the maximum', async () => {
    const { plan, cut, head } = await load(await withSine());
    const { values, rows, columns } = await explainClass(plan, { cut, run: () => head.run(cut) }, 1);
    expect([rows, columns, Math.max(...values)]).toEqual([8, 8, 1]);
  });

  it('holds as many tensors after a second picture as after the first', async () => {
    const { plan, runner, cut, head } = await load(await withSine());
    await (await head.run(cut)).gradient(Float32Array.of(1, 0, 0, 0, 0));
    const before = runner.tensorCount();
    await forward(runner, plan, goldenPicture(GOLDEN));
    await (await head.run(cut)).gradient(Float32Array.of(1, 0, 0, 0, 0));
    expect(runner.tensorCount()).toBe(before);
  });

  it('refuses a layer it does not have by its name', async () => {
    const error = await refusal(compileModel(await withSine(), { layer: 'cosine' }));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain('"cosine"');
  });

  it.each(['Maximum', 'Minimum'])('such as %s with a constant is run, not refused', async (op) => {
    const constant = 'pooling_dense/Conv1/Conv2D/offset';
    const channels = 'pooling_dense/expanded_conv_project/Conv2D';
    const folder = await changedModel('graph', (file) => {
      const nodes = file.modelTopology.node ?? [];
      const name = 'pooling_dense/Conv1_relu/Relu6';
      const at = nodes.findIndex((node) => node.name === name);
      for (const node of nodes) node.input = node.input?.map((input) => (input === name ? 'limited' : input)) ?? [];
      nodes.splice(at + 1, 0, { name: 'limited', op, input: [name, constant], attr: FLOAT });
    });
    const { scores } = await load(folder, channels);
    expect(scores.every(Number.isFinite)).toBe(true);
  });
});
