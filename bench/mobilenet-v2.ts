import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32';
}

/** Deterministic numbers in -1..1 (mulberry32), so that every benchmark runs the same network. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * 2 - 1;
  };
}

/** Rounds a width to a multiple of eight, as the paper's reference implementation does. */
function divisibleByEight(width: number): number {
  const rounded = Math.max(8, Math.floor((width + 4) / 8) * 8);
  return rounded < 0.9 * width ? rounded + 8 : rounded;
}

/** expansion, channels, repeats, stride of each stage (Sandler et al. 2018, table 2). */
const STAGES: readonly (readonly [number, number, number, number])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/** Collects Keras layer configurations and their weights in step. */
class TopologyWriter {
  readonly layers: object[] = [];
  readonly weights: WeightEntry[] = [];
  readonly values: Float32Array[] = [];
  readonly #random = randomNumbers(1);

  layer(className: string, name: string, inputs: readonly string[], config: object): string {
    this.layers.push({
      class_name: className,
      name,
      config: { name, ...config },
      inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
    });
    return name;
  }

  weight(name: string, shape: readonly number[], value: (random: () => number) => number): void {
    this.weights.push({ name, shape, dtype: 'float32' });
    const length = shape.reduce((product, side) => product * side, 1);
    this.values.push(Float32Array.from({ length }, () => value(this.#random)));
  }

  conv(name: string, input: string, from: number, to: number, kernel: number, stride: number): string {
    // Variance scaling by fan-in keeps activations of a random network in range (He et al. 2015).
    const scale = Math.sqrt(6 / (kernel * kernel * from));
    this.weight(`${name}/kernel`, [kernel, kernel, from, to], (random) => random() * scale);
    const config = { filters: to, kernel_size: [kernel, kernel], strides: [stride, stride], use_bias: false };
    return this.layer('Conv2D', name, [input], { ...config, padding: stride === 2 ? 'valid' : 'same' });
  }

  depthwise(name: string, input: string, channels: number, stride: number): string {
    this.weight(`${name}/depthwise_kernel`, [3, 3, channels, 1], (random) => random() * Math.sqrt(6 / 9));
    const config = { kernel_size: [3, 3], strides: [stride, stride], use_bias: false };
    return this.layer('DepthwiseConv2D', name, [input], { ...config, padding: stride === 2 ? 'valid' : 'same' });
  }

  norm(name: string, input: string, channels: number): string {
    this.weight(`${name}/gamma`, [channels], (random) => 1 + 0.2 * random());
    this.weight(`${name}/beta`, [channels], (random) => 0.2 * random());
    this.weight(`${name}/moving_mean`, [channels], (random) => 0.2 * random());
    this.weight(`${name}/moving_variance`, [channels], (random) => 1 + 0.5 * random());
    return this.layer('BatchNormalization', name, [input], { axis: -1, momentum: 0.999, epsilon: 0.001 });
  }

  relu6(name: string, input: string): string {
    return this.layer('ReLU', name, [input], { max_value: 6 });
  }
}

/** The side's explicit zero padding Keras puts before its stride 2 convolutions at even sizes. */
const PADDING = [
  [0, 1],
  [0, 1],
];

function block(
  writer: TopologyWriter,
  input: string,
  name: string,
  shape: { from: number; to: number; expansion: number; stride: number },
): string {
  const { from, to, expansion, stride } = shape;
  const width = from * expansion;
  let x = input;
  if (expansion > 1) {
    x = writer.norm(`${name}_expand_BN`, writer.conv(`${name}_expand`, x, from, width, 1, 1), width);
    x = writer.relu6(`${name}_expand_relu`, x);
  }
  if (stride === 2) x = writer.layer('ZeroPadding2D', `${name}_pad`, [x], { padding: PADDING });
  x = writer.norm(`${name}_depthwise_BN`, writer.depthwise(`${name}_depthwise`, x, width, stride), width);
  x = writer.relu6(`${name}_depthwise_relu`, x);
  x = writer.norm(`${name}_project_BN`, writer.conv(`${name}_project`, x, width, to, 1, 1), to);
  return stride === 1 && from === to ? writer.layer('Add', `${name}_add`, [input, x], {}) : x;
}

/**
 * Writes MobileNetV2-1.0-224 (Sandler et al. 2018) as Keras builds it, with random weights and 1000 classes, as a
 * TensorFlow.js layers model. For speed the weights do not matter.
 *
 * @param multiplier of the channels of all layers but the first and the last.
 */
export async function writeMobileNetV2(folder: string, multiplier = 1): Promise<void> {
  const writer = new TopologyWriter();
  let x = writer.layer('InputLayer', 'input_1', [], { batch_input_shape: [null, 224, 224, 3], dtype: 'float32' });
  x = writer.layer('ZeroPadding2D', 'Conv1_pad', [x], { padding: PADDING });
  x = writer.norm('bn_Conv1', writer.conv('Conv1', x, 3, 32, 3, 2), 32);
  x = writer.relu6('Conv1_relu', x);
  let channels = 32;
  let index = 0;
  for (const [expansion, width, repeats, firstStride] of STAGES) {
    for (let repeat = 0; repeat < repeats; repeat++) {
      const name = index === 0 ? 'expanded_conv' : `block_${index}`;
      const to = divisibleByEight(width * multiplier);
      x = block(writer, x, name, { from: channels, to, expansion, stride: repeat === 0 ? firstStride : 1 });
      channels = to;
      index += 1;
    }
  }
  x = writer.relu6('out_relu', writer.norm('Conv_1_bn', writer.conv('Conv_1', x, channels, 1280, 1, 1), 1280));
  x = writer.layer('GlobalAveragePooling2D', 'global_average_pooling2d', [x], {});
  writer.weight('predictions/kernel', [1280, 1000], (random) => random() * 0.05);
  writer.weight('predictions/bias', [1000], (random) => random() * 0.05);
  x = writer.layer('Dense', 'predictions', [x], { units: 1000, activation: 'softmax' });
  const config = {
    name: 'mobilenetv2_1.00_224',
    layers: writer.layers,
    input_layers: [['input_1', 0, 0]],
    output_layers: [[x, 0, 0]],
  };
  const document = {
    format: 'layers-model',
    modelTopology: { keras_version: '2.15.0', model_config: { class_name: 'Functional', config } },
    weightsManifest: [{ paths: ['weights.bin'], weights: writer.weights }],
  };
  await mkdir(folder, { recursive: true });
  const bytes = writer.values.map(({ buffer }) => new Uint8Array(buffer));
  await writeFile(join(folder, 'weights.bin'), Buffer.concat(bytes));
  await writeFile(join(folder, 'model.json'), JSON.stringify(document));
  await writeFile(join(folder, 'classifier.json'), JSON.stringify({ name: 'mobilenet-v2-random', range: [-1, 1] }));
}
