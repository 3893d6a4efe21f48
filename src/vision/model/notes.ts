import { isInterval, pixelRangeText } from '../pixel-range.js';
import type { PixelRange } from '../pixel-range.js';
import type { Classifier } from './classifier.js';
import type { Findings, RangeGuess } from './findings.js';
import type { Label } from './labels.js';

/** Why a range was taken. */
export type RangeSource =
  /**
   * Said by whoever runs it, in the model's `classifier.json`, in Hugging Face's `preprocessor_config.json`, or by
   * Teachable Machine's `metadata.json`.
   */
  | { readonly from: 'asked' | 'classifier' | 'preprocessor' | 'teachable-machine' }
  /** Its folder looks like Teachable Machine's Keras export. */
  | { readonly from: 'teachable-machine-keras' }
  | { readonly from: 'own-layers'; readonly layer: string }
  | { readonly from: 'architecture'; readonly architecture: string }
  /** What most models are trained on that this program has saved. */
  | { readonly from: 'exporter'; readonly exporter: string }
  /** Nothing tells: it may well be wrong. */
  | { readonly from: 'nothing' };

/** The range that a model is run with. */
export type ChosenRange = RangeSource & { readonly range: PixelRange };

/** Pixel range taken where nothing tells: Keras examples rescale by 1/255 most often. */
const DEFAULT_RANGE: PixelRange = [0, 1];

/** Something about a model that nobody said and that may be wrong, for whoever runs it. */
export type ModelNote =
  /** Which pixel values it is given was guessed; from nothing is a reason to warn. */
  | { readonly about: 'range'; readonly chosen: ChosenRange }
  /** What was said of pixel values contradicts the network's own first layers. */
  | {
      readonly about: 'range-contradicted';
      readonly said: PixelRange;
      readonly own: PixelRange;
      readonly layer: string;
    }
  /** It has several outputs, of which this one is taken. */
  | { readonly about: 'output'; readonly name: string; readonly among: number }
  /** One output near 0 means the first class, near 1 the second; null where they have no labels. */
  | { readonly about: 'two-classes'; readonly labels: readonly [near0: Label, near1: Label] | null }
  /** It ends without softmax: its numbers are taken for the scores before one. */
  | { readonly about: 'no-softmax' }
  /** Its classes are named as the network's own file, called `file`, has them. */
  | { readonly about: 'own-labels'; readonly file: string }
  /** Only the middle of photos is looked at, as most models are trained that this program has saved. */
  | { readonly about: 'middle'; readonly exporter: string }
  /** Its classes have no names. */
  | { readonly about: 'no-labels'; readonly classes: number };

/** The first that says something: who runs it, its files, the network itself. */
export function chooseRange(
  asked: PixelRange | undefined,
  { range, preprocessor, teachable }: Pick<Classifier, 'range' | 'preprocessor' | 'teachable'>,
  guess: RangeGuess | null,
): ChosenRange {
  if (asked !== undefined) return { from: 'asked', range: asked };
  if (range !== null) return { from: 'classifier', range };
  if (preprocessor !== null) return { from: 'preprocessor', range: preprocessor };
  if (teachable === 'metadata') return { from: 'teachable-machine', range: [-1, 1] };
  if (guess?.from === 'own-layers') return guess;
  if (teachable === 'keras-export') return { from: 'teachable-machine-keras', range: [-1, 1] };
  return guess ?? { from: 'nothing', range: DEFAULT_RANGE };
}

/** Whether two ranges are the same but for rounding. */
function isAlike(a: PixelRange, b: PixelRange): boolean {
  if (!isInterval(a) || !isInterval(b)) return pixelRangeText(a) === pixelRangeText(b);
  const tolerance = 0.02 * Math.abs(b[1] - b[0]);
  return Math.abs(a[0] - b[0]) <= tolerance && Math.abs(a[1] - b[1]) <= tolerance;
}

/** Where a range is from that was said, not guessed. */
const SAID: readonly RangeSource['from'][] = ['asked', 'classifier', 'preprocessor', 'teachable-machine'];

function rangeNote(chosen: ChosenRange, guess: RangeGuess | null): ModelNote | null {
  if (!SAID.includes(chosen.from)) return { about: 'range', chosen };
  if (guess?.from !== 'own-layers' || isAlike(chosen.range, guess.range)) return null;
  return { about: 'range-contradicted', said: chosen.range, own: guess.range, layer: guess.layer };
}

/** What of a model was guessed. */
export function notesOf(
  { labels, labelsFile, fromNetwork }: Pick<Classifier, 'labels' | 'labelsFile' | 'fromNetwork'>,
  { output, range, resize }: Findings,
  chosen: ChosenRange,
): ModelNote[] {
  const notes: ModelNote[] = [];
  const ofRange = rangeNote(chosen, range);
  if (ofRange !== null) notes.push(ofRange);
  if (output.among > 1 && !output.asked) notes.push({ about: 'output', name: output.name, among: output.among });
  if (output.kind === 'one-sigmoid') {
    const [near0, near1] = labels;
    const both = near0 === undefined || near1 === undefined ? null : ([near0, near1] as const);
    notes.push({ about: 'two-classes', labels: both });
  }
  if (fromNetwork.includes('labels')) notes.push({ about: 'own-labels', file: labelsFile ?? '' });
  if (fromNetwork.includes('resize') && resize !== null) notes.push({ about: 'middle', exporter: resize.exporter });
  if (output.kind === 'linear') notes.push({ about: 'no-softmax' });
  if (labels.length === 0) notes.push({ about: 'no-labels', classes: output.classes });
  return notes;
}

/** Whether answers are probably wrong where this was guessed wrongly, and there is a reason to think so. */
export function isWarning(note: ModelNote): boolean {
  return note.about === 'range-contradicted' || (note.about === 'range' && note.chosen.from === 'nothing');
}
