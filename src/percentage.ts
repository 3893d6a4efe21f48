import { LANGUAGES, localeOf } from './languages.js';
import type { Language } from './languages.js';

/** Half of the last digit shown: what is nearer than this to 0 or 1 would be rounded to it. */
const HALF_STEP = 0.0005;

const formats = Object.fromEntries(LANGUAGES.map((each) => [each, formatsOf(each)])) as Record<
  Language,
  ReturnType<typeof formatsOf>
>;

function formatsOf(language: Language) {
  const [locale, style] = [localeOf(language), 'percent'] as const;
  return {
    oneDecimal: new Intl.NumberFormat(locale, { style, minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    whole: new Intl.NumberFormat(locale, { style, maximumFractionDigits: 0 }),
  };
}

/**
 * A share (0..1) with one decimal, such as "93.1%" or "93,1%". Plain: "<" is not escaped.
 *
 * What is not quite all never reads "100%", and what is not quite nothing never "0%".
 */
export function percentage(share: number, language: Language = 'en'): string {
  const { oneDecimal, whole } = formats[language];
  if (!(share > 0)) return whole.format(0);
  if (share >= 1) return whole.format(1);
  if (share < HALF_STEP) return `<${oneDecimal.format(2 * HALF_STEP)}`;
  if (share >= 1 - HALF_STEP) return `>${oneDecimal.format(1 - 2 * HALF_STEP)}`;
  return oneDecimal.format(share);
}
