import { percentage } from '../../percentage.js';
import type { Language } from '../../languages.js';
import type { Reason } from '../../analysis/reasons.js';
import type { AlbumLine, AnswerWords, KindWords, NamedClass, PredictionWords } from './catalogue.js';
import type { Previewed } from '../photo-in-message.js';
import { CAM, METHODS } from '../../vision/cam/methods.js';
import { aligned, bar, count, joined } from './figures.js';
import { cutHtml, MESSAGE_LIMIT, visibleLength } from './cut.js';
import { bold, escapeHtml, nameHtml, shortName } from './markup.js';

/** What passes by itself: the same photo may well get its heatmap a little later. */
const PASSING: ReadonlySet<Reason> = new Set(['busy', 'memory', 'timeout', 'crashed', 'telegram', 'stopping']);

/** Names enough to see what kind of model this is, few enough to be read. */
const KNOWN_NAMES = 10;

/** Beyond this many classes the first ten names say nothing of the others. */
const MANY_NAMES = 50;

/** Between names: labels may hold commas themselves. */
const SEPARATOR = ' · ';

/** What a language says around a list. */
export interface ListWords {
  readonly language: Language;
  /** "12 more" */
  readonly more: (left: string) => string;
}

export interface AlbumPhrases {
  readonly language: Language;
  /** The best guess of a photo where the model is not sure, with its probability, as HTML. */
  readonly perhaps: (guess: string) => string;
  /** A kind of which the class is not sure, with its probability, as HTML. */
  readonly kind: (kind: string) => string;
  /** Behind the answer, where only a preview was looked at. */
  readonly preview: Readonly<Record<Previewed, string>>;
  readonly noAnswer: string;
  readonly reasons: Readonly<Record<Reason, string>>;
  /** When the heatmaps come, in seconds. */
  readonly heatmapsIn: (seconds: string) => string;
}

/** A probability (0..1) as HTML. */
export function percentHtml(probability: number, language: Language): string {
  return escapeHtml(percentage(probability, language));
}

/** "dog — 93.1%" as HTML. */
function classHtml({ label, probability }: NamedClass, language: Language): string {
  return `${nameHtml(label)} — ${percentHtml(probability, language)}`;
}

/** The first ten names and how many more there are, as HTML. */
function someNames(names: readonly string[], { language, more }: ListWords): string {
  const shown = names.slice(0, KNOWN_NAMES).map(nameHtml);
  const left = names.length - shown.length;
  return (left > 0 ? [...shown, more(count(left, language))] : shown).join(SEPARATOR);
}

/** What a language says around a prediction. */
export interface PredictionPhrases extends ListWords {
  /** Before the classes where the model is sure of their kind only; the kind as HTML. */
  readonly kind: (label: string, percent: string) => string;
  readonly unsure: string;
  readonly knows: (names: string) => string;
  /** Of a model with more classes than are worth naming. */
  readonly knowsMany: (classes: string) => string;
  readonly heatmapIn: (seconds: string) => string;
  /** Said where only a preview was looked at. */
  readonly preview: Readonly<Record<Previewed, string>>;
}

/**
 * A line a class; before them what the model is sure of, where that is no class, and after them what it knows, whether it
 * saw a preview only, and when the heatmap comes.
 */
export function predictionHtml(prediction: PredictionWords, words: PredictionPhrases): string {
  const { classes, answer, known, heatmapSeconds, previewOf } = prediction;
  const { language } = words;
  const figures = aligned(classes.map(({ probability }) => percentage(probability, language)));
  const lines = classes.map(({ label, probability }, index) => {
    const name = index === 0 && answer.type === 'class' ? bold(label) : nameHtml(label);
    return `${bar(probability)} ${escapeHtml(figures[index] ?? '')} ${name}`;
  });
  switch (answer.type) {
    case 'class':
      break;
    case 'group':
      lines.unshift(words.kind(shortName(answer.best.label), percentHtml(answer.best.probability, language)));
      break;
    case 'not-sure':
      lines.unshift(words.unsure);
      if (known.length > MANY_NAMES) lines.push(words.knowsMany(count(known.length, language)));
      else if (known.length > 0) lines.push(words.knows(someNames(known, words)));
  }
  if (previewOf !== undefined) lines.push(words.preview[previewOf]);
  if (heatmapSeconds !== undefined) lines.push(words.heatmapIn(count(heatmapSeconds, language)));
  return lines.join('\n');
}

