import * as v from 'valibot';

/** More classes than any published classifier has. */
export const MAX_LABELS = 100_000;

/** More words for one thing than any language has. */
const MAX_SYNONYMS = 50;

export const labelText = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

const LANGUAGE_CODE = /^[a-z]{2}$/;
const isLanguageCode = (key: string): boolean => LANGUAGE_CODE.test(key);

const synonyms = v.pipe(
  v.record(v.string(), v.pipe(v.array(labelText), v.maxLength(MAX_SYNONYMS))),
  v.check((lists) => Object.keys(lists).every(isLanguageCode), 'expected language codes such as "id"'),
);

/**
 * A label in one language, or by language code with other words for the same thing: `"cat"`, `{"en": "cat", "id": "kucing"}`
 * or `{"en": "cat", "synonyms": {"en": ["kitty"]}}`.
 */
export const labelSchema = v.union([
  labelText,
  v.pipe(
    v.objectWithRest({ synonyms: v.optional(synonyms) }, labelText),
    v.check((given) => {
      const codes = Object.keys(given).filter((key) => key !== 'synonyms');
      return codes.length > 0 && codes.every(isLanguageCode);
    }, 'expected a name by language code such as "en" or "id"'),
  ),
]);

type GivenLabel = v.InferOutput<typeof labelSchema>;

/** What people call a class or a kind. */
export interface Label {
  /** The name in the languages it has; `en` always. */
  readonly names: Readonly<Record<string, string>> & { readonly en: string };
  /** Other words for it, of all languages: what is typed needs no language. */
  readonly synonyms: readonly string[];
}

/** A label as it was written, with English from another language where it has none. */
export function toLabel(given: GivenLabel): Label {
  if (typeof given === 'string') return { names: { en: given }, synonyms: [] };
  const { synonyms: words = {}, ...names } = given;
  const [first = ''] = Object.values(names);
  return { names: { ...names, en: names['en'] ?? first }, synonyms: Object.values(words).flat() };
}

/** The name in a language, else in English. */
export function nameIn({ names }: Label, language: string): string {
  return names[language] ?? names.en;
}

/** Lines that say something. */
function filledLines(content: string): string[] {
  return content
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** The labels by their index where every line begins with one, none of them twice; else null. */
function labelsByIndex(lines: readonly string[]): string[] | null {
  const byIndex = new Map<number, string>();
  for (const line of lines) {
    const [, index, label] = /^(\d{1,6})[\s:,]+(\S.*)$/.exec(line) ?? [];
    if (index !== undefined && label !== undefined && Number(index) < lines.length) byIndex.set(Number(index), label);
  }
  if (lines.length < 2 || byIndex.size < lines.length) return null;
  return lines.map((line, index) => byIndex.get(index) ?? line);
}

/** Whether every line begins with its class' index, as Teachable Machine writes them. */
export function areNumbered(content: string): boolean {
  return labelsByIndex(filledLines(content)) !== null;
}

/**
 * Lines such as `cat`, in the order of the classes, or such as `0 cat`, in any. Empty lines are none: where one stood for
 * a class, there are fewer labels than classes, and the model is refused.
 */
export function parseLabelLines(content: string): Label[] {
  const lines = filledLines(content);
  return (labelsByIndex(lines) ?? lines).map(toLabel);
}

/** `labels.json`: a list, or an object of index to label as ImageNet's is often given. */
const indexText = v.pipe(v.string(), v.regex(/^\d+$/, 'expected a class index'));
export const labelsFile = v.union([
  v.array(labelSchema),
  v.pipe(
    v.record(indexText, v.union([labelSchema, v.array(v.string())])),
    v.transform((entries) => {
      const count = Object.keys(entries).reduce((most, index) => Math.max(most, Number(index)), -1) + 1;
      return Array.from({ length: Math.min(count, MAX_LABELS) }, (_, index): GivenLabel => {
        const value = entries[index] ?? `#${index}`;
        return Array.isArray(value) ? (value.at(-1) ?? `#${index}`) : value;
      });
    }),
  ),
]);
