import { randomLcg } from 'd3-random';
import type { PixelRange } from '../pixel-range.js';
import { toInput } from '../preprocess.js';
import type { Plan } from '../trunk/plan.js';
import { shapesOf, sizeOf } from '../trunk/plan.js';
import type { Runner } from '../trunk/runner.js';

/** Cells of colour to a side of the proof's picture: with edges and areas, as photographs have them. */
const CELLS = 16;

/** A picture that every network answers differently, the same each time: cells of one colour each. RGB triples. */
function proofPicture({ height, width }: Plan['input']): Uint8Array {
  const random = randomLcg(1);
  const colours = Uint8Array.from({ length: CELLS * CELLS * 3 }, () => 256 * random());
  const cellOf = (at: number, length: number): number => Math.floor((at * CELLS) / length);
  return Uint8Array.from({ length: height * width * 3 }, (_, at) => {
    const place = Math.floor(at / 3);
    const cell = cellOf(Math.floor(place / width), height) * CELLS + cellOf(place % width, width);
    return colours[cell * 3 + (at % 3)] ?? 0;
  });
}

/** What a network makes of the proof's picture: the mean of each channel of what its head reads first. */
export async function proofFeatures(plan: Plan, runner: Runner, range: PixelRange): Promise<number[]> {
  const { height, width, channels } = plan.input;
  const input = new Float32Array(sizeOf([height, width, channels]));
  toInput(proofPicture(plan.input), channels, range, runner.layout, input);
  const { cut } = await runner.run(input);
  const [values = new Float32Array()] = cut;
  const count =
    shapesOf(plan)
      .get(plan.cut[0] ?? '')
      ?.at(-1) ?? 1;
  const sums = new Float64Array(count);
  values.forEach((value, at) => {
    sums[at % count] = (sums[at % count] ?? 0) + value;
  });
  return Array.from(sums, (sum) => (sum * count) / values.length);
}

/** Pearson's correlation of two equally long series, -1..1; 0 where one of them is constant, or not as long. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return 0;
  const mean = (values: ArrayLike<number>): number =>
    Array.from(values).reduce((sum, each) => sum + each, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [both, alone, other] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [da, db] = [(a[at] ?? NaN) - meanA, (b[at] ?? NaN) - meanB];
    both += da * db;
    alone += da * da;
    other += db * db;
  }
  return alone > 0 && other > 0 ? both / Math.sqrt(alone * other) : 0;
}
