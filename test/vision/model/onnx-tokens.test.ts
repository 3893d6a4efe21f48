import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadNetwork } from '../../../src/vision/loaded-network.js';
import type { LoadedNetwork } from '../../../src/vision/loaded-network.js';
import { compileModel } from '../../../src/vision/model/compile.js';
import { readCompiled, writeCompiled } from '../../../src/vision/model/plan-file.js';
import { testPicture } from '../../../src/vision/model/plan-proof.js';
import { headMismatch } from '../../../src/vision/proof.js';
import { refusal } from '../../support/errors.js';
import { folderWith } from '../../support/models.js';
import { relativeDifference } from '../../support/numbers.js';
import { floats, integers, node, onnxFile, positive, weights } from '../../support/onnx-files.js';
import { newFolder } from '../../support/folders.js';

/** Patches of 4 x 4 of the picture with a class token before them: `tokens`, [1, 5, 8]. */
const PATCHES = {
  nodes: [
    node('Conv', ['picture', 'filter'], 'convolved', { kernel_shape: [4, 4], strides: [4, 4] }),
    node('Reshape', ['convolved', 'one row'], 'row'),
    node('Transpose', ['row'], 'patches', { perm: [0, 2, 1] }),
    node('Concat', ['class token', 'patches'], 'all', { axis: 1 }),
    node('Add', ['all', 'positions'], 'tokens'),
  ],
  constants: [
    weights('filter', 8, 3, 4, 4),
    integers('one row', [1, 8, 4]),
    weights('class token', 1, 1, 8),
    weights('positions', 1, 5, 8),
  ],
};

const NORM = {
  nodes: [node('LayerNormalization', ['tokens', 'scale', 'shift'], 'normal', { axis: -1 })],
  constants: [positive('scale', 8), weights('shift', 8)],
};

/** As exporters wrote it before there was a node for it. */
const NORM_IN_PIECES = {
  nodes: [
    node('ReduceMean', ['tokens'], 'mean', { axes: [-1] }),
    node('Sub', ['tokens', 'mean'], 'centred'),
    node('Pow', ['centred', 'two'], 'squared'),
    node('ReduceMean', ['squared'], 'variance', { axes: [-1] }),
    node('Add', ['variance', 'epsilon'], 'raised'),
    node('Sqrt', ['raised'], 'deviation'),
    node('Div', ['centred', 'deviation'], 'plain'),
    node('Mul', ['plain', 'scale'], 'scaled'),
    node('Add', ['scaled', 'shift'], 'normal'),
  ],
  constants: [...NORM.constants, floats('two', [], [2]), floats('epsilon', [], [1e-5])],
};

/** Queries, keys and values of two heads in one product, as timm has them: attention over `given`, to `attended`. */
const attention = (given: string) => ({
  nodes: [
    node('MatMul', [given, 'qkv'], 'product'),
    node('Add', ['product', 'qkv offsets'], 'joined'),
    node('Reshape', ['joined', 'divided'], 'each'),
    node('Transpose', ['each'], 'turned', { perm: [2, 0, 3, 1, 4] }),
    ...['q', 'k', 'v'].map((name) => node('Gather', ['turned', `number of ${name}`], name, { axis: 0 })),
    node('Transpose', ['k'], 'keys', { perm: [0, 1, 3, 2] }),
    node('MatMul', ['q', 'keys'], 'alike'),
    node('Mul', ['alike', 'factor'], 'logits'),
    node('Softmax', ['logits'], 'shares', { axis: -1 }),
    node('MatMul', ['shares', 'v'], 'mixed'),
    node('Transpose', ['mixed'], 'back', { perm: [0, 2, 1, 3] }),
    node('Reshape', ['back', 'together'], 'attended'),
  ],
  constants: [
    weights('qkv', 8, 24),
    weights('qkv offsets', 24),
    integers('divided', [1, 5, 3, 2, 4]),
    ...['q', 'k', 'v'].map((name, index) => integers(`number of ${name}`, [index], [])),
    floats('factor', [], [0.5]),
    integers('together', [1, 5, 8]),
  ],
});

/** The residual, and scores of the class token. */
const answer = (last: string) => ({
  nodes: [
    node('Add', ['tokens', last], 'sum'),
    node('Gather', ['sum', 'first'], 'class', { axis: 1 }),
    node('Gemm', ['class', 'kernel', 'offsets'], 'scores', { transB: 1 }),
  ],
  constants: [integers('first', [0], []), weights('kernel', 4, 8), weights('offsets', 4)],
});

interface Between {
  readonly nodes?: readonly object[];
  readonly constants?: readonly object[];
  readonly opset?: number;
  readonly norm?: typeof NORM;
}

