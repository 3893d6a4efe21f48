import type { Shape } from '../trunk/plan.js';

/**
 * The ways from activations A and gradients G = dy_c/dA, both height x width x channels and row-major, to a map of
 * height x width numbers, still before ReLU: `normalise` applies the one ReLU, after the channel sum.
 */
export const METHODS = ['gradcam', 'hirescam', 'layercam'] as const;
export type Method = (typeof METHODS)[number];

/** Height x width, and the number of channels of each place. */
function places(shape: Shape): { count: number; channels: number } {
  const [height = 0, width = 0, channels = 0] = shape;
  return { count: height * width, channels };
}

/** sum_k alpha_k A_k for given channel weights. */
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

/** alpha_k: the mean over all places of G_k. */
export function channelMeans(gradients: Float32Array, shape: Shape): Float64Array {
  const { count, channels } = places(shape);
  const means = new Float64Array(channels);
  for (let place = 0, at = 0; place < count; place++) {
    for (let k = 0; k < channels; k++, at++) means[k] = (means[k] ?? 0) + (gradients[at] ?? 0);
  }
  return means.map((sum) => sum / count);
}

/** Grad-CAM (Selvaraju et al. 2017, equations 1 and 2): sum_k mean(G_k) A_k. */
export function gradCam(activations: Float32Array, gradients: Float32Array, shape: Shape): Float32Array {
  return weightedSum(activations, channelMeans(gradients, shape), shape);
}

/** HiResCAM (Draelos and Carin, arXiv 2011.08891): sum_k G_k * A_k, place by place. */
export function hiResCam(activations: Float32Array, gradients: Float32Array, shape: Shape): Float32Array {
  return elementwise(activations, gradients, shape, (g) => g);
}

/** LayerCAM (Jiang et al. 2021, equations 5 and 6): sum_k ReLU(G_k) * A_k, place by place; for earlier layers. */
export function layerCam(activations: Float32Array, gradients: Float32Array, shape: Shape): Float32Array {
  return elementwise(activations, gradients, shape, (g) => (g > 0 ? g : 0));
}

function elementwise(
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
