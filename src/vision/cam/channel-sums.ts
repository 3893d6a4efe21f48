import type { Shape } from '../trunk/plan.js';

/** Height x width, and the number of channels of each place. */
export function places(shape: Shape): { count: number; channels: number } {
  const [height = 0, width = 0, channels = 0] = shape;
  return { count: height * width, channels };
}

/** sum_k alpha_k A_k for given channel weights, one a channel. */
export function weightedSum(activations: Float32Array, alphas: ArrayLike<number>, shape: Shape): Float32Array {
  const { count, channels } = places(shape);
  const map = new Float32Array(count);
  for (let place = 0, at = 0; place < count; place++) {
    let sum = 0;
    for (let k = 0; k < channels; k++, at++) sum += (alphas[k] ?? 0) * (activations[at] ?? 0);
    map[place] = sum;
  }
  return map;
}

/** sum_k w(G_ijk) A_ijk for a weight of each gradient. */
export function elementwiseSum(
  activations: Float32Array,
  gradients: Float32Array,
  shape: Shape,
  weight: (gradient: number) => number,
): Float32Array {
  const { count, channels } = places(shape);
  const map = new Float32Array(count);
  for (let place = 0, at = 0; place < count; place++) {
    let sum = 0;
    for (let k = 0; k < channels; k++, at++) sum += weight(gradients[at] ?? 0) * (activations[at] ?? 0);
    map[place] = sum;
  }
  return map;
}

/** sum_ij of a value of each element, one a channel. */
export function channelSums(shape: Shape, value: (at: number, channel: number) => number): Float64Array {
  const { count, channels } = places(shape);
  const sums = new Float64Array(channels);
  for (let place = 0, at = 0; place < count; place++) {
    for (let k = 0; k < channels; k++, at++) sums[k] = (sums[k] ?? 0) + value(at, k);
  }
  return sums;
}

/** 1 / (H W) sum_ij X_ijk, one a channel. */
export function channelMeans(values: Float32Array, shape: Shape): Float64Array {
  const { count } = places(shape);
  return channelSums(shape, (at) => values[at] ?? 0).map((sum) => sum / count);
}
