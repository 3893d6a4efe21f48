import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { loadNetwork } from '../loaded-network.js';
import { isInterval, ofColours } from '../pixel-range.js';
import type { NamedRange, PixelRange } from '../pixel-range.js';
import { probabilitiesOf } from '../probabilities.js';
import type { Plan } from '../trunk/plan.js';
import { channelsFirstOf } from './channel-order.js';
import { readCompiled } from './plan-file.js';

/**
 * Largest difference of an output between the plan and the model as TensorFlow.js runs it, relative to the largest
 * output. Folding is exact up to rounding, which leaves about 1e-5.
 */
const TOLERANCE = 1e-3;

/** The same of a model that rounds its numbers to 16 bits, which the plan does not. */
const ROUNDED_TOLERANCE = 3e-2;

/** What a model itself makes of the test picture. */
export interface Expected {
  /** The lowest and the highest value of the picture. */
  readonly pixels: readonly [number, number];
  /** Whether the outputs are probabilities: else scores. */
  readonly closed: boolean;
  /** Whether the model computes with numbers of 16 bits. */
  readonly rounded: boolean;
  readonly outputs: Float32Array;
}

/** The range that the test picture has where a preprocessing has a name: about what it makes of pixels. */
const NAMED_RANGES: Readonly<Record<NamedRange, readonly [number, number]>> = { caffe: [-128, 128], torch: [-2, 2] };

/** The lowest and the highest value of the test picture for a model that was made for a range. */
export function pixelsOf(range: PixelRange): readonly [number, number] {
  if (isInterval(range)) return range;
  return ofColours(
    range,
    (name) => NAMED_RANGES[name],
    ({ mean, deviation }) => [-mean[0] / deviation[0], (1 - mean[0]) / deviation[0]],
  );
}

/**
 * A picture that no symmetry of a network can hide a mistake from: waves that do not repeat. Far from the range that a
 * network was made for its numbers may grow until rounding is all that is left of them.
 */
export function testPicture({ height, width, channels }: Plan['input'], pixels: Expected['pixels']): Float32Array {
  const [low, high] = pixels;
  // Whole where pixels are bytes: a network may take nothing else.
  const rounded = high - low < 255 ? (value: number) => value : Math.round;
  return Float32Array.from({ length: height * width * channels }, (_, index) =>
    rounded(low + ((high - low) * (Math.sin(index * 0.37) + 1)) / 2),
  );
}

/** The plan's outputs in the model's own form: scores where it does not close them itself. */
async function outputsOf(plan: Plan, { closed, pixels }: Expected): Promise<Float32Array> {
  const { runner } = await loadNetwork({ plan, whole: null }, { threads: 1 });
  try {
    const picture = testPicture(plan.input, pixels);
    const input = runner.layout === 'nchw' ? channelsFirstOf(picture, plan.input.channels) : picture;
    const { scores } = await runner.run(input);
    if (!closed) return Float32Array.from(scores);
    const probabilities = probabilitiesOf(scores, plan.output);
    return plan.output === 'one-sigmoid' ? probabilities.subarray(1) : probabilities;
  } finally {
    await runner.close();
  }
}

/**
 * Runs a plan on the test picture.
 *
 * @returns why it does not compute what the model does, or null where it does.
 */
async function planMismatch(plan: Plan, expected: Expected): Promise<string | null> {
  const { outputs } = expected;
  const actual = await outputsOf(plan, expected);
  const isComparable = outputs.length === actual.length && outputs.every(Number.isFinite);
  const scale = outputs.reduce((largest, value) => Math.max(largest, Math.abs(value)), Number.EPSILON);
  const largest = outputs.reduce((most, value, i) => Math.max(most, Math.abs(value - (actual[i] ?? NaN))), 0);
  const off = isComparable ? largest / scale : Infinity;
  if (off <= (expected.rounded ? ROUNDED_TOLERANCE : TOLERANCE)) return null;
  return `The compiled network differs from the model by ${off.toPrecision(2)} of its largest output, or is not finite.`;
}

const expectedFile = v.object({
  pixels: v.tuple([v.number(), v.number()]),
  closed: v.boolean(),
  rounded: v.boolean(),
  // What is no finite number is null in JSON.
  outputs: v.array(v.nullable(v.number())),
});

const fileIn = (folder: string): string => join(folder, 'expected.json');

/** Puts what the plan in a folder must come to beside it. */
export async function writeExpected(folder: string, { outputs, ...picture }: Expected): Promise<void> {
  await writeFile(fileIn(folder), JSON.stringify({ ...picture, outputs: [...outputs] }));
}

/** `planMismatch` of what `writeCompiled` and `writeExpected` wrote. What is expected is done with then, and goes. */
export async function mismatchIn(folder: string): Promise<string | null> {
  const { outputs, ...picture } = v.parse(expectedFile, JSON.parse(await readFile(fileIn(folder), 'utf8')));
  await rm(fileIn(folder));
  const { plan } = await readCompiled(folder);
  return planMismatch(plan, { ...picture, outputs: Float32Array.from(outputs, (value) => value ?? NaN) });
}
