import { refused } from './document.js';
import type { FlatLayer } from './flatten.js';
import type { TfjsLayers } from './tfjs-layers.js';

function number(value: unknown): number {
  return typeof value === 'number' ? value : NaN;
}

/**
 * The last side of each layer's output, by name; NaN where it is not known. What Keras infers from shapes and does not
 * write down.
 */
export function channelsOf(layers: readonly FlatLayer[]): ReadonlyMap<string, number> {
  const known = new Map<string, number>();
  for (const layer of layers) {
    const inputs = layer.inputs.map((input) => known.get(input) ?? NaN);
    known.set(layer.name, outputChannels(layer, inputs));
  }
  return known;
}

function outputChannels({ className, config }: FlatLayer, inputs: readonly number[]): number {
  const [first = NaN] = inputs;
  switch (className) {
    case 'InputLayer': {
      const shape = config['batch_input_shape'] ?? config['batch_shape'];
      return Array.isArray(shape) ? number(shape.at(-1)) : NaN;
    }
    case 'Conv2D':
    case 'Conv2DTranspose':
    case 'SeparableConv2D':
      return number(config['filters']);
    case 'DepthwiseConv2D':
      return first * number(config['depth_multiplier'] ?? 1);
    case 'Dense':
      return number(config['units']);
    case 'Concatenate':
      return inputs.reduce((sum, each) => sum + each, 0);
    case 'Reshape': {
      const shape = config['target_shape'];
      return Array.isArray(shape) ? number(shape.at(-1)) : NaN;
    }
    case 'Flatten':
    case 'Permute':
      return NaN;
    case 'Multiply':
    case 'Add':
    case 'Subtract':
    case 'Maximum':
    case 'Minimum':
    case 'Average':
      return Math.max(...inputs);
    default:
      return first;
  }
}

/**
 * Gives what was pooled its rows and columns back, one of each. TensorFlow.js works no side out beside a batch of any
 * size.
 */
export function keepDimensions(
  layers: TfjsLayers,
  name: string,
  pooled: string,
  channels: ReadonlyMap<string, number>,
): string {
  const count = channels.get(name) ?? NaN;
  if (!Number.isInteger(count))
    throw refused(`Layer "${name}" keeps dimensions that are not known. Use Reshape after it.`);
  return layers.put('Reshape', name, [pooled], { target_shape: [1, 1, count] });
}