/** A transformer of one block, with nodes between its attention, `attended`, and what is added to the tokens, `last`. */
function transformer(
  last = 'attended',
  { nodes = [], constants = [], opset = 17, norm = NORM }: Between = {},
): Uint8Array {
  const parts = [PATCHES, norm, attention('normal'), { nodes, constants }, answer(last)];
  return onnxFile({
    nodes: parts.flatMap((part) => part.nodes),
    constants: parts.flatMap((part) => part.constants),
    opset,
  });
}

async function loaded(bytes: Uint8Array, layer: string | null = null): Promise<LoadedNetwork> {
  const model = join(await folderWith({ 'net.onnx': bytes }), 'net.onnx');
  const folder = join(await newFolder(), 'compiled');
  await writeCompiled(folder, await compileModel(model, { layer }));
  return loadNetwork(await readCompiled(folder), { threads: 1, model });
}

async function cutOf({ plan, runner }: LoadedNetwork): Promise<Map<string, Float32Array>> {
  // As the file takes it: channels first, which for waves is all the same.
  const { cut } = await runner.run(testPicture(plan.input, [-1, 1]));
  return new Map(plan.cut.map((name, index) => [name, Float32Array.from(cut[index] ?? [])]));
}

const SEED = Float32Array.of(0.7, -1.2, 0.4, 0.9);
const H = 2 ** -6;

/** How far the gradient is from the slope that small changes of the feature map show. */
async function slopeDifference({ plan, head }: LoadedNetwork, cut: ReadonlyMap<string, Float32Array>): Promise<number> {
  const name = plan.target?.value ?? '';
  const scoreWith = async (index: number, change: number): Promise<number> => {
    const moved = Float32Array.from(cut.get(name) ?? []);
    moved[index] = (moved[index] ?? 0) + change;
    const { scores } = await head.run(new Map([...cut, [name, moved]]));
    return scores.reduce((total, score, unit) => total + score * (SEED[unit] ?? 0), 0);
  };
  const slopes = Float32Array.from(cut.get(name) ?? []);
  for (const index of slopes.keys()) {
    slopes[index] = ((await scoreWith(index, H)) - (await scoreWith(index, -H))) / (2 * H);
  }
  const run = await head.run(cut);
  return relativeDifference(await run.gradient(SEED), slopes);
}

const oneEach = [['Tanh'], ['Sigmoid'], ['Exp'], ['Erf'], ['Neg'], ['Identity'], ['Gelu', 20]] as const;

