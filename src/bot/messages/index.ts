import type { Catalogue, Language } from './catalogue.js';
import { en } from './en.js';
import { id } from './id.js';

export * from './catalogue.js';
export { languageOf } from './language.js';

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, id };

/** Everything the bot says in this language. */
export function catalogueOf(language: Language): Catalogue {
  return CATALOGUES[language];
}
