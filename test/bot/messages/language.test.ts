import { expect, it } from 'vitest';
import { LANGUAGES, languageOf } from '../../../src/languages.js';
import { catalogueOf } from '../../../src/bot/messages/index.js';

it.each([
  ['id', 'id'],
  ['id-ID', 'id'],
  ['ID_id', 'id'],
  ['in', 'id'],
  ['ms', 'id'],
  ['ms-BN', 'id'],
  ['jv', 'id'],
  ['su', 'id'],
  ['en', 'en'],
  ['en-GB', 'en'],
  ['EN', 'en'],
] as const)('guesses from the language code %s the language %s', (code, expected) => {
  for (const fallback of LANGUAGES) expect(languageOf(code, fallback)).toBe(expected);
});

it.each([undefined, '', 'de', 'ind', 'enm', 'sv', 'x-id', '-'])('falls back for the language code %s', (code) => {
  for (const fallback of LANGUAGES) expect(languageOf(code, fallback)).toBe(fallback);
});

it('has every language, under its own name', () => {
  expect(LANGUAGES.map((each) => [catalogueOf(each).language, catalogueOf(each).languageName])).toEqual([
    ['en', 'English'],
    ['id', 'Bahasa Indonesia'],
  ]);
});
