import { refused } from './document.js';
import type { FlatLayer } from './flatten.js';
import { settingsOf } from './layer-settings.js';
import type { TfjsLayers } from './tfjs-layers.js';

/** A number that is there and not 0. */
const isSet = (value: unknown): boolean => value !== undefined && value !== null && value !== 0;

/** ReLU with its settings: a slope below a threshold, a maximum. */
export function relu(layers: TfjsLayers, layer: FlatLayer): void {
  const { name, config, inputs } = layer;
  settingsOf(layer, ['max_value', 'negative_slope', 'threshold']);
  const { max_value: limit, negative_slope: slope, threshold } = config;
  const limits = limit !== null && limit !== undefined;
  if (!isSet(slope) && !isSet(threshold)) {
    layers.put('ReLU', name, inputs, limits ? { max_value: limit } : {});
    return;
  }
  const made = limits ? `${name}_unlimited` : name;
  bentRelu(layers, made, inputs, Number(slope ?? 0), Number(threshold ?? 0));
  if (!limits) return;
  if (typeof limit !== 'number') throw refused(`Layer "${name}" is a ReLU whose max_value is no number.`);
  // min(x, limit) = limit - max(limit - x, 0)
  const below = layers.put('Rescaling', `${name}_below`, [made], { scale: -1, offset: limit });
  const positive = layers.put('ReLU', `${name}_positive`, [below]);
  layers.put('Rescaling', name, [positive], { scale: -1, offset: limit });
}

/** x from the threshold on, slope * (x - threshold) below. */
function bentRelu(layers: TfjsLayers, name: string, inputs: readonly string[], slope: number, threshold: number): void {
  if (threshold === 0) {
    layers.put('LeakyReLU', name, inputs, { alpha: slope });
    return;
  }
  const above = slope === 0 ? name : `${name}_above`;
  layers.put('ThresholdedReLU', above, inputs, { theta: threshold });
  if (slope === 0) return;
  const below = layers.put('Rescaling', `${name}_below_threshold`, inputs, { scale: -1, offset: threshold });
  const positive = layers.put('ReLU', `${name}_distance`, [below]);
  const sloped = layers.put('Rescaling', `${name}_sloped`, [positive], { scale: -slope, offset: 0 });
  layers.put('Add', name, [above, sloped]);
}

/** TensorFlow.js knows an alpha of 1: alpha * elu(x) + (1 - alpha) * relu(x). */
export function elu(layers: TfjsLayers, layer: FlatLayer): void {
  const { name, inputs, config } = layer;
  settingsOf(layer, ['alpha']);
  const alpha = Number(config['alpha'] ?? 1);
  if (alpha === 1) {
    layers.put('ELU', name, inputs, { alpha });
    return;
  }
  const bent = layers.put('ELU', `${name}_bent`, inputs, { alpha: 1 });
  const straight = layers.put('ReLU', `${name}_straight`, inputs);
  layers.put('Add', name, [
    layers.put('Rescaling', `${name}_bent_part`, [bent], { scale: alpha, offset: 0 }),
    layers.put('Rescaling', `${name}_straight_part`, [straight], { scale: 1 - alpha, offset: 0 }),
  ]);
}

/** Keras 3 calls the slope otherwise. */
export function leakyRelu(layers: TfjsLayers, layer: FlatLayer): void {
  const { name, inputs, config } = layer;
  settingsOf(layer, ['negative_slope', 'alpha']);
  layers.put('LeakyReLU', name, inputs, { alpha: config['negative_slope'] ?? config['alpha'] ?? 0.3 });
}
