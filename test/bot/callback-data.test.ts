import { describe, expect, it } from 'vitest';
import { chosenLanguage, languageData, whyClass, whyData } from '../../src/bot/callback-data.js';

describe('a button’s data', () => {
  it.each([0, 7, 999, 999_999_999])('carries class %i within Telegram’s 64 bytes', (index) => {
    expect(whyClass(whyData(index))).toBe(index);
    expect(chosenLanguage(whyData(index))).toBeNull();
    expect(Buffer.byteLength(whyData(index))).toBeLessThanOrEqual(64);
  });

  it.each(['en', 'id'])('carries the language %s', (language) => {
    expect(chosenLanguage(languageData(language))).toBe(language);
    expect(whyClass(languageData(language))).toBeNull();
  });

  it.each([
    '',
    'why:',
    'why:-1',
    'why:1.5',
    'why:1 ',
    'why:9999999999',
    ' why:1',
    'WHY:1',
    'language:EN',
    'language:eng',
  ])('that nobody made, "%s", is nothing', (data) => {
    expect(whyClass(data)).toBeNull();
    expect(chosenLanguage(data)).toBeNull();
  });
});
