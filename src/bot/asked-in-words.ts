import { LANGUAGES } from '../languages.js';
import { catalogueOf } from './messages/index.js';
import type { AskingWords } from './messages/catalogue.js';

/** What a sentence asks about a photo. */
export interface AskedInWords {
  /** Whether it asks at all, or may be talk. */
  readonly asks: boolean;
  /** What may be the name or the rank in it, as after `/explain`, the likelier first; none where it asks for the answer. */
  readonly names: readonly string[];
}

/** People write in either language, whichever the bot answers in. */
const WORDS: readonly AskingWords[] = LANGUAGES.map((language) => catalogueOf(language).asking);

const ASKING = new Set(WORDS.flatMap(({ asking }) => asking));
const AROUND = new Set(WORDS.flatMap(({ around }) => around));
const RANKS = new Map(
  WORDS.flatMap(({ ranks }) => ranks.flatMap((names, rank) => names.map((name) => [name, rank + 1]))),
);
const ENDINGS = WORDS.flatMap(({ endings }) => endings);

function wordsIn(text: string): string[] {
  const words = text
    .toLocaleLowerCase()
    .replaceAll(/['’]/g, '')
    .split(/[^\p{L}\p{M}\p{N}#]+/u);
  return words.filter((word) => word !== '');
}

/** A word as it is, and without an ending such as that of "kucingnya". */
function forms(word: string): string[] {
  const ending = ENDINGS.find((each) => word.endsWith(each) && word.length > each.length);
  return ending === undefined ? [word] : [word, word.slice(0, -ending.length)];
}

const isAmong = (words: ReadonlySet<string>, word: string): boolean => forms(word).some((form) => words.has(form));

/** What stands between the words that people put around a name: "why is it a dog here?" has "dog". */
function withinWords(words: readonly string[]): readonly string[] {
  const isName = (word: string): boolean => !isAmong(AROUND, word) && !isAmong(ASKING, word);
  return words.slice(words.findIndex(isName), words.findLastIndex(isName) + 1);
}

/** The number or rank that the name in a sentence begins with, and what is left: "3 dog" has 3 and "dog". */
export function numberAhead(text: string): { readonly number: number; readonly rest: string } | null {
  const [first = '', ...rest] = withinWords(wordsIn(text));
  const number = RANKS.get(first) ?? (/^\d{1,2}$/.test(first) ? Number(first) : null);
  return number === null ? null : { number, rest: rest.join(' ') };
}

/**
 * What a sentence about a photo asks for: "why dog?" for the dog, "yang kedua" for the second guess, "why?" for the
 * answer. Knows nothing of what the model knows.
 */
export function askedInWords(text: string): AskedInWords {
  const words = wordsIn(text);
  const name = withinWords(words);
  const asks = text.includes('?') || words.some((word) => isAmong(ASKING, word));
  const [last = '', ...before] = name.toReversed();
  if (last === '') return { asks: asks && words.length > 0, names: [] };
  const rank = RANKS.get(last) ?? (/^\d+$/.test(last) ? last : undefined);
  if (rank !== undefined && before.length === 0) return { asks: true, names: [String(rank)] };
  return { asks, names: forms(last).map((form) => [...before.toReversed(), form].join(' ')) };
}
