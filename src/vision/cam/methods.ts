import type { Shape } from '../trunk/plan.js';

/**
 * The ways from activations A and gradients G to a map, by the words that settings have for them.
 *
 * A and G = dy_c/dA are height x width x channels, row-major; y_c is the score of what is explained, before softmax or
 * sigmoid. A map is height x width, still before ReLU: `normalise` applies the one ReLU, after the channel sum.
 */
export const CAM = {
  gradcam: { title: 'Grad-CAM', map: gradCam },
  hirescam: { title: 'HiResCAM', map: hiResCam },
  layercam: { title: 'LayerCAM', map: layerCam },
} as const;

export type Method = keyof typeof CAM;

export const METHODS = Object.keys(CAM) as readonly Method[];

/** Height x width, and the number of channels of each place. */
function places(shape: Shape): { count: number; channels: number } {
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

/** alpha_k = 1 / (H W) sum_ij G_ijk, one a channel. */
export function channelMeans(gradients: Float32Array, shape: Shape): Float64Array {
  const { count, channels } = places(shape);
  const means = new Float64Array(channels);
  for (let place = 0, at = 0; place < count; place++) {
    for (let k = 0; k < channels; k++, at++) means[k] = (means[k] ?? 0) + (gradients[at] ?? 0);
  }
  return means.map((sum) => sum / count);
}

/**
 * Grad-CAM (Selvaraju et al. 2017, equations 1 and 2): map_ij = sum_k alpha_k A_ijk, where alpha_k is the mean of G_k over
 * all places. For heads of global pooling and dense layers, whose gradient is the same everywhere.
 */
export function gradCam(activations: Float32Array, gradients: Float32Array, shape: Shape): Float32Array {
  return weightedSum(activations, channelMeans(gradients, shape), shape);
}

/**
 * HiResCAM (Draelos and Carin, arXiv 2011.08891): map_ij = sum_k G_ijk A_ijk. Nothing is averaged, so that it stays true of
 * heads that treat places differently, such as Flatten.
 */
export function hiResCam(activations: Float32Array, gradients: Float32Array, shape: Shape): Float32Array {
  return elementwise(activations, gradients, shape, (g) => g);
}

/**
 * LayerCAM (Jiang et al. 2021, equations 5 and 6): map_ij = sum_k ReLU(G_ijk) A_ijk. For earlier layers, where negative
 * gradients are mostly noise.
 */
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
