import { deviation, extent } from 'd3-array';
import { upsample } from '../image/interpolation.js';
import type { Shape } from '../trunk/plan.js';
import { places, weightedSum } from './channel-sums.js';
import type { ForwardMethod } from './method.js';

/** A heatmap takes so many times as long as a prediction, and no more, however many channels there are. */
const MOST_PASSES = 64;

const WHOLE = { left: 0, top: 0, width: 1, height: 1 };

function channelOf(activations: Float32Array, shape: Shape, k: number): Float32Array {
  const { count, channels } = places(shape);
  return Float32Array.from({ length: count }, (_, place) => activations[place * channels + k] ?? 0);
}

/** The channels that differ most from place to place, most first: one that is the same everywhere masks nothing. */
function liveliest(activations: Float32Array, shape: Shape): number[] {
  const spreads = Array.from({ length: places(shape).channels }, (_, k) => ({
    k,
    spread: deviation(channelOf(activations, shape, k)) ?? 0,
  }));
  return spreads
    .sort((a, b) => b.spread - a.spread)
    .slice(0, MOST_PASSES)
    .map(({ k }) => k);
}

/**
 * Score-CAM (Wang et al. 2020, arXiv 1910.01279, equations 3 to 6): map_ij = sum_k alpha_k A_ijk, where alpha is the softmax
 * over k of y_c(X * H_k), the score of the input masked by channel k enlarged to its size and scaled to 0..1. (The score
 * of the baseline, which the paper takes off, is the same for all k and changes no softmax.)
 *
 * The paper takes a forward pass for each channel, of which there may be thousands. Here the 64 channels that vary most
 * get one and the others no weight: with up to 64 channels it is the paper's method.
 */
export const scoreCam = {
  title: 'Score-CAM',
  needs: 'forward-passes',
  mostPasses: MOST_PASSES,
  map: async ({ activations, shape, picture, score }) => {
    const [rows = 0, columns = 0] = shape;
    const { channels } = places(shape);
    const chosen = liveliest(activations, shape);
    const increases: number[] = [];
    for (const k of chosen) {
      const grid = { rows, columns, values: channelOf(activations, shape, k) };
      const mask = upsample(grid, WHOLE, picture.width, picture.height);
      const [low = 0, high = 0] = extent(mask);
      const range = high > low ? high - low : 1;
      const pass = await picture.look({ factor: (place) => ((mask[place] ?? 0) - low) / range });
      increases.push(score(pass.scores));
    }
    const largest = Math.max(...increases);
    const alphas = new Float64Array(channels);
    // The sum that a softmax divides by is the same for all channels, and the map is divided by its maximum anyway.
    chosen.forEach((k, at) => (alphas[k] = Math.exp((increases[at] ?? NaN) - largest)));
    return weightedSum(activations, alphas, shape);
  },
} as const satisfies ForwardMethod;
