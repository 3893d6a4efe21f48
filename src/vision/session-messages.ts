import type { BackendChoice, BackendReason } from './backend-choice.js';
import type { Method } from './cam/methods.js';
import type { InputForm } from './image/geometry.js';
import type { Int8Found } from './int8/int8-file.js';
import type { PrecisionChoice, SaidPrecision } from './int8/precision-choice.js';
import type { PixelRange } from './pixel-range.js';
import type { Backend } from './trunk/runner.js';

/** What the vision process opens. */
export interface SessionOptions {
  /** Folder of the compiled plan. */
  readonly compiled: string;
  /** The network's own file; needed by graphs that run whole. */
  readonly model: string;
  readonly backend: BackendChoice;
  readonly precision: PrecisionChoice;
  /** What of int8 lies beside the model. */
  readonly int8: Int8Found;
  readonly threads: number;
  readonly range: PixelRange;
  readonly form: InputForm;
  readonly temperature: number;
  /** How heatmaps are made where a job does not say; null for what suits the model. */
  readonly method: Method | null;
  /** Bytes of photos and feature maps that are kept to explain more classes of a photo. */
  readonly keepBytes: number;
}

/** What the process says of itself once it is ready. */
export interface SessionInfo {
  readonly pid: number;
  readonly backend: Backend;
  /** Why it runs on this backend. */
  readonly reason: BackendReason;
  readonly precision: SaidPrecision;
  /** Milliseconds from the process' start to being ready. */
  readonly startMilliseconds: number;
  readonly input: { readonly height: number; readonly width: number; readonly channels: number };
  readonly layer: string | null;
  readonly map: { readonly rows: number; readonly columns: number; readonly channels: number } | null;
  /** Why no heatmap is made although there is a feature map: what explains is not what predicts. Null where it is. */
  readonly mismatch: string | null;
  /** How heatmaps are made where a job does not say. */
  readonly method: Method;
  readonly classes: number;
  /** Whether the probabilities add up to one, as kinds of classes need. */
  readonly exclusive: boolean;
}

export interface Prediction {
  readonly photo: { readonly format: string; readonly width: number; readonly height: number };
  /** One number a class, in the model's order. */
  readonly probabilities: Float32Array;
  readonly milliseconds: { readonly decode: number; readonly predict: number };
}

export interface Explanation {
  readonly rows: number;
  readonly columns: number;
  /** 0..1, row-major, before upsampling. */
  readonly values: Float32Array;
  readonly method: Method;
  /** Of the whole network, beside the one that predicted: what some methods take. */
  readonly forwardPasses: number;
  readonly jpeg: Uint8Array;
  readonly picture: { readonly width: number; readonly height: number };
  readonly milliseconds: { readonly explain: number; readonly render: number };
}

/** Figures for the operator and for the leak test. */
export interface SessionStats {
  readonly tensors: number;
  readonly keptPhotos: number;
  readonly keptBytes: number;
  readonly residentBytes: number;
}
