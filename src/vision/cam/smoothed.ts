import type { ForwardMethod } from './method.js';

/** What the input is multiplied by. */
const FACTORS = [0.9, 1, 1.1] as const;

/** Every factor, as it is and mirrored; the photo itself has been looked at before. */
const MOST_PASSES = 2 * FACTORS.length - 1;

/** A map with its columns in the opposite order. */
function mirrored(map: Float32Array, columns: number): Float32Array {
  return map.map((_, at) => map[at - (at % columns) + columns - 1 - (at % columns)] ?? 0);
}

/**
 * Smoothing by test-time augmentation, as `aug_smooth` of pytorch-grad-cam: map = 1/6 sum over flips F (none, left-right)
 * and factors s (0.9, 1, 1.1) of F^-1(M(s F(X))), where M is the map of the method that suits the model, 0..1, and nothing
 * where the changed photo has no evidence for the class. What remains is what does not hang on the side that things
 * stand on or on contrast.
 */
export const smoothed = {
  title: 'smoothed by flip and scale',
  needs: 'forward-passes',
  mostPasses: MOST_PASSES,
  map: async ({ shape, picture, usualMap }) => {
    const [rows = 0, columns = 0] = shape;
    const { width } = picture;
    const mirror = (place: number): number => place + width - 1 - 2 * (place % width);
    const sum = new Float32Array(rows * columns);
    for (const flip of [false, true]) {
      for (const factor of FACTORS) {
        const change = { factor: () => factor, ...(flip && { from: mirror }) };
        const found = await usualMap(!flip && factor === 1 ? null : await picture.look(change));
        const map = found !== null && flip ? mirrored(found, columns) : found;
        map?.forEach((value, at) => (sum[at] = (sum[at] ?? 0) + value));
      }
    }
    return sum;
  },
} as const satisfies ForwardMethod;
