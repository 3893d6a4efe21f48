import type { Language } from './catalogue.js';

/** Indonesian by its present and its former code, and neighbours whose speakers read it more readily than English. */
const READ_INDONESIAN: ReadonlySet<string> = new Set(['id', 'in', 'ms', 'jv', 'su']);

/**
 * The first guess at somebody's language.
 *
 * @param code Telegram's `language_code`, an IETF language tag such as "id-ID"; often missing
 * @param fallback for every language the bot does not speak
 */
export function languageOf(code: string | undefined, fallback: Language): Language {
  const [primary = ''] = (code ?? '').trim().toLowerCase().split(/[-_]/);
  if (READ_INDONESIAN.has(primary)) return 'id';
  return primary === 'en' ? 'en' : fallback;
}
