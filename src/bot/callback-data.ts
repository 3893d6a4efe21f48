import type { ClassOrGroup } from '../vision/model/classifier.js';

/** What buttons carry; Telegram allows 64 bytes. */
const WHY = /^why:(?<model>[\w-]{1,16}):(?<type>class|group):(?<index>\d{1,9})$/;
/** Buttons sent before they named their model. */
const WHY_OF_NO_MODEL = /^why:\d{1,9}$/;
const LANGUAGE = /^language:([a-z]{2})$/;

/** As much of a model's fingerprint as tells models apart: 60 bits. */
const FINGERPRINT_LENGTH = 10;

const modelIn = (fingerprint: string): string => fingerprint.slice(0, FINGERPRINT_LENGTH);

/** Asks why a class or a kind was predicted. The photo is the one that the button's message is about. */
export function whyData(fingerprint: string, { type, index }: ClassOrGroup): string {
  return `why:${modelIn(fingerprint)}:${type}:${index}`;
}

/** What a button asks why of: numbers mean something of the model they were given by, and nothing of another. */
export type AskedWhy = ClassOrGroup | 'of-another-model';

/**
 * What a button's data ask why of, or null where it is another button's.
 *
 * @param fingerprint of the model that answers now.
 */
export function askedWhy(data: string, fingerprint: string): AskedWhy | null {
  if (WHY_OF_NO_MODEL.test(data)) return 'of-another-model';
  const { model, type, index } = WHY.exec(data)?.groups ?? {};
  if (model === undefined) return null;
  if (model !== modelIn(fingerprint)) return 'of-another-model';
  return { type: type === 'group' ? 'group' : 'class', index: Number(index) };
}

export function languageData(language: string): string {
  return `language:${language}`;
}

/** The language code in a button's data, or null where it is another button's. */
export function chosenLanguage(data: string): string | null {
  return LANGUAGE.exec(data)?.[1] ?? null;
}
