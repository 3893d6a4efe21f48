import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backendReasonText } from '../../../src/vision/backend-choice.js';
import { explainClass } from '../../../src/vision/cam/class-map.js';
import { loadNetwork } from '../../../src/vision/loaded-network.js';
import { compileModel } from '../../../src/vision/model/compile.js';
import { namesIn } from '../../../src/vision/model/onnx/own-words.js';
import { testPicture } from '../../../src/vision/model/plan-proof.js';
import { probabilitiesOf } from '../../../src/vision/probabilities.js';
import { openOnnxFile } from '../../../src/vision/trunk/onnx/file-runner.js';
import { headMismatch } from '../../../src/vision/proof.js';
import { refusal } from '../../support/errors.js';
import { folderWith } from '../../support/models.js';
import { largestDifference } from '../../support/numbers.js';
import {
  between,
  CONVOLVED,
  floats,
  integers,
  node,
  onnxFile,
  pooledScores,
  port,
  positive,
  weights,
} from '../../support/onnx-files.js';
import type { OnnxParts } from '../../support/onnx-files.js';
import { channelsFirst, runOnArrays } from '../../support/plans.js';
import { forward, runOn } from '../../support/run.js';

async function compiled(bytes: Uint8Array, others: Readonly<Record<string, Uint8Array>> = {}) {
  return compileModel(join(await folderWith({ 'net.onnx': bytes, ...others }), 'net.onnx'));
}

/** How far the plan is from what ONNX Runtime makes of the file itself: on typed arrays, and written out again. */
async function distances(bytes: Uint8Array, others: Readonly<Record<string, Uint8Array>> = {}) {
  const { compiled: made, expected } = await compiled(bytes, others);
  const { plan, whole } = made;
  if (expected === null) throw new RangeError(`There is no plan: ${whole?.why ?? ''}`);
  const picture = testPicture(plan.input, expected.pixels);
  const off = (scores: Float32Array): number => {
    const outputs = expected.closed ? probabilitiesOf(scores, plan.output) : scores;
    return largestDifference(outputs, expected.outputs);
  };
  return {
    plan,
    off: [off((await runOnArrays(plan, picture)).scores), off((await runOn('onnx', plan, picture)).scores)],
  };
}

const half = (name: string, dims: readonly number[], bits: readonly number[]) => ({
  name,
  dims,
  dataType: 10,
  rawData: new Uint8Array(Uint16Array.from(bits).buffer),
});

const END = pooledScores('map');
const norm = [positive('gamma', 6), weights('beta', 6), weights('mean', 6), positive('variance', 6)];

