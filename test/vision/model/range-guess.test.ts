import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../../src/vision/model/builder.js';
import { compileModel } from '../../../src/vision/model/compile.js';
import { batchNormAffine } from '../../../src/vision/model/network.js';
import { guessRange } from '../../../src/vision/model/range-guess.js';
import { INPUT } from '../../../src/vision/trunk/plan.js';
import { changedModel, savedModel, stock } from '../../support/models.js';
import { NO_PADDING, ONE_BY_ONE, weights } from '../../support/plans.js';

const row = (...values: number[]) => weights([values.length], values);

type Build = (b: NetworkBuilder, value: string) => string;

const scaled =
  (scale: number[], shift: number[], name = 'scaling'): Build =>
  (b, value) =>
    b.unary(name, value, { op: 'affine', scale: row(...scale), shift: row(...shift) });

/** (x - mean) / standard deviation, as Normalization does. */
const normalised = (mean: number[], deviation: number[]): Build =>
  scaled(
    deviation.map((each) => 1 / each),
    mean.map((each, channel) => -each / (deviation[channel] ?? 1)),
    'normalization',
  );

function network(first: readonly Build[], names: readonly string[] = [], channels = 3) {
  const b = new NetworkBuilder({ height: 8, width: 8, channels });
  const value = first.reduce((made, build) => {
    const next = build(b, made);
    b.nameLayer(next, next);
    return next;
  }, INPUT);
  const filter = weights([3, 3, channels, 2], new Float32Array(18 * channels));
  const conv = b.conv('conv', value, { ...ONE_BY_ONE, filter, bias: null });
  for (const name of names) b.nameLayer(name, conv);
  return b.finish(b.globalPool('gap', conv, 'average', false));
}

/** One channel by its index. */
const picked =
  (from: number): Build =>
  (b, value) => {
    const filter = weights(
      [1, 1, 3, 1],
      [0, 1, 2].map((index) => (index === from ? 1 : 0)),
    );
    return b.conv(`picked${from}`, value, { ...ONE_BY_ONE, filter, bias: null });
  };

const reversed: Build = (b, value) => {
  const filter = weights([1, 1, 3, 3], [0, 0, 1, 0, 1, 0, 1, 0, 0]);
  return b.conv('reversed', value, { ...ONE_BY_ONE, filter, bias: null });
};

const IMAGENET = normalised([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]);
const BY_255 = scaled([1 / 255], [0]);
const pad: Build = (b, value) => b.pad('pad', value, { ...NO_PADDING, top: 1 });

describe('the first layers of a network', () => {
  it.each<[string, readonly Build[], readonly [number, number]]>([
    ['Rescaling to 0..1', [BY_255], [0, 255]],
    ['Rescaling to -1..1', [scaled([1 / 127.5], [-1])], [0, 255]],
    ['Rescaling by 1/127.5 alone', [scaled([1 / 127.5], [0])], [0, 255]],
    ['a division and a subtraction', [scaled([1 / 127.5], [0]), scaled([1], [-1])], [0, 255]],
    ['Rescaling from 0..1 to -1..1', [scaled([2], [-1])], [0, 1]],
    ['Rescaling from -1..1 to 0..1', [scaled([0.5], [0.5])], [-1, 1]],
    ['Rescaling from -1..1 to 0..255', [scaled([127.5], [127.5])], [-1, 1]],
    ['Normalization with ImageNet’s mean', [IMAGENET], [0, 1]],
    ['Rescaling, then Normalization', [BY_255, IMAGENET], [0, 255]],
    ['Normalization of 0..255', [normalised([115, 112, 105], [63, 62, 65])], [0, 255]],
    ['Normalization of 0..255 with one mean', [normalised([120], [64])], [0, 255]],
    ['Normalization of -1..1', [normalised([-0.1, -0.12, -0.2], [0.5, 0.49, 0.52])], [-1, 1]],
    ['means subtracted', [scaled([1], [-103.939, -116.779, -123.68])], [0, 255]],
    ['padding before Rescaling', [pad, BY_255], [0, 255]],
    [
      'EfficientNet’s Rescaling, Normalization and scaling once more',
      [BY_255, IMAGENET, scaled([2.09, 2.11, 2.1], [0, 0, 0])],
      [0, 255],
    ],
    ['colours reversed and means subtracted', [reversed, scaled([1], [-103.939, -116.779, -123.68])], [0, 255]],
    [
      'colours picked one by one, put together and scaled',
      [
        (b, value) =>
          b.concat(
            'stack',
            [2, 1, 0].map((from) => picked(from)(b, value)),
            2,
          ),
        BY_255,
      ],
      [0, 255],
    ],
    [
      'batch norm of 0..255',
      [
        (b, value) => {
          const affine = batchNormAffine(3, {
            gamma: row(1.1, 0.9, 1),
            beta: row(0.1, -0.1, 0),
            mean: row(120, 118, 110),
            variance: row(4100, 3900, 4300),
            epsilon: 1e-3,
          });
          return b.unary('bn', value, { op: 'affine', ...affine });
        },
      ],
      [0, 255],
    ],
  ])('tell: %s', (_, first, range) => {
    expect(guessRange(network(first))).toMatchObject({ from: 'own-layers', range });
  });

  it('are named as people know them', () => {
    expect(guessRange(network([pad, BY_255, IMAGENET]))).toMatchObject({ layer: 'scaling' });
  });

  it('of one channel tell too', () => {
    expect(guessRange(network([BY_255], [], 1))).toMatchObject({ range: [0, 255] });
  });

  it.each<[string, readonly Build[]]>([
    ['none that scale', []],
    ['scaling by one', [scaled([1], [0])]],
    ['reversed colours alone', [reversed]],
    ['a normalisation that two ranges fit', [normalised([0.13], [0.31])]],
    ['scaling that leads nowhere', [scaled([1e-6], [0])]],
  ])('say nothing: %s', (_, first) => {
    expect(guessRange(network(first))).toBeNull();
  });

  it('say nothing where the picture is read unscaled too', () => {
    const b = new NetworkBuilder({ height: 8, width: 8, channels: 3 });
    const both = b.combine('sum', [BY_255(b, INPUT), INPUT], 'add');
    expect(guessRange(b.finish(b.globalPool('gap', both, 'average', false)))).toBeNull();
  });
});

