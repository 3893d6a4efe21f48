import { nameOf } from '../vision/model/classifier.js';
import type { Classifier } from '../vision/model/classifier.js';
import { conclude } from '../vision/model/answer.js';

/** Larger confusion matrices are not for reading; the mistakes are counted all the same. */
const MOST_MATRIX_CLASSES = 100;

const MOST_MISTAKES = 20;

/** Two classes, and how often the first was taken for the second. */
export interface Mistake {
  readonly truth: string;
  readonly answered: string;
  readonly count: number;
}

export interface Accuracy {
  /** Share of photos whose class is the likeliest, and is among the five likeliest; 0..1. */
  readonly top1: number;
  readonly top5: number;
  /** Of the photos whose class has a kind, the share whose likeliest kind it is; null without any. */
  readonly kind: { readonly photos: number; readonly right: number } | null;
}

export interface Confusion {
  /** Rows are true classes, columns the likeliest; null above 100 classes. */
  readonly matrix: readonly (readonly number[])[] | null;
  /** The most frequent first. */
  readonly mistakes: readonly Mistake[];
}

/**
 * The place of a class among all, likeliest first, from 0. Of equal ones the first in the model's order is ahead, so
 * that a model that gives the same to all is as good as chance.
 */
export function rankOf(probabilities: Float32Array, index: number): number {
  const own = probabilities[index] ?? 0;
  return probabilities.reduce((ahead, p, other) => ahead + (p > own || (p === own && other < index) ? 1 : 0), 0);
}

/** How often the true class is the likeliest, its kind the likeliest kind, and what is taken for what. */
export class AccuracyTally {
  readonly #classifier: Classifier;
  readonly #classes: number;
  /** Index of the innermost kind of each class that has one. */
  readonly #kinds: ReadonlyMap<number, number>;
  /** Photos by true class and likeliest class, as one number. */
  readonly #pairs = new Map<number, number>();
  readonly #ofKind = { photos: 0, right: 0 };
  #photos = 0;
  #first = 0;
  #amongFive = 0;

  constructor(classifier: Classifier, classes: number) {
    this.#classifier = classifier;
    this.#classes = classes;
    this.#kinds = new Map(classifier.groups.flatMap(({ own }, group) => own.map((index) => [index, group] as const)));
  }

  add(probabilities: Float32Array, best: number, truth: number): void {
    const rank = rankOf(probabilities, truth);
    this.#photos += 1;
    this.#first += rank === 0 ? 1 : 0;
    this.#amongFive += rank < 5 ? 1 : 0;
    const pair = truth * this.#classes + best;
    this.#pairs.set(pair, (this.#pairs.get(pair) ?? 0) + 1);
    const kind = this.#kinds.get(truth);
    if (kind === undefined) return;
    this.#ofKind.photos += 1;
    this.#ofKind.right += conclude(probabilities, this.#classifier).groups[0]?.index === kind ? 1 : 0;
  }

  get photos(): number {
    return this.#photos;
  }

  get accuracy(): Accuracy {
    const { photos, right } = this.#ofKind;
    const all = Math.max(1, this.#photos);
    return {
      top1: this.#first / all,
      top5: this.#amongFive / all,
      kind: photos === 0 ? null : { photos, right: right / photos },
    };
  }

  get confusion(): Confusion {
    const pairs = [...this.#pairs].map(([pair, count]) => {
      return { truth: Math.floor(pair / this.#classes), answered: pair % this.#classes, count };
    });
    const named = (index: number): string => nameOf(this.#classifier, { type: 'class', index });
    const mistakes = pairs
      .filter(({ truth, answered }) => truth !== answered)
      .sort((a, b) => b.count - a.count || a.truth - b.truth || a.answered - b.answered)
      .slice(0, MOST_MISTAKES)
      .map(({ truth, answered, count }) => ({ truth: named(truth), answered: named(answered), count }));
    if (this.#classes > MOST_MATRIX_CLASSES) return { matrix: null, mistakes };
    const matrix = Array.from({ length: this.#classes }, () => new Array<number>(this.#classes).fill(0));
    for (const { truth, answered, count } of pairs) {
      const row = matrix[truth];
      if (row !== undefined) row[answered] = count;
    }
    return { matrix, mistakes };
  }
}
