import * as v from 'valibot';
import type { Weights } from '../../trunk/plan.js';
import { pair } from '../layer-call.js';
import { refused } from './document.js';
import type { FlatLayer } from './flatten.js';
import { dilated, ungrouped } from './kernels.js';

/** A layer with weights as TensorFlow.js computes it, and how its weights come from those in the file. */
export interface Weighted {
  readonly layer: FlatLayer;
  /** Settings that are done with. */
  readonly handled?: readonly string[];
  /** What becomes of weights, by their name. */
  readonly changed?: Readonly<Record<string, (weights: Weights) => Weights>>;
  /** The layer whose weights they are in the file, and what they are called there, where it is another one. */
  readonly kept?: FlatLayer;
  readonly names?: Readonly<Record<string, string>>;
}

/**
 * A Conv2D, its groups made of what TensorFlow.js has.
 *
 * @param channels of its input, where they are known.
 */
export function convolution(layer: FlatLayer, channels: number | undefined): Weighted {
  const { config } = layer;
  const groups = Number(config['groups'] ?? 1);
  if (!(groups > 1)) return { layer, handled: ['groups'] };
  if (channels !== groups) {
    return { layer, handled: ['groups'], changed: { kernel: (kernel) => ungrouped(kernel, groups) } };
  }
  // A group a channel is a depthwise convolution; its kernel has the same numbers in the same order.
  const each = Number(config['filters']) / groups;
  const change = ({ shape, values }: Weights): Weights => ({ shape: [...shape.slice(0, 2), groups, each], values });
  return {
    layer: {
      ...layer,
      className: 'DepthwiseConv2D',
      config: { ...config, filters: null, groups: 1, depth_multiplier: each },
    },
    kept: layer,
    names: { depthwise_kernel: 'kernel' },
    changed: { depthwise_kernel: change },
  };
}

/**
 * A DepthwiseConv2D, its dilation in the kernel.
 *
 * @throws VisionError `invalid-model` for settings that are no numbers.
 */
export function depthwiseConvolution(layer: FlatLayer): Weighted {
  const { className, name, config } = layer;
  const rate = v.safeParse(pair, config['dilation_rate'] ?? 1);
  if (!rate.success) throw refused(`Layer "${name}" (${className}) has no numbers as its dilation_rate.`);
  const [down, across] = rate.output;
  // Keras 2 wrote one of the settings of the layer that this one is derived from.
  if (down === 1 && across === 1) return { layer, handled: ['filters'] };
  const size = v.safeParse(pair, config['kernel_size']);
  if (!size.success) throw refused(`Layer "${name}" (${className}) has no numbers as its kernel_size.`);
  const kernel_size = [(size.output[0] - 1) * down + 1, (size.output[1] - 1) * across + 1];
  return {
    layer: { ...layer, config: { ...config, kernel_size, dilation_rate: [1, 1] } },
    handled: ['filters'],
    changed: { depthwise_kernel: (kernel) => dilated(kernel, [down, across]) },
  };
}
