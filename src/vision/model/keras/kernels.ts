import { sizeOf } from '../../trunk/plan.js';
import type { Weights } from '../../trunk/plan.js';

/**
 * A kernel with zeros between its numbers, which does with every number what a dilated one does with some: TensorFlow.js
 * ignores the dilation of a depthwise convolution.
 *
 * @param kernel [height, width, channels, multiplier]
 */
export function dilated({ shape, values }: Weights, [down, across]: readonly [number, number]): Weights {
  const [height = 1, width = 1, ...rest] = shape;
  const places = sizeOf(rest);
  const [tall, wide] = [(height - 1) * down + 1, (width - 1) * across + 1];
  const spread = new Float32Array(tall * wide * places);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * places;
      spread.set(values.subarray(from, from + places), (row * down * wide + column * across) * places);
    }
  }
  return { shape: [tall, wide, ...rest], values: spread };
}

/**
 * The kernel of a convolution in groups as one of a plain convolution, which TensorFlow.js knows: zeros stand where a
 * group's outputs do not look.
 *
 * @param kernel [height, width, channels in / groups, channels out]
 */
export function ungrouped({ shape, values }: Weights, groups: number): Weights {
  const [height = 1, width = 1, perGroup = 1, out = 1] = shape;
  const channels = perGroup * groups;
  const whole = new Float32Array(height * width * channels * out);
  for (let at = 0; at < values.length; at++) {
    const output = at % out;
    const input = Math.floor(at / out) % perGroup;
    const place = Math.floor(at / (out * perGroup));
    const group = Math.floor((output * groups) / out);
    whole[(place * channels + group * perGroup + input) * out + output] = values[at] ?? 0;
  }
  return { shape: [height, width, channels, out], values: whole };
}
