import { distance } from 'fastest-levenshtein';
import { singularize } from 'inflection';
import type { Classifier, ClassOrGroup } from './classifier.js';
import type { Label } from './labels.js';

/** How many near names an unknown one is answered with at most. */
const SUGGESTIONS = 3;

/** Shorter words begin too many names to mean one of them. */
const SHORTEST_PREFIX = 3;

/** A class or a kind that someone asked for, or why it is none. */
export type ClassMatch =
  | { readonly found: 'rank'; readonly rank: number }
  /** Everything that is called so; of several the likeliest in the picture is meant. */
  | { readonly found: 'named'; readonly of: readonly ClassOrGroup[] }
  | { readonly found: 'no-rank'; readonly rank: number }
  | { readonly found: 'no-index'; readonly index: number }
  /** `near`: at most three with a name like it, nearest first; empty where nothing is. */
  | { readonly found: 'no-name'; readonly text: string; readonly near: readonly ClassOrGroup[] };

/** How freely words are understood: `close` takes names as they are, `loose` also parts, beginnings and typing errors. */
export type Understanding = 'close' | 'loose';

/** One of the names of a class or a kind, as it is compared. */
interface Name {
  readonly text: string;
  readonly singular: string;
  readonly of: ClassOrGroup;
}

/**
 * A name without what people leave out or add: accents, capitals, punctuation, articles, and a doubled word, which is a
 * plural in Indonesian ("anjing-anjing").
 */
function plain(text: string): string {
  const words = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLocaleLowerCase()
    .replaceAll(/['’]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const [first = '', ...rest] = words.filter((word, index) => word !== words[index - 1]);
  const article = rest.length > 0 && ['a', 'an', 'the', 'sebuah', 'seekor'].includes(first);
  return [...(article ? [] : [first]), ...rest].join(' ');
}

/** With its last word in the singular, as English has it. */
function inSingular(text: string): string {
  const [last = '', ...before] = text.split(' ').reverse();
  return [...before.reverse(), singularize(last)].join(' ');
}

/** Typing errors that a name of this length may have and still be meant. */
function allowedErrors({ length }: string): number {
  if (length < 4) return 0;
  return length < 7 ? 1 : 2;
}

const keyOf = ({ type, index }: ClassOrGroup): string => `${type} ${index}`;

function different(names: readonly Name[]): ClassOrGroup[] {
  return [...new Map(names.map(({ of }) => [keyOf(of), of])).values()];
}

/** The names of one classifier, made ready for finding. */
export class Vocabulary {
  readonly #names: readonly Name[];
  readonly #synonyms: readonly Name[];
  readonly #classes: number;

  /** @param classes how many the model has, labelled or not. */
  constructor({ labels, groups }: Pick<Classifier, 'labels' | 'groups'>, classes: number) {
    this.#classes = classes;
    const things: readonly (readonly [Label, ClassOrGroup])[] = [
      ...labels.map((label, index) => [label, { type: 'class', index }] as const),
      ...groups.map(({ label }, index) => [label, { type: 'group', index }] as const),
    ];
    const named = (words: (label: Label) => readonly string[]): Name[] =>
      things.flatMap(([label, of]) =>
        words(label)
          .map(plain)
          .filter((text) => text !== '')
          .map((text) => ({ text, singular: inSingular(text), of })),
      );
    this.#names = named(({ names }) => Object.values(names));
    this.#synonyms = named(({ synonyms }) => synonyms);
  }

  /** What a text means: `2` is a rank, `#341` a class index, anything else a name. Needs no prediction. */
  find(text: string, understanding: Understanding = 'loose'): ClassMatch {
    const trimmed = text.trim();
    if (/^\d+$/.test(trimmed)) {
      const rank = Number(trimmed);
      return { found: rank >= 1 && rank <= this.#classes ? 'rank' : 'no-rank', rank };
    }
    if (/^#\d+$/.test(trimmed)) {
      const index = Number(trimmed.slice(1));
      return index < this.#classes ? { found: 'named', of: [{ type: 'class', index }] } : { found: 'no-index', index };
    }
    const wanted = plain(trimmed);
    const of = wanted === '' ? [] : this.#called(wanted, understanding);
    if (of.length > 0) return { found: 'named', of };
    return { found: 'no-name', text: trimmed, near: understanding === 'close' ? [] : this.#near(wanted) };
  }

  /** The first way of understanding that finds anything: from the name itself to a typing error in it. */
  #called(wanted: string, understanding: Understanding): ClassOrGroup[] {
    const singular = inSingular(wanted);
    const all = [...this.#names, ...this.#synonyms];
    const close = [
      this.#names.filter(({ text }) => text === wanted),
      this.#synonyms.filter(({ text }) => text === wanted),
      all.filter((name) => name.singular === singular),
    ];
    const exactly = close.find((names) => names.length > 0);
    if (exactly !== undefined) return different(exactly);
    if (understanding === 'close') return [];
    const words = all.filter((name) => ` ${name.singular} `.includes(` ${singular} `));
    if (words.length > 0) return different(words);
    // One thing, or several that share the one word that is meant.
    const only = (names: readonly Name[]): ClassOrGroup[] => {
      const found = different(names);
      return found.length === 1 || new Set(names.map(({ text }) => text)).size === 1 ? found : [];
    };
    const begun = wanted.length < SHORTEST_PREFIX ? [] : only(all.filter(({ text }) => text.startsWith(wanted)));
    return begun.length > 0 ? begun : only(nearest(all, wanted, allowedErrors(wanted)));
  }

  #near(wanted: string): ClassOrGroup[] {
    if (wanted.length < SHORTEST_PREFIX) return [];
    const all = [...this.#names, ...this.#synonyms];
    const begun = all.filter(({ text }) => text.startsWith(wanted));
    const similar = all
      .map((name) => ({ name, far: farness(name, wanted) }))
      // As far apart as words may be that still look alike.
      .filter(({ far }) => far <= Math.max(1, Math.floor(wanted.length / 3)))
      .sort((a, b) => a.far - b.far)
      .map(({ name }) => name);
    return different([...begun, ...similar]).slice(0, SUGGESTIONS);
  }
}

/** Letters that differ, two swapped ones counting once; the singular of a name counts as the name. */
function farness({ text, singular }: Name, wanted: string): number {
  if (isSwapped(text, wanted) || isSwapped(singular, wanted)) return 1;
  return Math.min(distance(text, wanted), distance(singular, wanted));
}

/** Whether two neighbouring letters in the wrong order are all that differs. */
function isSwapped(name: string, wanted: string): boolean {
  if (name.length !== wanted.length) return false;
  let at = 0;
  while (at < name.length && name[at] === wanted[at]) at++;
  const [first = '', second = ''] = name.slice(at, at + 2);
  return name.slice(0, at) + second + first + name.slice(at + 2) === wanted;
}

/** The names with the fewest different letters, where there are no more of them than `most`. */
function nearest(names: readonly Name[], wanted: string, most: number): Name[] {
  const near = names
    .filter(({ text }) => Math.abs(text.length - wanted.length) <= most + 1)
    .map((name) => ({ name, far: farness(name, wanted) }))
    .filter(({ name, far }) => far <= most || (far === 1 && isSwapped(name.text, wanted)));
  const least = Math.min(...near.map(({ far }) => far));
  return near.filter(({ far }) => far === least).map(({ name }) => name);
}
