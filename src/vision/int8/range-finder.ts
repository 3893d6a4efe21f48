import type { PixelRange } from '../pixel-range.js';
import { toInput } from '../preprocess.js';
import type { Compiled, Plan } from '../trunk/plan.js';
import { sizeOf } from '../trunk/plan.js';
import { createOnnxRunner } from '../trunk/onnx/onnx-runner.js';
import type { Runner } from '../trunk/runner.js';
import { rangedValues } from '../trunk/value-ranges.js';
import { VisionError } from '../vision-error.js';
import { proofFeatures } from './agreement.js';
import type { Int8Data } from './int8-file.js';

/** What is kept of a number: more would only make the file long. */
const DIGITS = 6;

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

function refusal(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-argument', message, { cause });
}

/** Finds the range of each value of a trunk over photographs, in float32. */
export class RangeFinder {
  readonly #plan: Plan;
  readonly #range: PixelRange;
  readonly #values: readonly string[];
  /** Gives those values as if the trunk ended at each. */
  readonly #runner: Runner;
  readonly #input: Float32Array;
  readonly #found: readonly { low: number; high: number }[];
  #photos = 0;

  private constructor(plan: Plan, range: PixelRange, values: readonly string[], runner: Runner) {
    const { height, width, channels } = plan.input;
    this.#plan = plan;
    this.#range = range;
    this.#values = values;
    this.#runner = runner;
    this.#input = new Float32Array(sizeOf([height, width, channels]));
    this.#found = values.map(() => ({ low: Infinity, high: -Infinity }));
  }

  /**
   * @param range what pixels become.
   * @throws VisionError `invalid-argument` for a network that has nothing to compute in int8.
   */
  static async load({ plan, whole }: Compiled, range: PixelRange): Promise<RangeFinder> {
    if (whole !== null) throw refusal(`The model cannot compute in int8, as it runs as it is: ${whole.why}.`);
    const values = rangedValues(plan);
    if (values.length === 0)
      throw refusal('The model has no convolution before its feature map: int8 would change nothing.');
    try {
      return new RangeFinder(plan, range, values, await createOnnxRunner({ ...plan, cut: values }, 1));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw refusal(`The model cannot compute in int8, as ONNX Runtime cannot run it: ${why}`, error);
    }
  }

  get photos(): number {
    return this.#photos;
  }

  /** @param pixels of the network's input size, RGB triples. */
  async add(pixels: Uint8Array): Promise<void> {
    toInput(pixels, this.#plan.input.channels, this.#range, this.#runner.layout, this.#input);
    const { cut } = await this.#runner.run(this.#input);
    this.#found.forEach((range, at) => {
      let { low, high } = range;
      for (const number of cut[at] ?? []) {
        if (number < low) low = number;
        if (number > high) high = number;
      }
      range.low = low;
      range.high = high;
    });
    this.#photos += 1;
  }

  /** The ranges over the photos so far, and what the network makes of the proof's picture. */
  async result(): Promise<Omit<Int8Data, 'network'>> {
    const runner = await createOnnxRunner(this.#plan, 1);
    try {
      const features = await proofFeatures(this.#plan, runner, this.#range);
      const ranges = this.#found.map(({ low, high }): [number, number] => [rounded(low), rounded(high)]);
      return {
        photos: this.#photos,
        ranges: Object.fromEntries(this.#values.map((name, at) => [name, ranges[at] ?? [0, 0]])),
        features: features.map(rounded),
      };
    } finally {
      await runner.close();
    }
  }

  close(): Promise<void> {
    return this.#runner.close();
  }
}