/** Graphs as exporters write them. */
const EXPORTS: readonly (readonly [what: string, file: Uint8Array])[] = [
  ['a convolution, pooling and a dense layer', between([], { last: 'map' })],
  [
    'its nodes in no order, as ONNX Runtime leaves them that turns numbers into 16 bits',
    onnxFile({
      nodes: [...END.nodes, ...CONVOLVED.nodes].toReversed(),
      constants: [...CONVOLVED.constants, ...END.constants],
    }),
  ],
  [
    'a closing softmax',
    onnxFile({
      nodes: [
        ...CONVOLVED.nodes,
        ...END.nodes.slice(0, 2),
        node('Gemm', ['flat', 'kernel', 'offsets'], 'z', { transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } }),
        node('Softmax', ['z'], 'scores', { axis: 1 }),
      ],
      constants: [...CONVOLVED.constants, ...END.constants],
    }),
  ],
  [
    'channels last, as of Keras',
    onnxFile({
      inputs: [port('picture', [null, 8, 8, 3])],
      nodes: [
        node('Transpose', ['picture'], 'first', { perm: [0, 3, 1, 2] }),
        node('Conv', ['first', 'filter'], 'convolved', {
          kernel_shape: [3, 3],
          auto_pad: 'SAME_UPPER',
          strides: [2, 2],
        }),
        node('Transpose', ['convolved'], 'last', { perm: [0, 2, 3, 1] }),
        node('Mul', ['last', 'scale'], 'scaled'),
        node('ReduceMean', ['scaled'], 'pooled', { axes: [1, 2], keepdims: 0 }),
        node('MatMul', ['pooled', 'matrix'], 'product'),
        node('Add', ['product', 'offsets'], 'scores'),
      ],
      constants: [weights('filter', 6, 3, 3, 3), positive('scale', 6), weights('matrix', 6, 4), weights('offsets', 4)],
    }),
  ],
  [
    'batch normalisation',
    between([node('BatchNormalization', ['map', 'gamma', 'beta', 'mean', 'variance'], 'normal')], {
      last: 'normal',
      constants: norm,
    }),
  ],
  [
    'a grouped convolution',
    between([node('Conv', ['map', 'grouped'], 'made', { group: 2, strides: [2, 2], pads: [0, 1, 1, 1] })], {
      last: 'made',
      channels: 4,
      constants: [weights('grouped', 4, 3, 3, 3)],
    }),
  ],
  [
    'a depthwise one of two filters a channel',
    between([node('Conv', ['map', 'deep'], 'made', { group: 6, dilations: [2, 2] })], {
      last: 'made',
      channels: 12,
      constants: [weights('deep', 12, 1, 3, 3)],
    }),
  ],
  [
    'pooling that rounds up',
    between([node('MaxPool', ['map'], 'made', { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 })], {
      last: 'made',
    }),
  ],
  [
    'pooling that counts padding',
    between(
      [node('AveragePool', ['map'], 'made', { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 1 })],
      { last: 'made' },
    ),
  ],
  [
    'pooling that does not',
    between([node('AveragePool', ['map'], 'made', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })], { last: 'made' }),
  ],
  [
    'padding',
    between([node('Pad', ['map', 'sides', 'value'], 'made')], {
      last: 'made',
      constants: [integers('sides', [0, 0, 1, 2, 0, 0, 0, 1]), floats('value', [], [0.5])],
    }),
  ],
  [
    'padding of named axes',
    between([node('Pad', ['map', 'sides', '', 'axes'], 'made')], {
      last: 'made',
      opset: 18,
      constants: [integers('sides', [1, 2]), integers('axes', [3])],
    }),
  ],
  [
    'squeeze and excitation',
    between(
      [
        node('ReduceMean', ['map', 'axes'], 'squeezed', { keepdims: 1 }),
        node('Conv', ['squeezed', 'down'], 'less'),
        node('Relu', ['less'], 'few'),
        node('Conv', ['few', 'up'], 'more'),
        node('HardSigmoid', ['more'], 'gate', { alpha: { float: 1 / 6 } }),
        node('Mul', ['map', 'gate'], 'made'),
      ],
      {
        last: 'made',
        opset: 18,
        constants: [integers('axes', [2, -1]), weights('down', 2, 6, 1, 1), weights('up', 6, 2, 1, 1)],
      },
    ),
  ],
  [
    'logarithms of probabilities',
    onnxFile({
      nodes: [
        ...CONVOLVED.nodes,
        ...END.nodes.slice(0, 2),
        node('Gemm', ['flat', 'kernel', 'offsets'], 'z', { transB: 1 }),
        node('LogSoftmax', ['z'], 'scores', { axis: 1 }),
      ],
      constants: [...CONVOLVED.constants, ...END.constants],
    }),
  ],
  [
    'a picture of bytes',
    onnxFile({
      inputs: [port('picture', [null, 3, 8, 8], 2)],
      nodes: [
        node('Cast', ['picture'], 'numbers', { to: 1 }),
        node('Div', ['numbers', 'most'], 'scaled'),
        node('Conv', ['scaled', 'filter', 'bias'], 'map', { pads: [1, 1, 1, 1] }),
        ...END.nodes,
      ],
      constants: [...CONVOLVED.constants, ...END.constants, floats('most', [], [255])],
    }),
  ],
  ['SiLU', between([node('Sigmoid', ['map'], 'gate'), node('Mul', ['map', 'gate'], 'made')], { last: 'made' })],
  [
    'hard swish in pieces, and whole',
    between(
      [
        node('Add', ['map', 'three'], 'raised'),
        node('Clip', ['raised', 'zero', 'six'], 'clipped'),
        node('Mul', ['map', 'clipped'], 'both'),
        node('Div', ['both', 'six'], 'swished'),
        node('HardSwish', ['swished'], 'made'),
      ],
      { last: 'made', constants: [floats('three', [], [3]), floats('zero', [], [0]), floats('six', [], [6])] },
    ),
  ],
  [
    'a clip between other numbers',
    between([node('Clip', ['map', 'low', 'high'], 'made')], {
      last: 'made',
      constants: [floats('low', [], [0.25]), floats('high', [], [1.5])],
    }),
  ],
  [
    'a GELU in pieces',
    between(
      [
        node('Div', ['map', 'root'], 'part'),
        node('Erf', ['part'], 'erf'),
        node('Add', ['erf', 'one'], 'sum'),
        node('Mul', ['map', 'sum'], 'twice'),
        node('Mul', ['twice', 'half'], 'made'),
      ],
      {
        last: 'made',
        constants: [floats('root', [], [Math.SQRT2]), floats('one', [], [1]), floats('half', [], [0.5])],
      },
    ),
  ],
  [
    'a residual and a concatenation',
    between(
      [
        node('Conv', ['map', 'same'], 'other'),
        node('Add', ['map', 'other'], 'sum'),
        node('Concat', ['sum', 'map'], 'made', { axis: 1 }),
      ],
      { last: 'made', channels: 12, constants: [weights('same', 6, 6, 1, 1)] },
    ),
  ],
  [
    'padding that is turned around, as PyTorch has it the other way',
    between(
      [
        node('Reshape', ['pairs', 'by two'], 'rows'),
        node('Slice', ['rows', 'last', 'first', 'axis', 'back'], 'reversed'),
        node('Transpose', ['reversed'], 'columns', { perm: [1, 0] }),
        node('Reshape', ['columns', 'in a row'], 'pads'),
        node('Cast', ['pads'], 'whole', { to: 7 }),
        node('Pad', ['map', 'whole'], 'made'),
      ],
      {
        last: 'made',
        constants: [
          integers('pairs', [0, 1, 2, 0, 0, 0, 0, 0]),
          integers('by two', [-1, 2]),
          integers('last', [-1]),
          integers('first', [-(2 ** 62)]),
          integers('axis', [0]),
          integers('back', [-1]),
          integers('in a row', [-1]),
        ],
      },
    ),
  ],
  [
    'channels that are split and shuffled',
    between(
      [
        node('Split', ['map'], ['one', 'two'], { axis: 1 }),
        node('Slice', ['map', 'from', 'to', 'axis'], 'rest'),
        node('Conv', ['two', 'same'], 'second'),
        node('Concat', ['one', 'second', 'rest'], 'joined', { axis: 1 }),
        node('Reshape', ['joined', 'apart'], 'groups'),
        node('Transpose', ['groups'], 'turned', { perm: [0, 2, 1, 3, 4] }),
        node('Reshape', ['turned', 'together'], 'made'),
      ],
      {
        last: 'made',
        channels: 10,
        constants: [
          weights('same', 3, 3, 1, 1),
          integers('from', [2]),
          integers('to', [2 ** 40]),
          integers('axis', [1]),
          integers('apart', [-1, 2, 5, 8, 8]),
          integers('together', [0, -1, 8, 8]),
        ],
      },
    ),
  ],
  [
    'the layers of ConvNeXt',
    between(
      [
        node('Transpose', ['map'], 'last', { perm: [0, 2, 3, 1] }),
        node('LayerNormalization', ['last', 'gamma', 'beta'], 'normal', { epsilon: { float: 1e-6 } }),
        node('MatMul', ['normal', 'wide'], 'wider'),
        node('Mul', ['wider', 'scale'], 'scaled'),
        node('Transpose', ['scaled'], 'first', { perm: [0, 3, 1, 2] }),
        node('Add', ['map', 'first'], 'made'),
      ],
      { last: 'made', constants: [...norm.slice(0, 2), weights('wide', 6, 6), weights('scale', 6)] },
    ),
  ],
  [
    'a layer normalisation in pieces',
    between(
      [
        node('Transpose', ['map'], 'last', { perm: [0, 2, 3, 1] }),
        node('ReduceMean', ['last'], 'mean', { axes: [-1] }),
        node('Sub', ['last', 'mean'], 'centred'),
        node('Pow', ['centred', 'two'], 'square'),
        node('ReduceMean', ['square'], 'variance', { axes: [-1] }),
        node('Add', ['variance', 'small'], 'raised'),
        node('Sqrt', ['raised'], 'deviation'),
        node('Div', ['centred', 'deviation'], 'normal'),
        node('Mul', ['normal', 'gamma'], 'scaled'),
        node('Transpose', ['scaled'], 'made', { perm: [0, 3, 1, 2] }),
      ],
      {
        last: 'made',
        opset: 11,
        constants: [positive('gamma', 6), floats('two', [], [2]), floats('small', [], [1e-5])],
      },
    ),
  ],
  [
    'a map that is flattened by a computed shape',
    onnxFile({
      nodes: [
        ...CONVOLVED.nodes,
        node('Shape', ['map'], 'shape'),
        node('Constant', [], 'zeroth', { value: { tensor: integers('', [0], []) } }),
        node('Gather', ['shape', 'zeroth'], 'batch', { axis: 0 }),
        node('Unsqueeze', ['batch'], 'batches', { axes: [0] }),
        node('Concat', ['batches', 'left'], 'target', { axis: 0 }),
        node('Reshape', ['map', 'target'], 'flat'),
        node('Gemm', ['flat', 'kernel'], 'scores'),
      ],
      constants: [...CONVOLVED.constants, integers('left', [-1]), weights('kernel', 6 * 64, 4)],
      opset: 12,
    }),
  ],
  [
    'a view in other strides, as PyTorch writes it behind pooling',
    onnxFile({
      nodes: [
        ...CONVOLVED.nodes,
        node('GlobalAveragePool', ['map'], 'pooled'),
        node('Reshape', ['pooled', 'row'], 'numbers'),
        node('Gather', ['numbers', 'each'], 'view', { axis: 0 }),
        node('Flatten', ['view'], 'flat'),
        node('Gemm', ['flat', 'kernel', 'offsets'], 'scores', { transB: 1 }),
      ],
      constants: [
        ...CONVOLVED.constants,
        ...END.constants,
        integers('row', [-1]),
        integers('each', [0, 1, 2, 3, 4, 5], [1, 6, 1, 1]),
      ],
    }),
  ],
  [
    'constants that are inputs too, and nodes that do nothing',
    onnxFile({
      nodes: [
        ...CONVOLVED.nodes,
        node('Identity', ['map'], 'same'),
        node('Dropout', ['same'], 'kept'),
        ...pooledScores('kept').nodes,
      ],
      constants: [...CONVOLVED.constants, ...END.constants],
      inputs: [port('picture', [1, 3, 8, 8]), port('filter', [6, 3, 3, 3]), port('bias', [6]), port('kernel', [4, 6])],
    }),
  ],
  [
    'weights of 16 bits',
    between([node('Cast', ['halves'], 'numbers', { to: 1 }), node('Mul', ['map', 'numbers'], 'made')], {
      last: 'made',
      constants: [half('halves', [6, 1, 1], [0x3c00, 0xc000, 0x3555, 0x0001, 0x4900, 0x3800])],
    }),
  ],
  [
    'a maximum over places, and of two maps',
    between([node('Max', ['map', 'convolved'], 'larger'), node('Sub', ['one', 'larger'], 'made')], {
      last: 'made',
      constants: [floats('one', [1], [1])],
    }),
  ],
  [
    'places that are repeated',
    between(
      [
        node('Resize', ['map', '', 'scales'], 'made', {
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        }),
      ],
      { last: 'made', constants: [floats('scales', [4], [1, 1, 2, 3])] },
    ),
  ],
];

