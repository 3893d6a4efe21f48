import type { Prediction as EnginePrediction } from '../vision/engine.js';
import { conclude } from '../vision/model/answer.js';
import type { Classifier } from '../vision/model/classifier.js';
import type { Prediction } from './types.js';

/** All probabilities kept may take so much: a model of 20,000 classes takes 80 KB a photo. */
const KEPT_BYTES = 8 * 2 ** 20;

/** What an engine said, as it is handed out and kept. */
export function predictionOf(said: EnginePrediction, classifier: Classifier, fetchMs: number): Prediction {
  return {
    photo: said.photo,
    answer: conclude(said.probabilities, classifier).answer,
    probabilities: said.probabilities,
    cached: false,
    milliseconds: { fetch: fetchMs, ...said.milliseconds },
  };
}

/** How many predictions are kept: so many at most, fewer where a model has very many classes. */
export function mostKept(entries: number, classes: number): number {
  return Math.min(entries, Math.floor(KEPT_BYTES / (Math.max(classes, 1) * Float32Array.BYTES_PER_ELEMENT)));
}