/** What may lie between attention and scores, by what it is. */
const CASES: readonly (readonly [what: string, bytes: Uint8Array])[] = [
  ['attention', transformer()],
  ['a normalisation in pieces', transformer('attended', { norm: NORM_IN_PIECES, opset: 13 })],
  ...oneEach.map(
    ([op, opset = 17]) => [op, transformer('made', { nodes: [node(op, ['attended'], 'made')], opset })] as const,
  ),
  [
    'a ReLU',
    transformer('made', {
      nodes: [node('Add', ['attended', 'far'], 'lifted'), node('Relu', ['lifted'], 'made')],
      constants: [floats('far', [1, 1, 8], [9, -9, 9, 9, -9, 9, -9, 9])],
    }),
  ],
  [
    'an approximate GELU',
    transformer('made', { nodes: [node('Gelu', ['attended'], 'made', { approximate: 'tanh' })], opset: 20 }),
  ],
  [
    'a second normalisation and a GELU in pieces',
    transformer('made', {
      nodes: [
        node('LayerNormalization', ['attended', 'scale', 'shift'], 'again', { axis: -1 }),
        node('Div', ['again', 'root'], 'less'),
        node('Erf', ['less'], 'erf'),
        node('Add', ['erf', 'one'], 'above'),
        node('Mul', ['again', 'above'], 'double'),
        node('Mul', ['double', 'half'], 'made'),
      ],
      constants: [floats('root', [], [Math.SQRT2]), floats('one', [], [1]), floats('half', [], [0.5])],
    }),
  ],
  [
    'a quotient, a square and a root',
    transformer('made', {
      nodes: [
        node('Pow', ['attended', 'exponent'], 'square'),
        node('Add', ['square', 'more'], 'positive'),
        node('Sqrt', ['positive'], 'root'),
        node('Reciprocal', ['root'], 'inverse'),
        node('Mul', ['attended', 'inverse'], 'product of both'),
        node('Div', ['product of both', 'root'], 'made'),
      ],
      constants: [floats('exponent', [], [2]), floats('more', [], [1])],
    }),
  ],
  [
    'means and sums over tokens, broadcast',
    transformer('made', {
      nodes: [
        node('ReduceMean', ['attended'], 'mean', { axes: [1], keepdims: 1 }),
        node('ReduceSum', ['attended', 'over'], 'total', { keepdims: 0 }),
        node('Unsqueeze', ['total', 'over'], 'kept'),
        node('Sub', ['mean', 'kept'], 'apart'),
        node('Expand', ['apart', 'whole'], 'wide'),
        node('Mul', ['attended', 'wide'], 'weighed'),
        node('Sub', ['weighed', 'mean'], 'made'),
      ],
      constants: [integers('over', [1]), integers('whole', [1, 5, 8])],
    }),
  ],
  [
    'parts, put together in another order',
    transformer('made', {
      nodes: [
        node('Split', ['attended', 'lengths'], ['left', 'right'], { axis: 2 }),
        node('Slice', ['attended', 'from', 'to', 'along', 'by two'], 'odd'),
        node('Slice', ['attended', 'zero', 'to', 'along', 'by three'], 'third'),
        node('Mul', ['left', 'odd'], 'gated'),
        node('Concat', ['right', 'gated'], 'joined once', { axis: 2 }),
        node('Concat', ['third', 'joined once', 'left'], 'longer', { axis: 2 }),
        node('MatMul', ['longer', 'shorten'], 'made'),
      ],
      constants: [
        integers('lengths', [4, 4]),
        ...Object.entries({ from: 1, to: 9, along: 2, zero: 0, 'by two': 2, 'by three': 3 }).map(([name, value]) =>
          integers(name, [value]),
        ),
        weights('shorten', 15, 8),
      ],
    }),
  ],
  [
    'shares that are asked for being numbers',
    transformer('made', {
      nodes: [node('IsNaN', ['attended'], 'broken'), node('Where', ['broken', 'nothing', 'attended'], 'made')],
      constants: [floats('nothing', [], [0])],
    }),
  ],
  [
    'a factor that the graph computes of a shape',
    transformer('made', {
      nodes: [
        node('Shape', ['attended'], 'sides'),
        node('Gather', ['sides', 'last side'], 'width', { axis: 0 }),
        node('Cast', ['width'], 'number', { to: 1 }),
        node('Div', ['attended', 'number'], 'made'),
      ],
      constants: [integers('last side', [2], [])],
    }),
  ],
];

describe('a transformer that answers from its class token', () => {
  it.each(CASES)(
    '%s: is explained by what its last attention reads, with the slope that small changes show',
    async (_what, bytes) => {
      const network = await loaded(bytes);
      try {
        const { plan } = network;
        expect(plan.target).toMatchObject({ layer: '/normal', shape: [2, 2, 8] });
        const picture = new Float32Array(8 * 8 * 3);
        expect(await headMismatch(network, [-1, 1], picture)).toBeNull();
        expect(await slopeDifference(network, await cutOf(network))).toBeLessThan(2e-3);
      } finally {
        await network.runner.close();
      }
    },
  );

  it('has the places of its patches, row by row: a change in the lower left one changes that place alone', async () => {
    const { plan, runner } = await loaded(transformer());
    const mapOf = async (picture: Float32Array): Promise<Float32Array> =>
      Float32Array.from((await runner.run(picture)).cut[0] ?? []);
    const plain = testPicture(plan.input, [-1, 1]);
    // Channels first: row 4 of 8 begins at place 32.
    const before = await mapOf(plain);
    const after = await mapOf(plain.with(32, 1 - (plain[32] ?? 0)));
    const changed = Array.from({ length: 4 }, (_, place) =>
      [...Array(8).keys()].some((channel) => before[place * 8 + channel] !== after[place * 8 + channel]),
    );
    expect(changed).toEqual([false, false, true, false]);
    await runner.close();
  });

  it('takes another layer of tokens by its name, and refuses one without places', async () => {
    const { plan, runner } = await loaded(transformer(), '/tokens');
    expect(plan.target).toMatchObject({ layer: '/tokens', shape: [2, 2, 8] });
    await runner.close();
    const { message } = await refusal(loaded(transformer(), '/scores'));
    expect(message).toContain('Layer "/scores" has no feature map');
  });

  it('predicts without heatmaps where there is no gradient of an operator', async () => {
    const network = await loaded(transformer('made', { nodes: [node('Round', ['attended'], 'made')] }));
    expect(network.plan.target).toBeNull();
    expect((await network.runner.run(testPicture(network.plan.input, [-1, 1]))).scores).toHaveLength(4);
    await network.runner.close();
  });
});
