import { channelSums, weightedSum } from './channel-sums.js';
import type { GradientMethod } from './method.js';

/**
 * XGrad-CAM (Fu et al. 2020, arXiv 2008.02312, equation 8): map_ij = sum_k alpha_k A_ijk, where
 * alpha_k = sum_ij (A_ijk / sum_ij A_ijk) G_ijk: gradients count where the channel is active. A channel that adds up to
 * nothing has no weight. Where the gradient is the same everywhere, alpha_k is that gradient, as with Grad-CAM.
 */
export const xGradCam = {
  title: 'XGrad-CAM',
  needs: 'gradients',
  map: (activations, gradients, shape) => {
    const products = channelSums(shape, (at) => (activations[at] ?? 0) * (gradients[at] ?? 0));
    const sums = channelSums(shape, (at) => activations[at] ?? 0);
    const alphas = products.map((product, k) => (sums[k] === 0 ? 0 : product / (sums[k] ?? 0)));
    return weightedSum(activations, alphas, shape);
  },
  fromWeights: weightedSum,
} as const satisfies GradientMethod;
