import { CAM, METHODS } from '../../src/vision/cam/methods.js';

/** Methods of the gradient, which the head alone gives. */
export const GRADIENT_METHODS = METHODS.filter((method) => CAM[method].needs === 'gradients');
