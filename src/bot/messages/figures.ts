import { LANGUAGES, localeOf } from '../../languages.js';
import type { Language } from '../../languages.js';

const BAR_CELLS = 10;

/** As wide as a digit, so that figures of different length end at the same place in a proportional font. */
const FIGURE_SPACE = '\u2007';

const formats = Object.fromEntries(LANGUAGES.map((each) => [each, formatsOf(each)])) as Record<
  Language,
  ReturnType<typeof formatsOf>
>;

/** A share (0..1) without decimals where it has none, such as a threshold: "50%", "62.5%". */
export function share(part: number, language: Language): string {
  return formats[language].short.format(part);
}

/** Any number with few decimals, such as "-0.5"; its minus is one. */
export function number(value: number, language: Language): string {
  return formats[language].number.format(value).replace('-', '−');
}

/** An integer with the language's grouping. */
export function count(value: number, language: Language): string {
  return formats[language].count.format(value);
}

/** A probability (0..1) as ten cells, the same width for every value. */
export function bar(probability: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, probability)) * BAR_CELLS) || 0;
  return '▰'.repeat(filled) + '▱'.repeat(BAR_CELLS - filled);
}

/** Figures padded on the left to one width. */
export function aligned(figures: readonly string[]): string[] {
  const width = Math.max(0, ...figures.map(({ length }) => length));
  return figures.map((figure) => figure.padStart(width, FIGURE_SPACE));
}

/** The two largest units that say something: "3 d 4 h", "2 h 14 min", "50 s". */
export function duration(seconds: number, units: { d: string; h: string; min: string; s: string }): string {
  const total = Math.max(0, Math.floor(seconds));
  const [d, h, min] = [Math.floor(total / 86400), Math.floor(total / 3600) % 24, Math.floor(total / 60) % 60];
  if (d > 0) return `${d} ${units.d} ${h} ${units.h}`;
  if (h > 0) return `${h} ${units.h} ${min} ${units.min}`;
  return min > 0 ? `${min} ${units.min}` : `${total} ${units.s}`;
}

/** "a, b and c", "a, b, dan c". */
export function joined(items: readonly string[], language: Language): string {
  return formats[language].list.format(items);
}

/** "a, b or c", "a, b, atau c". */
export function either(items: readonly string[], language: Language): string {
  return formats[language].either.format(items);
}

function formatsOf(language: Language) {
  const locale = localeOf(language);
  return {
    short: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
    count: new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }),
    number: new Intl.NumberFormat(locale, { maximumFractionDigits: 3 }),
    list: new Intl.ListFormat(locale, { type: 'conjunction' }),
    either: new Intl.ListFormat(locale, { type: 'disjunction' }),
  };
}
