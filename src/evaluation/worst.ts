import { bisector } from 'd3-array';
import { decodeForOverlay, overlaySize } from '../vision/image/decode.js';
import { readHeader } from '../vision/image/header.js';
import { sharp } from '../vision/image/sharp.js';
import { likeliestClasses } from '../vision/model/answer.js';
import type { Answer, Likely } from '../vision/model/answer.js';
import { nameOf } from '../vision/model/classifier.js';
import type { Classifier } from '../vision/model/classifier.js';
import type { Example, Guess, ShownExample } from './report.js';
import { isTrue } from './answer-shares.js';

/** As many as a person looks through, and as a page of 5 MB has room for. */
const MOST = 60;

/** Longer side of the pictures kept, in pixels, and their JPEG quality: about 12 KB each. */
const SIDE = 320;
const QUALITY = 72;

/** Likeliest classes that are told of an example. */
const FIRST = 3;

/** What happened to a photo, in names. */
export function exampleOf(
  path: string,
  { probabilities, answer, truth }: { probabilities: Float32Array; answer: Answer; truth: number },
  classifier: Classifier,
): Example {
  const guess = (likely: Likely): Guess => ({ label: nameOf(classifier, likely), probability: likely.probability });
  return {
    path,
    truth: guess({ type: 'class', index: truth, probability: probabilities[truth] ?? 0 }),
    told: { type: answer.type, ...guess(answer.about) },
    wrong: answer.type !== 'not-sure' && !isTrue(answer, [truth], classifier),
    first: likeliestClasses(probabilities, FIRST).map(guess),
  };
}

/** Small pictures of a photo and of its heatmap, where it has one. */
export async function smallPictures(
  bytes: Uint8Array,
  heatmap: Uint8Array | null,
): Promise<{ photo: Uint8Array; heatmap: Uint8Array | null }> {
  const { data, width, height } = await decodeForOverlay(bytes, overlaySize(await readHeader(bytes), SIDE));
  const photo = await sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
  const small =
    heatmap && (await sharp(heatmap).resize(width, height, { fit: 'fill' }).jpeg({ quality: QUALITY }).toBuffer());
  return { photo, heatmap: small };
}

/** Wrong answers before those that are merely not the class, and of each the surest first. */
function worseFirst(a: Example, b: Example): number {
  if (a.wrong !== b.wrong) return a.wrong ? -1 : 1;
  return b.told.probability - a.told.probability;
}

interface Kept {
  readonly example: Example;
  readonly pictures: Omit<ShownExample, 'example'> | null;
}

const place = bisector<Kept, Example>(({ example }, other) => worseFirst(example, other));

/** The worst examples seen, a bounded number of them. */
export class WorstExamples {
  readonly #kept: Kept[] = [];

  /** Whether an example is among the worst so far. */
  wants(example: Example): boolean {
    return place.right(this.#kept, example) < MOST;
  }

  /** Keeps an example where it is among the worst so far. */
  add(example: Example, pictures: Kept['pictures']): void {
    this.#kept.splice(place.right(this.#kept, example), 0, { example, pictures });
    this.#kept.length = Math.min(this.#kept.length, MOST);
  }

  get examples(): Example[] {
    return this.#kept.map(({ example }) => example);
  }

  get shown(): ShownExample[] {
    return this.#kept.flatMap(({ example, pictures }) => (pictures === null ? [] : [{ example, ...pictures }]));
  }
}
