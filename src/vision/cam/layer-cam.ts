import { elementwiseSum } from './channel-sums.js';
import type { GradientMethod } from './method.js';

/**
 * LayerCAM (Jiang et al. 2021, equations 5 and 6): map_ij = sum_k ReLU(G_ijk) A_ijk. For earlier layers, where negative
 * gradients are mostly noise.
 */
export const layerCam = {
  title: 'LayerCAM',
  needs: 'gradients',
  map: (activations, gradients, shape) => elementwiseSum(activations, gradients, shape, (g) => (g > 0 ? g : 0)),
  fromWeights: null,
} as const satisfies GradientMethod;