describe('an ONNX file becomes a plan that computes what ONNX Runtime makes of the file', () => {
  it.each(EXPORTS)('%s', async (_what, file) => {
    const { off, plan } = await distances(file);
    expect(Math.max(...off)).toBeLessThan(2e-5);
    expect(plan.target?.shape.length).toBe(3);
  });

  it('with its weights in a file beside it, as PyTorch writes large ones', async () => {
    const numbers = Float32Array.from({ length: 162 + 6 }, (_, at) => Math.sin(at));
    const away = (name: string, dims: number[], offset: number, length: number) => ({
      name,
      dims,
      dataType: 1,
      dataLocation: 1,
      externalData: Object.entries({ location: 'net.onnx.data', offset, length }).map(([key, value]) => ({
        key,
        value: String(value),
      })),
    });
    const constants = [away('filter', [6, 3, 3, 3], 24, 648), away('bias', [6], 0, 24), ...END.constants];
    const file = onnxFile({ nodes: [...CONVOLVED.nodes, ...END.nodes], constants });
    const { off } = await distances(file, { 'net.onnx.data': new Uint8Array(numbers.buffer) });
    expect(Math.max(...off)).toBeLessThan(2e-5);
  });
});

describe('the pixel range of an ONNX file', () => {
  const rangeOf = async (parts: Partial<OnnxParts>) =>
    (await compiled(between([], { last: 'map', ...parts }))).findings.range;

  it('is a guess from the program that saved it, where no layer of its own scales pixels', async () => {
    expect(await rangeOf({})).toEqual({ from: 'exporter', range: 'torch', exporter: 'PyTorch' });
    const metadata = { author: 'Ultralytics' };
    expect(await rangeOf({ metadata })).toEqual({ from: 'exporter', range: [0, 1], exporter: 'Ultralytics' });
    expect(await rangeOf({ producer: 'tf2onnx' })).toBeNull();
  });

  it('is that of bytes where it takes bytes', async () => {
    const file = between([node('Cast', ['picture'], 'numbers', { to: 1 })], {
      last: 'map',
      inputs: [port('picture', [1, 3, 8, 8], 2)],
    });
    const [, bytes = new Uint8Array()] = EXPORTS.find(([what]) => what === 'a picture of bytes') ?? [];
    expect((await compiled(bytes)).findings.range).toEqual({ from: 'own-layers', range: [0, 255], layer: 'picture' });
    // A convolution of bytes is none of ONNX.
    expect((await refusal(compiled(file))).message).toMatch(/ONNX Runtime cannot run the model/);
  });
});

