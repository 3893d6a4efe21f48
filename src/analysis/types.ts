import type { ClassMatch } from '../vision/model/class-query.js';
import type { MemoryBand } from './bands.js';

/** A photo that can be fetched when it is needed. */
export interface PhotoSource {
  /** The same for the same photo. */
  readonly key: string;
  /** How many bytes it has, as far as that is known. */
  readonly bytes?: number | null;
  /** Throws AnalysisError `too-large`, `photo-gone` or `telegram`; anything else counts as `telegram`. */
  readonly fetch: (signal: AbortSignal) => Promise<Uint8Array>;
}

export interface RankedClass {
  readonly index: number;
  /** 0..1 */
  readonly probability: number;
}

export interface Prediction {
  /** As it was sent, in pixels. */
  readonly photo: { readonly format: string; readonly width: number; readonly height: number };
  /** Most likely first, at most 10. */
  readonly top: readonly RankedClass[];
  /** Of every class, 0..1, in the model's order. */
  readonly probabilities: Float32Array;
  /** Whether the first class reaches the model's threshold. */
  readonly sure: boolean;
  /** Whether it was computed before this was asked. */
  readonly cached: boolean;
  /** As measured when it was computed. */
  readonly milliseconds: { readonly fetch: number; readonly decode: number; readonly predict: number };
}

export interface Heatmap {
  readonly jpeg: Uint8Array;
  /** Pixels of the JPEG. */
  readonly picture: { readonly width: number; readonly height: number };
  /** Of the map before it was spread over the picture. */
  readonly rows: number;
  readonly columns: number;
  readonly method: string;
  readonly milliseconds: { readonly explain: number; readonly render: number };
}

/** What the model is, in plain values. */
export interface ModelFacts {
  readonly name: string;
  readonly classes: number;
  /** Below this probability of the first class the answer is "not sure"; 0..1. */
  readonly threshold: number;
  /** Whether there is a feature map to explain. */
  readonly explains: boolean;
  readonly layer: string | null;
  readonly map: { readonly rows: number; readonly columns: number; readonly channels: number } | null;
  /** Pixels. */
  readonly input: { readonly width: number; readonly height: number };
  readonly backend: string;
  readonly method: string;
  /** A class's name in a language, else in English, else its number. */
  readonly labelOf: (index: number, language: string) => string;
  /** The names of all classes, in the model's order; empty where the model has none. */
  readonly labels: (language: string) => readonly string[];
  /** The class that a label in any language, a rank or a `#index` means. */
  readonly classNamed: (text: string) => ClassMatch;
}

export interface AnalysisOptions {
  readonly heatmaps: boolean;
  /** What may wait, of predictions and of heatmaps each. */
  readonly queueLimit: number;
  /** What may wait and run for one person, of predictions and of heatmaps each. */
  readonly personLimit: number;
  /** From the request to the heatmap. */
  readonly heatmapTimeoutMs: number;
  readonly fetchTimeoutMs: number;
  readonly cacheEntries: number;
  /** 0: for ever. */
  readonly cacheTtlSeconds: number;
  /** Of this process and the engines' together; absent or null: what the container allows. */
  readonly memoryLimitBytes?: number | null;
  /** How long heatmaps let predictions go first, at a stretch; 15 s by default. */
  readonly patienceMs?: number;
  /** The least time between two recyclings of an engine; 30 s by default. */
  readonly recycleEveryMs?: number;
}

/** Requests of one kind: running are those that an engine works on, waiting are all others. */
export interface Load {
  readonly waiting: number;
  readonly running: number;
}

export interface Status {
  readonly predictions: Load;
  readonly heatmaps: Load;
  readonly memory: { readonly band: MemoryBand; readonly usedBytes: number; readonly limitBytes: number };
  readonly cache: { readonly entries: number; readonly limit: number; readonly hits: number; readonly misses: number };
  /** Engines recycled for their memory since the start. */
  readonly recycled: number;
}
