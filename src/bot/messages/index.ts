import type { Language } from '../../languages.js';
import type { Catalogue } from './catalogue.js';
import { en } from './en/index.js';
import { id } from './id/index.js';

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, id };

/** Everything the bot says in this language. */
export function catalogueOf(language: Language): Catalogue {
  return CATALOGUES[language];
}
