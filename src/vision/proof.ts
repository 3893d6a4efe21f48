import { randomLcg } from 'd3-random';
import type { HeadRun } from './head/head.js';
import type { LoadedNetwork } from './loaded-network.js';
import type { PixelRange } from './pixel-range.js';
import { toInput } from './preprocess.js';

/** Largest difference of a score, relative to the largest score. Rounding leaves about 1e-5. */
const TOLERANCE = 1e-3;

/** Scores below this say nothing, and rounding may leave more of them than that share. */
const SMALLEST = 0.01;

/** Two pictures of `length` bytes that every network answers differently: noise, the same each time, and a gradient. */
function pictures(length: number): Uint8Array[] {
  const random = randomLcg(1);
  const noise = Uint8Array.from({ length }, () => 256 * random());
  const gradient = Uint8Array.from({ length }, (_, index) => (256 * index) / length);
  return [noise, gradient];
}

/** The largest difference between the scores of head and runner, and the largest score of the runner. */
async function compare(
  { plan, runner, head }: LoadedNetwork,
  range: PixelRange,
  input: Float32Array,
): Promise<{ difference: number; largest: number }> {
  let largest = 0;
  let difference = 0;
  let run: HeadRun | null = null;
  for (const picture of pictures(3 * plan.input.height * plan.input.width)) {
    toInput(picture, plan.input.channels, range, runner.layout, input);
    const pass = await runner.run(input);
    const cut = new Map(plan.cut.map((name, index) => [name, pass.cut[index] ?? new Float32Array()]));
    run = await head.run(cut);
    const { scores } = run;
    // Math.max passes NaN on.
    pass.scores.forEach((score, at) => {
      largest = Math.max(largest, Math.abs(score));
      difference = Math.max(difference, Math.abs(score - (scores[at] ?? NaN)));
    });
  }
  // TensorFlow.js has no gradient of some operations, which shows only when it is asked for.
  await run?.gradient(new Float32Array(plan.outputs).fill(1));
  return { difference, largest };
}

/**
 * Proves on two pictures that the head, which explains, computes the scores that the runner predicts by, and a gradient:
 * a wrong head would make wrong heatmaps without a word.
 *
 * @param input one picture's input, overwritten.
 * @returns why no heatmap must be made, or null where the two agree or the network has nothing to explain.
 */
export async function headMismatch(
  network: LoadedNetwork,
  range: PixelRange,
  input: Float32Array,
): Promise<string | null> {
  if (network.plan.target === null) return null;
  try {
    const { difference, largest } = await compare(network, range, input);
    if (difference <= TOLERANCE * Math.max(largest, SMALLEST)) return null;
    if (!Number.isFinite(difference)) return 'No heatmaps: the scores of what explains the model are not finite.';
    const off = (difference / largest).toPrecision(2);
    return `No heatmaps: what explains the model differs from what predicts, by ${off} of the largest score.`;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `No heatmaps: what explains the model does not run: ${why}`;
  }
}
