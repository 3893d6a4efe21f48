import type { Prediction as EnginePrediction } from '../vision/engine.js';
import { conclude } from '../vision/model/answer.js';
import type { Classifier } from '../vision/model/classifier.js';
import type { Prediction } from './types.js';

/** All probabilities kept may take so much: a model of 20,000 classes takes 107 KB a photo. */
const KEPT_BYTES = 8 * 2 ** 20;

/** What is kept of a prediction. The answer is not: it follows from the probabilities, by the classifier of the day. */
export interface KeptPrediction extends Pick<Prediction, 'photo' | 'milliseconds'> {
  /** The bytes of 32-bit floats, as base64. */
  readonly probabilities: string;
}

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

export function toKept({ photo, probabilities, milliseconds }: Prediction): KeptPrediction {
  const { buffer, byteOffset, byteLength } = probabilities;
  return { photo, milliseconds, probabilities: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
}

/** A prediction of before, by the model that it was kept of. */
export function fromKept({ photo, milliseconds, probabilities: text }: KeptPrediction, by: Classifier): Prediction {
  // A copy, as the bytes of a small buffer may stand anywhere in a larger one.
  const probabilities = new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
  return { photo, milliseconds, probabilities, answer: conclude(probabilities, by).answer, cached: true };
}

/** How many predictions are kept: so many at most, fewer where a model has very many classes. */
export function mostKept(entries: number, classes: number): number {
  const base64 = Math.ceil((Math.max(classes, 1) * Float32Array.BYTES_PER_ELEMENT) / 3) * 4;
  return Math.min(entries, Math.floor(KEPT_BYTES / base64));
}
