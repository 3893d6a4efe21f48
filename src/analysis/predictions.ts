import type { Prediction as EnginePrediction } from '../vision/engine.js';
import { conclude, rankedClasses } from '../vision/model/answer.js';
import type { Classifier } from '../vision/model/classifier.js';
import { BoundedCache } from './cache.js';
import type { Prediction } from './types.js';

/** Classes listed by themselves; the rest is in the probabilities. */
const LISTED = 10;

/** All probabilities kept may take so much: a model of 20,000 classes takes 80 KB a photo. */
const KEPT_BYTES = 8 * 2 ** 20;

/** What an engine said, as it is handed out and kept. */
export function predictionOf(said: EnginePrediction, classifier: Classifier, fetchMs: number): Prediction {
  return {
    photo: said.photo,
    answer: conclude(said.probabilities, classifier).answer,
    top: rankedClasses(said.probabilities).slice(0, LISTED),
    probabilities: said.probabilities,
    cached: false,
    milliseconds: { fetch: fetchMs, ...said.milliseconds },
  };
}

export interface PredictionCacheOptions {
  readonly entries: number;
  readonly ttlSeconds: number;
  readonly classes: number;
  /** Of the model: what another model said is not known of this one. */
  readonly fingerprint: string;
}

/** Predictions by photo: so many at most, fewer where a model has very many classes. */
export class PredictionCache {
  readonly limit: number;
  readonly #kept: BoundedCache<Prediction>;
  readonly #fingerprint: string;

  constructor({ entries, ttlSeconds, classes, fingerprint }: PredictionCacheOptions) {
    const fitting = Math.floor(KEPT_BYTES / (Math.max(classes, 1) * Float32Array.BYTES_PER_ELEMENT));
    this.limit = Math.min(entries, fitting);
    this.#kept = new BoundedCache({ limit: this.limit, ttlSeconds });
    this.#fingerprint = fingerprint;
  }

  get size(): number {
    return this.#kept.size;
  }

  get(photo: string): Prediction | undefined {
    const kept = this.#kept.get(this.#key(photo));
    return kept && { ...kept, cached: true };
  }

  set(photo: string, prediction: Prediction): void {
    this.#kept.set(this.#key(photo), prediction);
  }

  close(): void {
    this.#kept.close();
  }

  #key(photo: string): string {
    return `${photo} ${this.#fingerprint}`;
  }
}