describe('what the program that saved an ONNX file wrote into it', () => {
  const saved = async (metadata: Readonly<Record<string, string>>, parts: Partial<OnnxParts> = {}) =>
    compiled(between([], { last: 'map', metadata, ...parts }));

  it('names the classes, where it names each of them', async () => {
    const names = `{0: 'tench', 1: "bird's nest", 2: 'a \\'b\\' "c"', 3: 'é'}`;
    const { findings } = await saved({ author: 'Ultralytics', names });
    expect(findings).toMatchObject({
      labels: ['tench', "bird's nest", `a 'b' "c"`, 'é'],
      resize: { to: 'crop', exporter: 'Ultralytics' },
    });
    const fewer = await saved({ author: 'Ultralytics', names: "{0: 'class0', 1: 'class1'}" });
    expect(fewer.findings.labels).toEqual([]);
  });

  it('says how large the picture is, where the network takes any', async () => {
    const inputs = [port('picture', [null, 3, null, null])];
    const { compiled: made } = await saved({ imgsz: '[16, 24]' }, { inputs });
    expect(made.plan.input).toEqual({ height: 16, width: 24, channels: 3 });
    const given = await saved({ imgsz: '[16, 24]' });
    expect(given.compiled.plan.input).toEqual({ height: 8, width: 8, channels: 3 });
  });

  it.each<[string, string[] | null]>([
    ["{1: 'b', 0: 'a'}", ['a', 'b']],
    ['{0: "a",1:"b",}', ['a', 'b']],
    ["{0: 'a', 2: 'c'}", null],
    ["{0: 'a', 1: ' '}", null],
    ["{0: 'a', 1: 'b'", null],
    ["{0: 'a', 1: b}", null],
    ["{0: 'a' 1: 'b'}", null],
    ["['a', 'b']", null],
    ['{}', null],
    ['', null],
  ])('as names %s is read as %j', (text, expected) => {
    expect(namesIn(text)).toEqual(expected);
  });
});

