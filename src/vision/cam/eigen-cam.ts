import { extent, variance } from 'd3-array';
import { channelMeans, places } from './channel-sums.js';
import type { ActivationMethod } from './method.js';

/** Far more than a feature map with anything in it takes; two directions of equal weight would never end. */
const MOST_ROUNDS = 500;

/** Change of the direction, a unit vector, below which it is found. */
const STEADY = 1e-9;

/**
 * The first principal component of rows by NIPALS: (X v) for the v that X^T X scales most, |v| = 1.
 *
 * @param rows centred: count x channels, row-major
 * @param start scores to begin with: [count]
 */
function firstComponent(rows: Float64Array, channels: number, start: Float64Array): Float64Array {
  const scores = start.slice();
  let before = new Float64Array(channels);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const direction = new Float64Array(channels);
    scores.forEach((score, place) => {
      const row = place * channels;
      for (let k = 0; k < channels; k++) direction[k] = (direction[k] ?? 0) + score * (rows[row + k] ?? 0);
    });
    const length = Math.hypot(...direction);
    if (length === 0) return scores.fill(0);
    let change = 0;
    for (let k = 0; k < channels; k++) {
      direction[k] = (direction[k] ?? 0) / length;
      change = Math.max(change, Math.abs((direction[k] ?? 0) - (before[k] ?? 0)));
    }
    before = direction;
    scores.forEach((_, place) => {
      let sum = 0;
      for (let k = 0, at = place * channels; k < channels; k++, at++) sum += (rows[at] ?? 0) * (direction[k] ?? 0);
      scores[place] = sum;
    });
    if (change < STEADY) break;
  }
  return scores;
}

/**
 * Eigen-CAM (Muhammad and Yeasin 2020, arXiv 2008.00299, section 3): map = A v_1, where A = U S V^T is the feature map as
 * places x channels and v_1 the first column of V; as in its authors' and everybody's code, each channel's mean is taken
 * off first. It knows no class: the map is the same whatever is asked for. Of the two directions of v_1 the one is taken
 * whose largest value is positive (Chung and Ying 2025, Applied Sciences 15(13), 7562, equation 13).
 */
export const eigenCam = {
  title: 'Eigen-CAM',
  needs: 'activations',
  map: (activations, shape) => {
    const { count, channels } = places(shape);
    const means = channelMeans(activations, shape);
    const rows = Float64Array.from(activations, (value, at) => value - (means[at % channels] ?? 0));
    const column = (k: number): Float64Array =>
      Float64Array.from({ length: count }, (_, place) => rows[place * channels + k] ?? 0);
    let liveliest = 0;
    let most = -1;
    for (let k = 0; k < channels; k++) {
      const spread = variance(column(k)) ?? 0;
      if (spread > most) [liveliest, most] = [k, spread];
    }
    const scores = firstComponent(rows, channels, column(liveliest));
    const [low = 0, high = 0] = extent(scores);
    return Float32Array.from(scores, (score) => (-low > high ? -score : score));
  },
} as const satisfies ActivationMethod;
