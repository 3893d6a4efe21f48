/** What buttons carry; Telegram allows 64 bytes. */
const WHY = /^why:(\d{1,9})$/;
const LANGUAGE = /^language:([a-z]{2})$/;

/** Asks why a class was predicted. The photo is the one that the button's message is about. */
export function whyData(classIndex: number): string {
  return `why:${classIndex}`;
}

/** The class index in a button's data, or null where it is another button's. */
export function whyClass(data: string): number | null {
  const [, index] = WHY.exec(data) ?? [];
  return index === undefined ? null : Number(index);
}

export function languageData(language: string): string {
  return `language:${language}`;
}

/** The language code in a button's data, or null where it is another button's. */
export function chosenLanguage(data: string): string | null {
  return LANGUAGE.exec(data)?.[1] ?? null;
}
