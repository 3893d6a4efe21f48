import * as v from 'valibot';
import { refused } from './document.js';
import type { FlatLayer } from './flatten.js';
import { weightNames } from './layer-settings.js';
import { constant } from './tfjs-layers.js';
import type { TfjsLayers } from './tfjs-layers.js';
import { valuesOf } from './weights.js';
import type { WeightStore } from './weights.js';

/** Added to variances: as small as it may be for TensorFlow.js to take it for one. */
const EPSILON = 1e-7;

/** Keras' own floor of a standard deviation. */
const SMALLEST = 1e-7;

const NUMBER = v.pipe(v.number(), v.finite());
const numbers = v.union([NUMBER, v.array(NUMBER)]);

/** A setting that is a number or a list of them, however deep. */
function listOf(value: unknown, layer: FlatLayer, setting: string): number[] {
  const flat = Array.isArray(value) ? value.flat(Infinity) : value;
  const parsed = v.safeParse(numbers, flat);
  if (!parsed.success) throw refused(`Layer "${layer.name}" (${layer.className}) has no numbers as its ${setting}.`);
  return Array.isArray(parsed.output) ? parsed.output : [parsed.output];
}

const each = (values: readonly number[], channel: number): number => values[values.length === 1 ? 0 : channel] ?? 0;

/** x * scale + shift: one number for all channels, or one each as a batch normalisation of mean 0 and variance 1. */
export function affine(
  layers: TfjsLayers,
  name: string,
  inputs: readonly string[],
  scale: readonly number[],
  offset: readonly number[],
): string {
  const channels = Math.max(scale.length, offset.length);
  if (channels === 1) {
    return layers.put('Rescaling', name, inputs, { scale: each(scale, 0), offset: each(offset, 0) });
  }
  const perChannel = (make: (channel: number) => number): number[] =>
    Array.from({ length: channels }, (_, c) => make(c));
  return layers.put('BatchNormalization', name, inputs, { axis: -1, epsilon: EPSILON }, [
    constant(
      'gamma',
      perChannel((c) => each(scale, c)),
    ),
    constant(
      'beta',
      perChannel((c) => each(offset, c)),
    ),
    constant(
      'moving_mean',
      perChannel(() => 0),
    ),
    constant(
      'moving_variance',
      perChannel(() => 1 - EPSILON),
    ),
  ]);
}

/** Keras' Rescaling. */
export function rescaling(layers: TfjsLayers, layer: FlatLayer): string {
  const { scale, offset } = layer.config;
  return affine(layers, layer.name, layer.inputs, listOf(scale, layer, 'scale'), listOf(offset ?? 0, layer, 'offset'));
}

/** A weight of one number a channel. */
function learntBy(layer: FlatLayer, weight: string, store: WeightStore): number[] {
  const values = valuesOf(store.read(layer, weight));
  if (values === null) throw refused(`Layer "${layer.name}" (${layer.className}) needs its ${weight} in float32.`);
  return [...values];
}

/** A factor for each channel (Touvron et al. 2021, section 3). */
export function layerScale(layers: TfjsLayers, layer: FlatLayer, store: WeightStore): string {
  return affine(layers, layer.name, layer.inputs, learntBy(layer, 'gamma', store), [0]);
}

/** Keras' Normalization, its statistics given or learnt: (x - mean) / max(deviation, 1e-7). */
export function normalization(layers: TfjsLayers, layer: FlatLayer, store: WeightStore): string {
  const { name, config, inputs } = layer;
  if (config['invert'] === true) throw refused(`Layer "${name}" is an inverted Normalization, which is not read.`);
  const learnt = weightNames(layer).length > 0;
  const statistic = (which: 'mean' | 'variance'): number[] =>
    learnt ? learntBy(layer, which, store) : listOf(config[which], layer, which);
  const [mean, variance] = [statistic('mean'), statistic('variance')];
  const scale = Array.from(
    { length: Math.max(mean.length, variance.length) },
    (_, c) => 1 / Math.max(Math.sqrt(each(variance, c)), SMALLEST),
  );
  return affine(
    layers,
    name,
    inputs,
    scale,
    scale.map((factor, c) => -factor * each(mean, c)),
  );
}
