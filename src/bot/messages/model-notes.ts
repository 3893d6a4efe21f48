import type { Language } from '../../languages.js';
import type { ModelNote, RangeSource } from '../../vision/model/notes.js';
import { nameIn } from '../../vision/model/labels.js';
import { isInterval, ofColours, pixelRangeText } from '../../vision/pixel-range.js';
import type { PixelRange } from '../../vision/pixel-range.js';
import { number } from './figures.js';
import { nameHtml } from './markup.js';

/** What a language says of where a model's pixel values are from, and of what nobody said about it. */
export interface ModelPhrases {
  readonly language: Language;
  /** "0 to 255", of plain numbers. */
  readonly between: (low: string, high: string) => string;
  /** What is said of a named preprocessing beside its name. */
  readonly named: Readonly<Record<'caffe' | 'torch', string>>;
  readonly asked: string;
  readonly classifier: string;
  readonly preprocessor: string;
  readonly teachable: string;
  readonly looksTeachable: string;
  /** Names as HTML, here and below. */
  readonly ownLayers: (layer: string) => string;
  readonly architecture: (name: string) => string;
  readonly exporter: (name: string) => string;
  readonly assumed: string;

  readonly heading: string;
  readonly mayBeWrong: string;
  readonly contradicted: (said: string, own: string, layer: string) => string;
  readonly output: (name: string, among: number) => string;
  readonly twoClasses: (near0: string, near1: string) => string;
  readonly noSoftmax: string;
  readonly ownLabels: string;
  readonly middle: (exporter: string) => string;
  readonly noLabels: (first: string, last: string) => string;
}

/** Pixel values as people read them. */
function between(range: PixelRange, words: ModelPhrases): string {
  if (!isInterval(range)) {
    const how = ofColours(
      range,
      (name) => words.named[name],
      () => words.named.torch,
    );
    return `${pixelRangeText(range)} (${how})`;
  }
  const [low, high] = range.map((each) => number(each, words.language));
  return words.between(low ?? '', high ?? '');
}

function because(source: RangeSource, words: ModelPhrases): string {
  switch (source.from) {
    case 'asked':
      return words.asked;
    case 'classifier':
      return words.classifier;
    case 'preprocessor':
      return words.preprocessor;
    case 'teachable-machine':
      return words.teachable;
    case 'teachable-machine-keras':
      return words.looksTeachable;
    case 'own-layers':
      return words.ownLayers(nameHtml(source.layer));
    case 'architecture':
      return words.architecture(nameHtml(source.architecture));
    case 'exporter':
      return words.exporter(source.exporter);
    case 'nothing':
      return words.assumed;
  }
}

/** "0 to 255, as its layer x scales them", as HTML. */
export function rangeHtml(chosen: RangeSource & { readonly range: PixelRange }, words: ModelPhrases): string {
  return `${between(chosen.range, words)}, ${because(chosen, words)}`;
}

function noteHtml(note: ModelNote, words: ModelPhrases): string | null {
  switch (note.about) {
    case 'range':
      // Why it was taken stands beside it.
      return note.chosen.from === 'nothing' ? `⚠️ ${words.mayBeWrong}` : null;
    case 'range-contradicted': {
      const { said, own, layer } = note;
      return `⚠️ ${words.contradicted(between(said, words), between(own, words), nameHtml(layer))}`;
    }
    case 'output':
      return `• ${words.output(nameHtml(note.name), note.among)}`;
    case 'two-classes': {
      const [near0 = '#0', near1 = '#1'] = note.labels?.map((label) => nameHtml(nameIn(label, words.language))) ?? [];
      return `• ${words.twoClasses(near0, near1)}`;
    }
    case 'no-softmax':
      return `• ${words.noSoftmax}`;
    case 'own-labels':
      return `• ${words.ownLabels}`;
    case 'middle':
      return `• ${words.middle(nameHtml(note.exporter))}`;
    case 'no-labels':
      return `• ${words.noLabels('#0', `#${note.classes - 1}`)}`;
  }
}

/** A line a note, under a heading; nothing where there is nothing to say. */
export function notesHtml(notes: readonly ModelNote[], words: ModelPhrases): string[] {
  const lines = notes.map((note) => noteHtml(note, words)).filter((line) => line !== null);
  return lines.length === 0 ? [] : ['', `<b>${words.heading}</b>`, ...lines];
}
