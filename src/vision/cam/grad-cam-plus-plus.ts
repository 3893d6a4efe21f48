import { channelSums, weightedSum } from './channel-sums.js';
import type { GradientMethod } from './method.js';

/**
 * Grad-CAM++ (Chattopadhay et al. 2018, arXiv 1710.11063, equations 5, 6 and 19): map_ij = sum_k w_k A_ijk, where
 * w_k = sum_ij a_ijk ReLU(G_ijk) and a_ijk = G_ijk^2 / (2 G_ijk^2 + G_ijk^3 sum_ab A_abk): what y_c = exp(score) has for
 * second and third derivatives, less a factor that all channels share. Only what speaks for the class has a weight.
 */
export const gradCamPlusPlus = {
  title: 'Grad-CAM++',
  needs: 'gradients',
  map: (activations, gradients, shape) => {
    const sums = channelSums(shape, (at) => activations[at] ?? 0);
    const weights = channelSums(shape, (at, k) => {
      const g = gradients[at] ?? 0;
      if (g <= 0) return 0;
      // a_ijk with G^2 taken out of both parts.
      const denominator = 2 + g * (sums[k] ?? 0);
      return denominator === 0 ? 0 : g / denominator;
    });
    return weightedSum(activations, weights, shape);
  },
  fromWeights: null,
} as const satisfies GradientMethod;
