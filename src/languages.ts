interface Spoken {
  /** How numbers and lists are written. */
  readonly locale: string;
  /** Other codes of the language, and of neighbours whose speakers read it more readily than English. */
  readonly alsoFor: readonly string[];
}

/** The languages the bot speaks. Each has a folder of its name in `bot/messages`. */
const SPOKEN = {
  en: { locale: 'en-GB', alsoFor: [] },
  id: { locale: 'id-ID', alsoFor: ['in', 'ms', 'jv', 'su'] },
} as const satisfies Readonly<Record<string, Spoken>>;

export type Language = keyof typeof SPOKEN;

export const LANGUAGES = Object.keys(SPOKEN) as readonly Language[];

export function localeOf(language: Language): string {
  return SPOKEN[language].locale;
}

/**
 * The first guess at somebody's language.
 *
 * @param code Telegram's `language_code`, an IETF language tag such as "id-ID"; often missing
 * @param fallback for every language the bot does not speak
 */
export function languageOf(code: string | undefined, fallback: Language): Language {
  const [primary = ''] = (code ?? '').trim().toLowerCase().split(/[-_]/);
  const reads = ({ alsoFor }: Spoken): boolean => alsoFor.includes(primary);
  return LANGUAGES.find((each) => each === primary) ?? LANGUAGES.find((each) => reads(SPOKEN[each])) ?? fallback;
}