/** A numbered line a photo, and where they do not come soon when the heatmaps come. */
export function albumHtml(
  photos: readonly AlbumLine[],
  heatmapSeconds: number | undefined,
  words: AlbumPhrases,
): string {
  const lines = photos.map((photo, index) => `${index + 1}. ${albumLine(photo, words)}`);
  if (heatmapSeconds !== undefined) lines.push(words.heatmapsIn(count(heatmapSeconds, words.language)));
  return cutHtml(lines.join('\n'), MESSAGE_LIMIT);
}

function albumLine(photo: AlbumLine, words: AlbumPhrases): string {
  if (photo.kind === 'failed') return `${words.noAnswer} ${words.reasons[photo.reason]}`;
  const answer = answerLine(photo.answer, words);
  return photo.previewOf === undefined ? answer : `${answer} (${words.preview[photo.previewOf]})`;
}

function answerLine({ type, best }: AnswerWords, words: AlbumPhrases): string {
  const named = classHtml(best, words.language);
  switch (type) {
    case 'class':
      return named;
    case 'group':
      return words.kind(named);
    case 'not-sure':
      return words.perhaps(named);
  }
}

/** A line a reason with the photos it holds for, in the order of the first of them, between a title and advice. */
export function failuresHtml(
  failures: readonly { readonly photo: number; readonly reason: Reason }[],
  words: {
    readonly language: Language;
    readonly title: string;
    readonly photos: (numbers: string, howMany: number) => string;
    readonly reasons: Readonly<Record<Reason, string>>;
    readonly stands: string;
    /** Said only where a second try can help. */
    readonly tryAgain: string;
  },
): string {
  const byReason = new Map<Reason, string[]>();
  for (const { photo, reason } of failures) {
    byReason.set(reason, [...(byReason.get(reason) ?? []), String(photo)]);
  }
  const lines = [...byReason].map(
    ([reason, photos]) => `${words.photos(joined(photos, words.language), photos.length)}: ${words.reasons[reason]}`,
  );
  const advice = failures.some(({ reason }) => PASSING.has(reason))
    ? `${words.stands} ${words.tryAgain}`
    : words.stands;
  return cutHtml([words.title, ...lines, advice].join('\n'), MESSAGE_LIMIT);
}

/**
 * As many names as one message takes beside the text around them, as HTML.
 *
 * @param left classes that are not among `names`
 * @param around the whole message for a list
 */
export function namesMessage(
  names: readonly string[],
  left: number,
  words: ListWords,
  around: (list: string) => string,
): string {
  const ending = (missing: number) => (missing > 0 ? ` … ${words.more(count(missing, words.language))}` : '');
  let room = MESSAGE_LIMIT - visibleLength(around(ending(names.length + left)));
  const shown: string[] = [];
  for (const name of names.map(nameHtml)) {
    room -= visibleLength(name) + SEPARATOR.length;
    if (room < 0) break;
    shown.push(name);
  }
  return around(shown.join(SEPARATOR) + ending(names.length - shown.length + left));
}

/** A line for each kind that has others within it, then one for all that have none, between a title and advice. */
export function kindsHtml(kinds: readonly KindWords[], language: Language, title: string, advice: string): string {
  const counted = ({ label, classes }: KindWords, emphasis = nameHtml) =>
    `${emphasis(label)} ${count(classes, language)}`;
  const within = (kind: KindWords): KindWords[] => kind.within.flatMap((each) => [each, ...within(each)]);
  const alone = kinds.filter((kind) => kind.within.length === 0);
  const lines = kinds
    .filter((kind) => kind.within.length > 0)
    .map(
      (kind) =>
        `${counted(kind, bold)}: ${within(kind)
          .map((each) => counted(each))
          .join(SEPARATOR)}`,
    );
  if (alone.length > 0) lines.push(alone.map((kind) => counted(kind)).join(SEPARATOR));
  return cutHtml([`<b>${title}</b>`, ...lines, '', advice].join('\n'), MESSAGE_LIMIT);
}

/** Rows of a name and a value, the values in one column. */
export function table(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return `<pre>${rows.map(([name, value]) => `${name.padEnd(width)}  ${nameHtml(value)}`).join('\n')}</pre>`;
}

/**
 * A method as its paper writes it, as HTML.
 *
 * @param sameForAll said of one that knows no class.
 */
export function methodHtml(method: string, sameForAll: string): string {
  const known = METHODS.find((each) => each === method);
  if (known === undefined) return nameHtml(method);
  const { title, needs } = CAM[known];
  return `${nameHtml(title)}${needs === 'activations' ? ` (${sameForAll})` : ''}`;
}
