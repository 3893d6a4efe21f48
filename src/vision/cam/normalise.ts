import { VisionError } from '../vision-error.js';

/**
 * A map whose largest value is below this share of its largest magnitude holds no evidence, only rounding: sums of
 * a thousand float32 products carry relative errors near 1e-6.
 */
const EVIDENCE_THRESHOLD = 1e-5;

/** A map after ReLU and division by its maximum, or the finding that nothing speaks for the class. */
export type NormalisedMap =
  { readonly evidence: true; readonly values: Float32Array; readonly maximum: number } | { readonly evidence: false };

/**
 * max(map, 0) / max(map): the minimum is not subtracted, so that zero means "no evidence".
 *
 * @param map height x width sums before ReLU.
 * @throws VisionError `invalid-model` where the map is not finite: such a network cannot be explained, and must
 *   never become a picture.
 */
export function normalise(map: Float32Array): NormalisedMap {
  let maximum = -Infinity;
  let magnitude = 0;
  for (const value of map) {
    if (!Number.isFinite(value)) {
      throw new VisionError('invalid-model', 'The heatmap has values that are not finite numbers.');
    }
    maximum = Math.max(maximum, value);
    magnitude = Math.max(magnitude, Math.abs(value));
  }
  if (maximum <= magnitude * EVIDENCE_THRESHOLD) return { evidence: false };
  return { evidence: true, values: map.map((value) => Math.max(value, 0) / maximum), maximum };
}
