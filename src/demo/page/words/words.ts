import type { Language } from '../../protocol.js';
import { en } from './en.js';
import { id } from './id.js';

/** The same names with the same arguments, in any words. */
type InAnyWords<Said> = Said extends string
  ? string
  : Said extends (...given: infer Given) => string
    ? (...given: Given) => string
    : { readonly [Name in keyof Said]: InAnyWords<Said[Name]> };

/** Everything the page itself says, in one language; what the bot says comes from the bot. All of it is plain text. */
export type Words = InAnyWords<typeof en>;

export const CATALOGUES: Readonly<Record<Language, Words>> = { en, id };

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', id: 'id-ID' };

/** "14:02" or "14.02", in the time of this machine; of the medium style with its seconds. */
export function clock(seconds: number, language: Language, timeStyle: 'short' | 'medium' = 'short'): string {
  return new Date(seconds * 1000).toLocaleTimeString(LOCALES[language], { timeStyle });
}

/** A share (0..1) as "93%", or with one digit more as "93.1%". */
export function percent(share: number, language: Language, digits: 0 | 1 = 0): string {
  const exactly = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return share.toLocaleString(LOCALES[language], { style: 'percent', ...exactly });
}