describe('names of layers', () => {
  it.each([
    ['MobileNet', ['conv1', 'conv_dw_1', 'conv_pw_1'], [-1, 1]],
    ['MobileNetV2', ['Conv1', 'expanded_conv_depthwise', 'block_1_expand'], [-1, 1]],
    ['MobileNetV3', ['Conv', 'expanded_conv_depthwise', 'expanded_conv_1_expand'], [-1, 1]],
    ['Xception', ['block1_conv1', 'block2_sepconv1'], [-1, 1]],
    ['InceptionV3', ['conv2d_94', 'mixed9_1'], [-1, 1]],
    ['InceptionResNetV2', ['mixed_5b', 'block35_1_mixed'], [-1, 1]],
    ['NASNet', ['stem_conv1', 'separable_conv_1_bn_normal_left1_0', 'normal_conv_1_0'], [-1, 1]],
    ['ResNetV2', ['conv1_conv', 'conv2_block1_preact_bn', 'conv2_block1_1_conv', 'conv2_block1_out'], [-1, 1]],
    ['ResNet', ['conv1_conv', 'conv1_bn', 'conv2_block1_1_conv', 'conv2_block1_out'], 'caffe'],
    ['VGG', ['block1_conv1', 'block5_conv3'], 'caffe'],
    ['DenseNet', ['conv1_conv', 'conv2_block1_0_bn', 'conv2_block1_concat'], 'torch'],
  ])('tell of %s', (architecture, names, range) => {
    expect(guessRange(network([], names))).toEqual({ from: 'architecture', architecture, range });
    const scoped = names.map((name) => `StatefulPartitionedCall/model/${name}/Conv2D`);
    expect(guessRange(network([], scoped))).toEqual({ from: 'architecture', architecture, range });
  });

  it.each([
    ['conv2d', 'block1_conv1', 'dense'],
    ['conv_1', 'mixed_feelings', 'block_1'],
  ])('of anybody’s own say nothing', (...names) => {
    expect(guessRange(network([], names))).toBeNull();
  });

  it('come after the first layers', () => {
    expect(guessRange(network([BY_255], ['block_1_expand']))).toMatchObject({ from: 'own-layers', range: [0, 255] });
  });

  it('of a network of colours say nothing of one that takes grey', () => {
    expect(guessRange(network([], ['block5_conv3'], 1))).toBeNull();
  });
});

describe('a compiled model', () => {
  it('is found to scale pixels itself, inside a nested model too', async () => {
    const { layers } = await stock();
    const nested = layers.sequential({
      name: 'preprocessing',
      layers: [layers.layers.rescaling({ scale: 1 / 127.5, offset: -1, inputShape: [8, 8, 3], name: 'rescale' })],
    });
    const built = layers.sequential({
      layers: [
        nested,
        layers.layers.conv2d({ filters: 4, kernelSize: 3, name: 'conv' }),
        layers.layers.globalAveragePooling2d({ name: 'gap' }),
        layers.layers.dense({ units: 2, activation: 'softmax', name: 'classes' }),
      ],
    });
    const { findings } = await compileModel(await savedModel(built));
    expect(findings).toMatchObject({ channels: 3, range: { from: 'own-layers', range: [0, 255], layer: 'rescale' } });
  });

  it.each([
    ['a graph', 'Identity'],
    ['a graph that runs whole', 'Sin'],
  ])('is found to be like an architecture, or to scale pixels before it: %s', async (_, op) => {
    const { range } = (await compileModel(await changedModel('graph', () => undefined))).findings;
    expect(range).toMatchObject({ from: 'architecture', architecture: 'MobileNetV2' });
    const folder = await changedModel('graph', (file) => {
      const nodes = file.modelTopology.node ?? [];
      const input = nodes.find((node) => node.op === 'Placeholder')?.name ?? '';
      const first = nodes.find((node) => node.input?.[0] === input);
      if (first?.input === undefined) throw new Error('The golden graph has changed.');
      const attr = { T: { type: 'DT_FLOAT' } };
      const scale = { name: 'by_255', shape: [], dtype: 'float32' };
      file.weightsManifest.push({ paths: ['scale.bin'], weights: [scale] });
      first.input[0] = 'scaled';
      nodes.push(
        { name: 'by_255', op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } },
        { name: 'scaled', op: 'Mul', input: [input, 'by_255'], attr },
      );
      const mean = nodes.find((node) => node.op === 'Mean');
      if (mean?.input === undefined) throw new Error('The golden graph pools.');
      nodes.push({ name: 'between', op, input: [mean.input[0] ?? ''], attr });
      mean.input[0] = 'between';
    });
    await writeFile(join(folder, 'scale.bin'), Float32Array.of(1 / 255));
    const { compiled, findings } = await compileModel(folder);
    expect(compiled.whole === null).toBe(op === 'Identity');
    expect(findings.range).toEqual({ from: 'own-layers', range: [0, 255], layer: 'scaled' });
  });
});