/** A node that there is no step for: each place's channels normalised by groups of two, over all places. */
const GROUPED = [
  node('InstanceNormalization', ['map', 'gamma', 'beta'], 'instance'),
  node('Abs', ['instance'], 'absolute'),
  node('Relu', ['absolute'], 'made'),
];

describe('a file with operators that have no step', () => {
  const file = between(GROUPED, { last: 'made', constants: norm.slice(0, 2) });

  it('runs as it is, with the last feature map as an added output and a head of steps', async () => {
    const folder = await folderWith({ 'net.onnx': file });
    const { compiled: made, findings } = await compileModel(folder);
    expect(made.whole).toMatchObject({
      on: 'onnx',
      why: expect.stringMatching(/InstanceNormalization, Abs/) as string,
    });
    expect(made.plan).toMatchObject({ trunk: [], target: { layer: '/made', shape: [8, 8, 6] } });
    expect(findings).toMatchObject({ origin: 'ONNX, operator set 17 (pytorch)', layers: 8, channels: 3 });
    const network = await loadNetwork(made, { threads: 1, model: join(folder, 'net.onnx') });
    expect(backendReasonText(network.reason)).toContain('without a step');
    expect(await headMismatch(network, [-1, 1], new Float32Array(8 * 8 * 3))).toBeNull();
    const { cut, scores } = await forward(network.runner, made.plan, testPicture(made.plan.input, [-1, 1]));
    const run = await network.head.run(cut);
    expect(largestDifference(run.scores, scores)).toBeLessThan(1e-5);
    const { values, rows, columns } = await explainClass(
      made.plan,
      { cut, run: () => Promise.resolve(run) },
      0,
      'gradcam',
    );
    expect([rows, columns, Math.max(...values)]).toEqual([8, 8, 1]);
    await network.runner.close();
  });

  it.each([
    [
      'patches, channels last',
      [
        node('Transpose', ['row'], 'patches', { perm: [0, 2, 1] }),
        node('ReduceMean', ['patches'], 'flat', { axes: [1], keepdims: 0 }),
      ],
    ],
    [
      'patches, channels last, with an axis that is kept',
      [
        node('Transpose', ['row'], 'patches', { perm: [0, 2, 1] }),
        node('ReduceMean', ['patches'], 'pooled', { axes: [1] }),
        node('Flatten', ['pooled'], 'flat'),
      ],
    ],
    ['patches, channels first', [node('GlobalAveragePool', ['row'], 'pooled'), node('Flatten', ['pooled'], 'flat')]],
  ])('is explained at %s, as where they lie in rows and columns', async (_name, pooling) => {
    const constants = [...CONVOLVED.constants, ...norm.slice(0, 2), ...END.constants];
    const row = node('Reshape', ['made', 'sides'], 'row');
    const bytes = onnxFile({
      nodes: [...CONVOLVED.nodes, ...GROUPED, row, ...pooling, ...END.nodes.slice(2)],
      constants: [...constants, integers('sides', [1, 6, 64])],
    });
    const maps = await Promise.all(
      [bytes, file].map(async (each) => {
        const folder = await folderWith({ 'net.onnx': each });
        const { plan, whole } = (await compileModel(folder)).compiled;
        expect(plan.target?.shape).toEqual([8, 8, 6]);
        const network = await loadNetwork({ plan, whole }, { threads: 1, model: join(folder, 'net.onnx') });
        const { cut } = await forward(network.runner, plan, testPicture(plan.input, [-1, 1]));
        const { values } = await explainClass(plan, { cut, run: () => network.head.run(cut) }, 0, 'gradcam');
        await network.runner.close();
        return values;
      }),
    );
    const [patches, places] = maps;
    expect(largestDifference(patches ?? [], places ?? [])).toBeLessThan(1e-5);
  });

  it('has no map of patches that are not as many as rows and columns of the picture', async () => {
    const bytes = onnxFile({
      nodes: [
        ...CONVOLVED.nodes,
        ...GROUPED,
        node('Reshape', ['made', 'sides'], 'row'),
        node('Slice', ['row', 'from', 'to', 'axis'], 'fewer'),
        node('GlobalAveragePool', ['fewer'], 'pooled'),
        node('Flatten', ['pooled'], 'flat'),
        ...END.nodes.slice(2),
      ],
      constants: [
        ...CONVOLVED.constants,
        ...norm.slice(0, 2),
        ...END.constants,
        integers('sides', [1, 6, 64]),
        integers('from', [0]),
        integers('to', [63]),
        integers('axis', [2]),
      ],
    });
    const { plan } = (await compileModel(await folderWith({ 'net.onnx': bytes }))).compiled;
    expect(plan.target).toBeNull();
  });

  it('is explained at another layer by its node’s name', async () => {
    const folder = await folderWith({ 'net.onnx': between([], { last: 'map' }) });
    const { plan } = (await compileModel(folder, { layer: '/convolved' })).compiled;
    expect(plan.target).toMatchObject({ layer: '/convolved', shape: [8, 8, 6] });
  });

  it.each([
    ['ReduceMean', [node('ReduceMean', ['normal'], 'flat', { axes: [1, 2], keepdims: 0 })]],
    [
      'GlobalAveragePool',
      [
        node('Transpose', ['normal'], 'channels', { perm: [0, 3, 1, 2] }),
        node('GlobalAveragePool', ['channels'], 'pooled'),
        node('Flatten', ['pooled'], 'flat'),
      ],
    ],
  ])('is explained where windows mixed the places, by what a %s before the scores pools', async (_what, pooling) => {
    const windows = onnxFile({
      nodes: [
        ...CONVOLVED.nodes,
        node('Reshape', ['map', 'tokens'], 'rows'),
        node('Transpose', ['rows'], 'columns', { perm: [0, 2, 1] }),
        node('Reshape', ['columns', 'places'], 'last'),
        node('Abs', ['last'], 'absolute'),
        node('LayerNormalization', ['absolute', 'gamma', 'beta'], 'normal'),
        ...pooling,
        node('Gemm', ['flat', 'kernel', 'offsets'], 'scores', { transB: 1 }),
      ],
      constants: [
        ...CONVOLVED.constants,
        ...norm.slice(0, 2),
        ...END.constants,
        integers('tokens', [0, 6, 64]),
        integers('places', [0, 8, 8, 6]),
      ],
    });
    const path = join(await folderWith({ 'net.onnx': windows }), 'net.onnx');
    const { compiled: made } = await compileModel(path);
    const { plan, whole } = made;
    expect(plan.target).toMatchObject({ layer: '/normal', shape: [8, 8, 6] });
    const picture = testPicture(plan.input, [-1, 1]);
    const { runner } = await loadNetwork(made, { threads: 1, model: path });
    const { cut } = await forward(runner, plan, picture);
    await runner.close();
    if (whole?.on !== 'onnx') throw new RangeError('It has a plan.');
    const session = await openOnnxFile(path, whole.input, ['normal'], 1);
    const outputs = await session.run(channelsFirst(picture, 3), [1, 3, 8, 8], ['normal']);
    await session.close();
    expect([...cut.values()]).toEqual([outputs.get('normal')?.values]);
  });

  it('predicts without heatmaps where the head has one of them, as attention has', async () => {
    const attention = onnxFile({
      nodes: [
        ...CONVOLVED.nodes,
        node('Reshape', ['map', 'tokens'], 'rows'),
        node('Transpose', ['rows'], 'columns', { perm: [0, 2, 1] }),
        node('MatMul', ['rows', 'columns'], 'alike'),
        node('Softmax', ['alike'], 'shares', { axis: -1 }),
        node('MatMul', ['shares', 'rows'], 'mixed'),
        node('Flatten', ['mixed'], 'flat'),
        node('Gemm', ['flat', 'kernel'], 'scores'),
      ],
      constants: [...CONVOLVED.constants, integers('tokens', [0, 6, 64]), weights('kernel', 6 * 64, 4)],
    });
    const folder = await folderWith({ 'net.onnx': attention });
    const { compiled: made } = await compileModel(folder);
    expect(made.plan).toMatchObject({ target: null, head: [], cut: [made.plan.scores] });
    const { runner } = await loadNetwork(made, { threads: 1, model: join(folder, 'net.onnx') });
    const { scores } = await forward(runner, made.plan, testPicture(made.plan.input, [-1, 1]));
    expect(scores.every(Number.isFinite)).toBe(true);
    await runner.close();
  });

  it.each([
    ['numbers of 16 bits', 10, [-1, 1], 3e-3],
    ['bytes', 2, [0, 255], 1e-3],
  ] as const)('takes pictures and gives scores in %s', async (_what, type, pixels, most) => {
    const [, ...others] = CONVOLVED.nodes;
    const parts = {
      constants: [...CONVOLVED.constants, ...END.constants, ...norm.slice(0, 2), floats('most', [], [255])],
    };
    const nodesOf = (picture: string, scores: string) => [
      node('Div', [picture, 'most'], 'scaled'),
      node('Conv', ['scaled', 'filter', 'bias'], 'convolved', { pads: [1, 1, 1, 1] }),
      ...others,
      ...GROUPED,
      ...pooledScores('made').nodes.slice(0, 2),
      node('Gemm', ['flat', 'kernel', 'offsets'], scores, { transB: 1 }),
    ];
    const plain = onnxFile({ ...parts, nodes: nodesOf('picture', 'scores') });
    const typed = onnxFile({
      ...parts,
      inputs: [port('picture', [1, 3, 8, 8], type)],
      outputs: [port('scores', [1, 4], 10)],
      nodes: [
        node('Cast', ['picture'], 'numbers', { to: 1 }),
        ...nodesOf('numbers', 'z'),
        node('Cast', ['z'], 'scores', { to: 10 }),
      ],
    });
    const scoresOf = async (file: Uint8Array) => {
      const folder = await folderWith({ 'net.onnx': file });
      const { compiled: made } = await compileModel(folder);
      const { runner } = await loadNetwork(made, { threads: 1, model: join(folder, 'net.onnx') });
      const { scores } = await forward(runner, made.plan, testPicture(made.plan.input, pixels));
      await runner.close();
      return scores;
    };
    const [expected, actual] = [await scoresOf(plain), await scoresOf(typed)];
    expect(actual.length).toBe(4);
    expect(largestDifference(actual, expected)).toBeLessThan(most);
  });

  it('runs on ONNX Runtime alone', async () => {
    const folder = await folderWith({ 'net.onnx': file });
    const { compiled: made } = await compileModel(folder);
    const load = loadNetwork(made, { threads: 1, model: join(folder, 'net.onnx'), backend: 'wasm' });
    await expect(load).rejects.toThrow(/Only ONNX Runtime runs this model, not "wasm"/);
  });
});

