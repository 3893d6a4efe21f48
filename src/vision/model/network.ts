import { VisionError } from '../vision-error.js';
import type { Activation, Pair, Padding, Shape, Step, Weights } from '../trunk/plan.js';

/** One output of a model. */
export interface NetworkOutput {
  /** As people know it: the layer's or the graph node's name. */
  readonly name: string;
  readonly value: string;
}

/**
 * A whole network as read, before folding and cutting: steps in an order in which every input comes before its use.
 */
export interface Network {
  readonly input: { readonly height: number; readonly width: number; readonly channels: number };
  readonly steps: readonly Step[];
  /** All outputs, in the model's order. */
  readonly outputs: readonly NetworkOutput[];
  /** Names people know (layers, graph nodes) to the value that layer makes, also where the layer itself is gone. */
  readonly layers: ReadonlyMap<string, string>;
  /** Values that are feature maps of the picture's places; where it is not said, all of three axes. */
  readonly maps?: ReadonlySet<string>;
}

/** Padding and output length along one axis as TensorFlow counts them: 'same' puts the odd pixel at the end. */
function alongAxis(length: number, window: number, stride: number, same: boolean): [before: number, after: number] {
  if (!same) return [0, 0];
  const total = Math.max((Math.ceil(length / stride) - 1) * stride + window - length, 0);
  return [Math.floor(total / 2), total - Math.floor(total / 2)];
}

/** Explicit padding of a 'same' or 'valid' window over an input of [height, width, channels]. */
export function paddingOf(rule: 'same' | 'valid', input: Shape, window: Pair, strides: Pair, dilations: Pair): Padding {
  const same = rule === 'same';
  const [height = 1, width = 1] = input;
  const [top, bottom] = alongAxis(height, (window[0] - 1) * dilations[0] + 1, strides[0], same);
  const [left, right] = alongAxis(width, (window[1] - 1) * dilations[1] + 1, strides[1], same);
  return { top, right, bottom, left };
}

/** Height and width that a window with explicit padding leaves of an input of [height, width, channels]. */
export function windowedSize(input: Shape, window: Pair, strides: Pair, dilations: Pair, padding: Padding): Pair {
  const [height = 1, width = 1] = input;
  const along = (length: number, size: number, stride: number, dilation: number, pad: number): number =>
    Math.floor((length + pad - ((size - 1) * dilation + 1)) / stride) + 1;
  return [
    along(height, window[0], strides[0], dilations[0], padding.top + padding.bottom),
    along(width, window[1], strides[1], dilations[1], padding.left + padding.right),
  ];
}

export const NO_PADDING: Padding = { top: 0, right: 0, bottom: 0, left: 0 };

/** A constant vector. */
export function vector(values: ArrayLike<number>): Weights {
  return { shape: [values.length], values: Float32Array.from(values) };
}

/**
 * Batch norm at inference as scale and shift a channel (Ioffe and Szegedy 2015, section 3.1):
 * scale = gamma / sqrt(variance + epsilon), shift = beta - mean * scale.
 */
export function batchNormAffine(
  channels: number,
  parts: { gamma?: Weights; beta?: Weights; mean: Weights; variance: Weights; epsilon: number },
): { scale: Weights; shift: Weights } {
  const scale = new Float32Array(channels);
  const shift = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    const factor = (parts.gamma?.values[c] ?? 1) / Math.sqrt((parts.variance.values[c] ?? 0) + parts.epsilon);
    scale[c] = factor;
    shift[c] = (parts.beta?.values[c] ?? 0) - (parts.mean.values[c] ?? 0) * factor;
  }
  return { scale: vector(scale), shift: vector(shift) };
}

/** The activation a Keras or TensorFlow name stands for; 'linear' and 'softmax' are not element-wise functions. */
export function activationOf(name: string): Activation | 'linear' | 'softmax' | null {
  switch (name.toLowerCase().replaceAll('_', '')) {
    case 'linear':
      return 'linear';
    case 'softmax':
      return 'softmax';
    case 'relu':
      return { kind: 'relu' };
    case 'relu6':
      return { kind: 'relu6' };
    case 'sigmoid':
      return { kind: 'sigmoid' };
    case 'tanh':
      return { kind: 'tanh' };
    case 'swish':
    case 'silu':
      return { kind: 'swish' };
    case 'softplus':
      return { kind: 'softplus' };
    case 'softsign':
      return { kind: 'softsign' };
    case 'selu':
      return { kind: 'selu' };
    case 'elu':
      return { kind: 'elu', alpha: 1 };
    case 'hardsigmoid':
      return { kind: 'hardSigmoid', slope: 0.2, offset: 0.5 };
    case 'gelu':
      return { kind: 'gelu', approximate: false };
    case 'gelunew':
      return { kind: 'gelu', approximate: true };
    default:
      return null;
  }
}

/** Pixels of a picture: four times those of the largest common classifiers. More would take seconds and gigabytes. */
const MOST_PIXELS = 1536 * 1536;

/** The side taken for an input of unknown size: what most published classifiers were trained at. */
const DEFAULT_SIDE = 224;

/**
 * The picture that a network takes; unknown sides are 224.
 *
 * @throws VisionError `invalid-model` for what is no picture, and for one larger than any classifier's.
 */
export function pictureOf([height, width, channels]: readonly (number | null | undefined)[]): Network['input'] {
  if (channels !== 3 && channels !== 1) {
    throw new VisionError('invalid-model', `The model takes ${String(channels)} channels; pictures have 3 or 1.`);
  }
  const side = (length: number | null | undefined): number => (length && length > 0 ? length : DEFAULT_SIDE);
  const input = { height: side(height), width: side(width), channels };
  if (input.height * input.width > MOST_PIXELS) {
    throw new VisionError(
      'invalid-model',
      `The model takes pictures of ${input.height} x ${input.width}, more than any classifier. Export it for a smaller size.`,
    );
  }
  return input;
}
