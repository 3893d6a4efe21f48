import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Operation, Padding, Pair, Shape, Weights } from './plan.js';
import type { TensorFlow } from './tensorflow.js';

// What the kernels of tfjs-node cannot do, in terms of what they can.

type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

/** Padding as TensorFlow.js takes it, of a batch of channels last. */
export const explicit = ({ top, right, bottom, left }: Padding): ExplicitPadding => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

/**
 * A pool over a padded input, where pools take no padding by numbers: the input is padded first, and an average is
 * divided by the share of its window that is no padding.
 *
 * @param input the shape before padding, [height, width, channels].
 */
export function paddedPool(
  tf: TensorFlow,
  { kind, size, strides, padding }: Extract<Operation, { op: 'pool' }>,
  input: Shape,
  constant: (weights: Weights) => Tensor,
): (x: Tensor) => Tensor {
  const pad = (x: Tensor): Tensor4D => tf.pad(x as Tensor4D, explicit(padding), kind === 'max' ? -Infinity : 0);
  if (kind === 'max') return (x) => tf.maxPool(pad(x), [...size], [...strides], 'valid');
  const average = (x: Tensor): Tensor => tf.avgPool(pad(x), [...size], [...strides], 'valid');
  const [height = 1, width = 1] = input;
  const covered = tf.tidy(() => {
    const share = average(tf.ones([1, height, width, 1]));
    return { shape: share.shape, values: share.dataSync<'float32'>() };
  });
  const share = constant(covered);
  return (x) => tf.div(average(x), share);
}

/**
 * A depthwise filter with its dilation written out as zeros between its taps, where the kernel takes no dilation.
 *
 * @param filter [height, width, channels, multiplier].
 */
export function dilated({ shape, values }: Weights, [down, across]: Pair): Weights {
  const [height = 1, width = 1, ...rest] = shape;
  const [tall, wide] = [(height - 1) * down + 1, (width - 1) * across + 1];
  const depth = values.length / (height * width);
  const written = new Float32Array(tall * wide * depth);
  for (let tap = 0; tap < height * width; tap++) {
    const place = Math.floor(tap / width) * down * wide + (tap % width) * across;
    written.set(values.subarray(tap * depth, (tap + 1) * depth), place * depth);
  }
  return { shape: [tall, wide, ...rest], values: written };
}
