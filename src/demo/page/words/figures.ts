import type { Language } from '../../protocol.js';

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', id: 'id-ID' };

const formats = { en: formatsOf('en'), id: formatsOf('id') };

/** "14:02" or "14.02", in the time of this machine. */
export function clock(seconds: number, language: Language): string {
  return formats[language].clock.format(seconds * 1000);
}

/** "14:02:31". */
export function exactClock(seconds: number, language: Language): string {
  return formats[language].exactClock.format(seconds * 1000);
}

/** "Monday 24 November". */
export function day(seconds: number, language: Language): string {
  return formats[language].day.format(seconds * 1000);
}

/** A number that is the same for all times of one day and one more for the next. */
export function dayNumber(seconds: number): number {
  const date = new Date(seconds * 1000);
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/** A share (0..1) as "93%". */
export function percent(share: number, language: Language): string {
  return formats[language].percent.format(share);
}

/** A probability (0..1) as "93.1%". */
export function precisePercent(share: number, language: Language): string {
  return formats[language].precisePercent.format(share);
}

/** "312 kB", "2.4 MB". */
export function size(bytes: number, language: Language): string {
  const { number } = formats[language];
  if (bytes < 1000) return `${number.format(bytes)} B`;
  if (bytes < 1_000_000) return `${number.format(Math.round(bytes / 1000))} kB`;
  return `${number.format(bytes / 1_000_000)} MB`;
}

function formatsOf(language: Language) {
  const locale = LOCALES[language];
  const style = 'percent';
  return {
    clock: new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }),
    exactClock: new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    day: new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }),
    percent: new Intl.NumberFormat(locale, { style, maximumFractionDigits: 0 }),
    precisePercent: new Intl.NumberFormat(locale, { style, minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    number: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }),
  };
}
