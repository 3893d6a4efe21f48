import type { Accuracy, Confusion } from './accuracy.js';
import type { Calibration } from './calibration.js';
import type { CurvePoint, Told } from './told.js';

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

/** Everything that was measured of one model: what `evaluation.json` holds. */
export interface EvaluationReport {
  readonly model: {
    readonly name: string;
    readonly backend: string;
    readonly inputSize: readonly [number, number];
    readonly classes: readonly string[];
    readonly kinds: number;
    readonly threshold: number;
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
  readonly told: Told;
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
}
