import type { Log } from '../log.js';
import type { BackendReason } from '../vision/backend-choice.js';
import type { Precision, PrecisionReason } from '../vision/int8/precision-choice.js';
import type { Job } from '../vision/job.js';
import type { Answer, Likely } from '../vision/model/answer.js';
import type { ClassMatch, Understanding } from '../vision/model/class-query.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import type { ChosenRange, ModelNote } from '../vision/model/notes.js';
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

/** A heatmap that the conversation asks for. */
export interface HeatmapJob extends Job<PhotoSource> {
  readonly class: ClassOrGroup;
  readonly log: Log;
}

export interface Prediction {
  /** As it was sent, in pixels. */
  readonly photo: { readonly format: string; readonly width: number; readonly height: number };
  /** What people are told. */
  readonly answer: Answer;
  /** Of every class, 0..1, in the model's order. */
  readonly probabilities: Float32Array;
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
  /** What made it, such as "Keras 3.4.1 (.keras)". */
  readonly origin: string;
  /** The pixel values that it is given, and why. */
  readonly range: ChosenRange;
  /** What nobody said of it and was guessed. */
  readonly notes: readonly ModelNote[];
  readonly classes: number;
  /** What names a class or a kind by its number names it of the model with this fingerprint. */
  readonly fingerprint: string;
  /** A class or a kind is answered where it is at least this likely, else the answer is "not sure"; 0..1. */
  readonly threshold: { readonly class: number; readonly group: number };
  /** Whether there is a feature map to explain, and what explains it is what predicts. */
  readonly explains: boolean;
  readonly layer: string | null;
  readonly map: { readonly rows: number; readonly columns: number; readonly channels: number } | null;
  /** Pixels. */
  readonly input: { readonly width: number; readonly height: number };
  readonly backend: string;
  /** Why it runs on that. */
  readonly backendReason: BackendReason['kind'];
  /** What its numbers are, and why. */
  readonly precision: { readonly name: Precision; readonly reason: PrecisionReason['kind'] };
  readonly method: string;
  /** The name of a class or a kind in a language, else in English, else its number. */
  readonly nameOf: (about: ClassOrGroup, language: string) => string;
  /** The names of all classes, in the model's order; empty where the model has none. */
  readonly labels: (language: string) => readonly string[];
  /** The kinds of classes, each with the index of the one around it; empty where the model has none. */
  readonly groups: readonly { readonly parent: number | null }[];
  /** Whether there is such a class or kind. */
  readonly has: (about: ClassOrGroup) => boolean;
  /** The classes that a class or a kind stands for, by index. */
  readonly membersOf: (about: ClassOrGroup) => readonly number[];
  /** How likely a class or a kind is by these probabilities of all classes. */
  readonly probabilityOf: (probabilities: Float32Array, about: ClassOrGroup) => number;
  /** Whether an answer leaves room for doubt about a class or a kind. */
  readonly isUnsureOf: (answer: Answer, about: Likely) => boolean;
  /** The classes or kinds that a name in any language, a rank or a `#index` means. */
  readonly find: (text: string, understanding?: Understanding) => ClassMatch;
}

export interface AnalysisOptions {
  readonly heatmaps: boolean;
  /** Predictions that may wait. */
  readonly queueLimit: number;
  /** Predictions that may wait and run for one person. */
  readonly personLimit: number;
  /** From the request to the heatmap. */
  readonly heatmapTimeoutMs: number;
  readonly fetchTimeoutMs: number;
  readonly cacheEntries: number;
  /** 0: for ever. */
  readonly cacheTtlSeconds: number;
  /** Of this process and the engines' together; absent or null: what the container allows. */
  readonly memoryLimitBytes?: number | null;
  /** How long heatmaps let predictions go first, at a stretch; 3 s by default. */
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
  /** Predictions that are kept; null where the store does not count them. */
  readonly cache: {
    readonly entries: number | null;
    readonly limit: number;
    readonly hits: number;
    readonly misses: number;
  };
  /** Engines recycled for their memory since the start. */
  readonly recycled: number;
}
