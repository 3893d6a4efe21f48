import { range } from 'd3-array';

/** Bins of the calibration error (Guo et al. 2017, section 2). */
const BINS = 15;

/** Temperatures tried, as factors of the model's own: from a quarter to four times, eight to a doubling. */
const FACTORS = range(-16, 17).map((step) => 2 ** (step / 8));

/** What a probability that came out as 0 is taken for: the smallest that single precision has, else its loss had no end. */
const LEAST = 2 ** -149;

/** Fewer photos fit nothing. */
const LEAST_TO_FIT = 50;

/** One bin of the reliability diagram. */
export interface CalibrationBin {
  readonly count: number;
  /** Mean probability of the likeliest class, 0..1. */
  readonly confidence: number;
  /** Share of photos in the bin that are of that class. */
  readonly accuracy: number;
}

export interface Calibration {
  /** Photos by the probability of their likeliest class, in equal bins of 0..1 without the empty ones. */
  readonly bins: readonly CalibrationBin[];
  /** Expected calibration error, 0..1. */
  readonly error: number;
  /**
   * A `temperature` for `classifier.json` that fits these photos best, and the error with it; null for models whose
   * probabilities do not add up to one, and for a handful of photos.
   */
  readonly mended: { readonly temperature: number; readonly error: number } | null;
}

/** Counts of the reliability diagram: nothing of a photo stays but its place in them. */
class Bins {
  readonly #bins = range(BINS).map(() => ({ count: 0, confidence: 0, right: 0 }));

  add(confidence: number, right: boolean): void {
    const bin = this.#bins[Math.min(BINS - 1, Math.floor(confidence * BINS))];
    if (bin === undefined) return;
    bin.count += 1;
    bin.confidence += confidence;
    bin.right += right ? 1 : 0;
  }

  get filled(): CalibrationBin[] {
    return this.#bins
      .filter(({ count }) => count > 0)
      .map(({ count, confidence, right }) => ({ count, confidence: confidence / count, accuracy: right / count }));
  }

  /** The gap between confidence and accuracy, averaged over the photos (Guo et al. 2017, equation 3). */
  get error(): number {
    const total = this.#bins.reduce((sum, { count }) => sum + count, 0);
    const gaps = this.#bins.map(({ confidence, right }) => Math.abs(confidence - right));
    return total === 0 ? 0 : gaps.reduce((sum, gap) => sum + gap, 0) / total;
  }
}

/** The place of the lowest point between equally spaced values, by the parabola through it and its neighbours. */
function lowest(values: readonly number[]): number {
  const at = values.indexOf(Math.min(...values));
  const [before, here, after] = [values[at - 1], values[at], values[at + 1]];
  if (before === undefined || here === undefined || after === undefined) return at;
  const curve = before - 2 * here + after;
  return curve > 0 ? at + (before - after) / (2 * curve) : at;
}

/**
 * How far probabilities can be believed, counted photo by photo.
 *
 * The temperature is the one of the least negative log-likelihood (Guo et al. 2017, section 4.2), which is summed over a
 * grid of temperatures as photos come: softmax of log p / T needs no scores. It has one minimum over log T.
 */
export class CalibrationTally {
  readonly #own = new Bins();
  readonly #losses = FACTORS.map(() => 0);
  readonly #mended = FACTORS.map(() => new Bins());
  readonly #exclusive: boolean;
  #count = 0;

  /** @param exclusive whether the probabilities add up to one: others have no common temperature. */
  constructor(exclusive: boolean) {
    this.#exclusive = exclusive;
  }

  /** @param probabilities one a class; @param best the likeliest class; @param truth the photo's class. */
  add(probabilities: Float32Array, best: number, truth: number): void {
    this.#count += 1;
    this.#own.add(probabilities[best] ?? 0, best === truth);
    if (!this.#exclusive) return;
    const logs = Float64Array.from(probabilities, (p) => Math.log(Math.max(p, LEAST)));
    const [top = 0, own = 0] = [logs[best], logs[truth]];
    FACTORS.forEach((factor, at) => {
      // Relative to the likeliest class, whose power is 1.
      const total = logs.reduce((sum, log) => sum + Math.exp((log - top) / factor), 0);
      this.#losses[at] = (this.#losses[at] ?? 0) + Math.log(total) - (own - top) / factor;
      this.#mended[at]?.add(1 / total, best === truth);
    });
  }

  /** @param temperature that the probabilities were made with. */
  result(temperature: number): Calibration {
    const { filled, error } = this.#own;
    return { bins: filled, error, mended: this.#fitted(temperature) };
  }

  #fitted(temperature: number): Calibration['mended'] {
    if (!this.#exclusive || this.#count < LEAST_TO_FIT) return null;
    const at = lowest(this.#losses);
    return {
      temperature: temperature * 2 ** ((at - (FACTORS.length - 1) / 2) / 8),
      error: this.#mended[Math.round(at)]?.error ?? 0,
    };
  }
}
