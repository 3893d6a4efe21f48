import { channelMeans, weightedSum } from './channel-sums.js';
import type { GradientMethod } from './method.js';

/**
 * Grad-CAM (Selvaraju et al. 2017, equations 1 and 2): map_ij = sum_k alpha_k A_ijk, where alpha_k = 1 / (H W) sum_ij G_ijk.
 * For heads of global pooling and dense layers, whose gradient is the same everywhere.
 */
export const gradCam = {
  title: 'Grad-CAM',
  needs: 'gradients',
  map: (activations, gradients, shape) => weightedSum(activations, channelMeans(gradients, shape), shape),
  fromWeights: weightedSum,
} as const satisfies GradientMethod;
