import type { OutputKind } from './trunk/plan.js';

/**
 * Class probabilities from scores. A single sigmoid z gives two: 1 - p and p. Linear outputs are read as scores of a
 * softmax that was left off.
 *
 * @param temperature scores are divided by it first (Guo et al. 2017); 1 leaves them.
 */
export function probabilitiesOf(scores: Float32Array, kind: OutputKind, temperature = 1): Float32Array {
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z / temperature));
  switch (kind) {
    case 'one-sigmoid': {
      const p = sigmoid(scores[0] ?? 0);
      return Float32Array.of(1 - p, p);
    }
    case 'sigmoids':
      return scores.map(sigmoid);
    case 'softmax':
    case 'linear': {
      const largest = scores.reduce((best, z) => Math.max(best, z), -Infinity);
      const powers = Float64Array.from(scores, (z) => Math.exp((z - largest) / temperature));
      const total = powers.reduce((sum, power) => sum + power, 0);
      return Float32Array.from(powers, (power) => power / total);
    }
  }
}