describe('an ONNX file that cannot be read is refused with a sentence', () => {
  const good = between([], { last: 'map' });
  const outside = (location: string) => ({
    ...weights('filter', 6, 3, 3, 3),
    rawData: undefined,
    dataLocation: 1,
    externalData: [{ key: 'location', value: location }],
  });
  const withFilter = (filter: object) =>
    onnxFile({
      nodes: [...CONVOLVED.nodes, ...END.nodes],
      constants: [filter, CONVOLVED.constants[1], ...END.constants],
    });
  const files: [string, Uint8Array, RegExp][] = [
    ['cut off', good.subarray(0, good.length - 200), /no ONNX model, or damaged/],
    [
      'with noise behind its beginning',
      Uint8Array.from(good, (byte, at) => (at > 40 ? (at * 73) & 255 : byte)),
      /no ONNX model, or damaged/,
    ],
    [
      'quantised',
      between([node('QuantizeLinear', ['map', 's', 'z'], 'q'), node('DequantizeLinear', ['q', 's', 'z'], 'made')], {
        last: 'made',
        constants: [floats('s', [], [0.1]), { name: 'z', dims: [], dataType: 2, rawData: Uint8Array.of(3) }],
      }),
      /quantised \(node "\/q" is a QuantizeLinear\), which is not read: export it with float32/,
    ],
    [
      'of two inputs',
      onnxFile({
        nodes: [...CONVOLVED.nodes, ...END.nodes],
        constants: [...CONVOLVED.constants, ...END.constants],
        inputs: [port('picture', [1, 3, 8, 8]), port('sex', [1, 1])],
      }),
      /takes 2 inputs \("picture", "sex"\), not one picture/,
    ],
    [
      'of Keras with constants as inputs, of which there are no numbers',
      onnxFile({
        producer: 'tf2onnx',
        nodes: [...CONVOLVED.nodes, ...END.nodes],
        constants: [...CONVOLVED.constants, ...END.constants],
        inputs: [port('picture', [1, 3, 8, 8]), port('normalization/Sub/y:0', [1, 1, 1, 3])],
      }),
      /takes 2 inputs .*not one picture\..*--saved-model/,
    ],
    [
      'of whole numbers',
      onnxFile({ nodes: END.nodes, inputs: [port('map', [1, 3, 8, 8], 7)] }),
      /takes neither float32, float16 nor uint8 numbers: export it/,
    ],
    ['of videos', onnxFile({ nodes: END.nodes, inputs: [port('map', [1, 3, 8, 8, 8])] }), /is no picture/],
    [
      'of eight pictures',
      onnxFile({ nodes: END.nodes, inputs: [port('map', [8, 3, 8, 8])] }),
      /takes 8 pictures at once: export it for one/,
    ],
    [
      'of too large pictures',
      onnxFile({ nodes: END.nodes, inputs: [port('map', [1, 3, 9000, 9000])] }),
      /9000 x 9000, more than any classifier/,
    ],
    [
      'that is no classifier',
      onnxFile({ ...CONVOLVED, outputs: [port('map', [1, 6, 8, 8])] }),
      /is no classifier.*\[6, 8, 8\]|is no classifier.*\[8, 8, 6\]/,
    ],
    [
      'with weights elsewhere',
      withFilter(outside('../../etc/passwd')),
      /weights in the file "\.\.\/\.\.\/etc\/passwd"; they are read.*"net\.onnx\.data" beside it/,
    ],
    ['with weights that are missing', withFilter(outside('net.onnx.data')), /"net\.onnx\.data" is missing/],
    [
      'with fewer numbers than it says',
      withFilter({ ...weights('filter', 6, 3, 3, 2), dims: [6, 3, 3, 3] }),
      /Node "\/convolved" \(Conv\) does not fit: its constant "filter" has 432 bytes, and needs 648/,
    ],
    [
      'with more channels than there are',
      withFilter(weights('filter', 6, 4, 3, 3)),
      /filter takes 4 channels, its input has 3/,
    ],
    [
      'with numbers that are not finite',
      withFilter(floats('filter', [6, 3, 3, 3], Array<number>(162).fill(NaN))),
      /not finite/,
    ],
    [
      'in a circle',
      between([node('Add', ['map', 'made'], 'other'), node('Relu', ['other'], 'made')], { last: 'made' }),
      /reads "(?:made|other)", which nothing before it makes/,
    ],
    [
      'of an operator that nobody has',
      between([{ ...node('Nonsense', ['map'], 'made'), domain: 'org.example' }], { last: 'made' }),
      /ONNX Runtime cannot run the model/,
    ],
  ];
  it.each(files)('%s', async (_what, file, expected) => {
    const { code, message } = await refusal(compiled(file));
    expect(code).toBe('invalid-model');
    expect(message).toMatch(expected);
  });
});
