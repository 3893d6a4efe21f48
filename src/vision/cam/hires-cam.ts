import { elementwiseSum, weightedSum } from './channel-sums.js';
import type { GradientMethod } from './method.js';

/**
 * HiResCAM (Draelos and Carin, arXiv 2011.08891): map_ij = sum_k G_ijk A_ijk. Nothing is averaged, so that it stays true of
 * heads that treat places differently, such as Flatten.
 */
export const hiResCam = {
  title: 'HiResCAM',
  needs: 'gradients',
  map: (activations, gradients, shape) => elementwiseSum(activations, gradients, shape, (g) => g),
  fromWeights: weightedSum,
} as const satisfies GradientMethod;
