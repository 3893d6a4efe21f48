import type { Classifier } from '../vision/model/classifier.js';
import type { Method } from '../vision/cam/methods.js';
import type { Accuracy, Confusion } from './accuracy.js';
import type { Calibration } from './calibration.js';
import type { Perturbed, Ranking } from './perturbing.js';
import type { CurvePoint, AnswerShares } from './answer-shares.js';

/** Median and 95th percentile, in milliseconds. */
export interface Spread {
  readonly median: number;
  readonly p95: number;
}

/** Pictures of nothing the model knows, of one kind, and the share of them answered "not sure" or truly. */
export interface NoneOfKind {
  readonly kind: string;
  readonly pictures: number;
  readonly right: number;
}

export interface RandomisingSummary {
  /** Mean rank correlation of the maps before and after weights were shuffled, -1..1; no map counts as 0. */
  readonly correlation: number;
}

/** What one method's heatmaps are worth beside others'. */
export interface ComparedMethod {
  readonly method: Method;
  /** Photos without evidence by it. */
  readonly without: number;
  readonly pairs: HeatmapReport['pairs'];
  /** Mean areas under the curves, over the photos that all methods have a map of; null without any. */
  readonly deletion: number | null;
  readonly insertion: number | null;
  readonly randomising: HeatmapReport['randomising'];
  /** What a map takes after the network has run, at the median. */
  readonly milliseconds: number | null;
}

/** What the heatmaps of the likeliest class are worth. */
export interface HeatmapReport {
  readonly method: Method;
  readonly layer: string | null;
  readonly rows: number;
  readonly columns: number;
  readonly photos: number;
  /** Photos in which nothing speaks for the likeliest class, so that there is no map. */
  readonly without: number;
  /**
   * Two photos of different classes in one picture, and how often both classes' heatmaps are highest in their own photo;
   * null without two classes.
   */
  readonly pairs: { readonly pairs: number; readonly right: number } | null;
  readonly perturbing: {
    /** What pixels are replaced by. */
    readonly baseline: string;
    /** Mean areas under the deletion and insertion curves. */
    readonly means: Readonly<Record<Ranking, Perturbed>>;
    /** Share of photos on which the map's insertion minus deletion is above that of another order. */
    readonly better: Readonly<Record<Exclude<Ranking, 'heatmap'>, number>>;
  } | null;
  /** After the last layer's weights, and after all weights were shuffled; null where they are not at hand. */
  readonly randomising: { readonly last: RandomisingSummary | null; readonly all: RandomisingSummary | null };
  /** Methods beside each other, and the photos that all of them have a map of; null where none was to be compared. */
  readonly compared: { readonly photos: number; readonly methods: readonly ComparedMethod[] } | null;
}

/** A class or a kind by name, 0..1. */
export interface Guess {
  readonly label: string;
  readonly probability: number;
}

/** A photo whose likeliest class is wrong. */
export interface Example {
  readonly path: string;
  /** Its class. */
  readonly truth: Guess;
  /** What people are told, or the likeliest class where that is "not sure". */
  readonly told: Guess & { readonly type: 'class' | 'group' | 'not-sure' };
  /** Whether that is wrong, not merely "not sure" or a kind that holds the class. */
  readonly wrong: boolean;
  /** The likeliest classes. */
  readonly first: readonly Guess[];
}

/** An example with small pictures, JPEGs, of the photo and of the heatmap of what people are told. */
export interface ShownExample {
  readonly example: Example;
  readonly photo: Uint8Array;
  readonly heatmap: Uint8Array | null;
}

/** Everything that was measured of one model: what `evaluation.json` holds. */
export interface EvaluationReport {
  readonly model: {
    readonly name: string;
    readonly backend: string;
    readonly precision: string;
    readonly inputSize: readonly [number, number];
    readonly classes: readonly string[];
    readonly kinds: number;
    readonly threshold: Classifier['threshold'];
    readonly temperature: number;
  };
  readonly data: {
    readonly from: string;
    readonly none: string | null;
    readonly photos: number;
    /** Files that are no pictures, are damaged or say no class. */
    readonly refused: number;
  };
  readonly accuracy: Accuracy;
  readonly told: AnswerShares;
  readonly confusion: Confusion;
  readonly calibration: Calibration;
  /** What people would be told at other thresholds. */
  readonly curve: readonly CurvePoint[];
  readonly none: {
    readonly pictures: number;
    readonly right: number;
    readonly kinds: readonly NoneOfKind[];
  } | null;
  readonly milliseconds: Readonly<Record<'decode' | 'predict' | 'explain' | 'render', Spread | null>>;
  /** Null where the model has no feature map or no heatmaps were asked for, as the reason says. */
  readonly heatmaps: HeatmapReport | { readonly unavailable: string };
  /** Photos whose likeliest class is wrong: the surest wrong answers first. */
  readonly worst: readonly Example[];
}

/** A report, and pictures of its `worst` in the same order where they were asked for. */
export interface Evaluation {
  readonly report: EvaluationReport;
  readonly shown: readonly ShownExample[];
}
