import { range } from 'd3-array';
import { conclude } from '../vision/model/answer.js';
import type { Answer } from '../vision/model/answer.js';
import { membersOf } from '../vision/model/classifier.js';
import type { Classifier } from '../vision/model/classifier.js';

/** Thresholds of the "not sure" curve. */
const THRESHOLDS = range(1, 40).map((step) => step / 40);

/** How people are answered over many photos, in shares of 0..1. */
export interface AnswerShares {
  /** Shares answered with a class, with a kind, and with "not sure": they add up to one. */
  readonly class: number;
  readonly kind: number;
  readonly notSure: number;
  /** Share of the answers, classes and kinds together, that are wrong. */
  readonly wrong: number;
}

/** One point of the "not sure" curve. */
export interface CurvePoint extends AnswerShares {
  /** The `threshold` of classifier.json that this is with: one number for classes and kinds. */
  readonly threshold: number;
  /** Share of the pictures of nothing the model knows that are answered "not sure" or truly; null where none were given. */
  readonly none: number | null;
}

/** Whether an answer holds any of the classes; "not sure" says of none. */
export function isTrue({ type, about }: Answer, truths: readonly number[], classifier: Classifier): boolean {
  return type !== 'not-sure' && membersOf(classifier, about).some((index) => truths.includes(index));
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Answers at one threshold, counted. */
class Counts {
  readonly #count = { class: 0, group: 0, 'not-sure': 0 };
  #wrong = 0;
  #none = 0;
  #noneRight = 0;

  add({ type }: Answer, right: boolean): void {
    this.#count[type] += 1;
    if (type !== 'not-sure' && !right) this.#wrong += 1;
  }

  addNone({ type }: Answer, right: boolean): void {
    this.#none += 1;
    if (type === 'not-sure' || right) this.#noneRight += 1;
  }

  told(): AnswerShares {
    const { class: classes, group, 'not-sure': unsure } = this.#count;
    const all = classes + group + unsure;
    return {
      class: share(classes, all),
      kind: share(group, all),
      notSure: share(unsure, all),
      wrong: share(this.#wrong, classes + group),
    };
  }

  get none(): number | null {
    return this.#none === 0 ? null : this.#noneRight / this.#none;
  }
}

/** What people are told at the classifier's own threshold and at others, counted picture by picture. */
export class AnswerTally {
  readonly #classifier: Classifier;
  readonly #own = new Counts();
  readonly #curve = THRESHOLDS.map((threshold) => ({ threshold, counts: new Counts() }));

  constructor(classifier: Classifier) {
    this.#classifier = classifier;
  }

  /** A photo of a class. */
  add(probabilities: Float32Array, truth: number): void {
    this.#each(probabilities, (counts, answer) => {
      counts.add(answer, isTrue(answer, [truth], this.#classifier));
    });
  }

  /**
   * A picture of nothing the model knows.
   *
   * @param excused classes that would be true of it all the same
   * @returns whether it was answered rightly at the classifier's own threshold
   */
  addNone(probabilities: Float32Array, excused: readonly number[]): boolean {
    const own = conclude(probabilities, this.#classifier).answer;
    this.#each(probabilities, (counts, answer) => {
      counts.addNone(answer, isTrue(answer, excused, this.#classifier));
    });
    return own.type === 'not-sure' || isTrue(own, excused, this.#classifier);
  }

  get own(): AnswerShares {
    return this.#own.told();
  }

  get curve(): CurvePoint[] {
    return this.#curve.map(({ threshold, counts }) => ({ threshold, ...counts.told(), none: counts.none }));
  }

  #each(probabilities: Float32Array, count: (counts: Counts, answer: Answer) => void): void {
    count(this.#own, conclude(probabilities, this.#classifier).answer);
    for (const { threshold, counts } of this.#curve) {
      count(
        counts,
        conclude(probabilities, { ...this.#classifier, threshold: { class: threshold, group: threshold } }).answer,
      );
    }
  }
}
