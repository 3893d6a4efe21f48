import { describe, expect, it } from 'vitest';
import { askedIn, chosenLanguage, languageData, photoData, whyData } from '../../src/bot/callback-data.js';

/** As long as real ones, whose alphabet is that of base64url. */
const FINGERPRINT = 'aB-_9zAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const OTHER = 'aB-_9zBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

const OF_ANOTHER = { asks: 'why-of-another-model' };

describe('a button’s data', () => {
  it.each([0, 7, 999, 999_999_999])('carries class or kind %i within Telegram’s 64 bytes', (index) => {
    for (const type of ['class', 'group'] as const) {
      for (const photo of [undefined, 1, 10]) {
        const data = whyData(FINGERPRINT, { type, index }, photo);
        const why = { asks: 'why', about: { type, index }, photo: photo ?? null };
        expect(askedIn(data, FINGERPRINT)).toEqual(why);
        expect(chosenLanguage(data)).toBeNull();
        expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
      }
    }
  });

  it('opens a photo of an album, closes it again, and says nothing where it is shown', () => {
    const asked = [photoData(10), 'photos', 'shown'].map((data) => askedIn(data, FINGERPRINT));
    expect(asked).toEqual([{ asks: 'photo', photo: 10 }, { asks: 'photos' }, { asks: 'shown' }]);
  });

  it.each(['class', 'group'] as const)('that names a %s of another model names nothing of this one', (type) => {
    expect(askedIn(whyData(OTHER, { type, index: 3 }), FINGERPRINT)).toEqual(OF_ANOTHER);
  });

  it.each(['why:0', 'why:3', 'why:999999999'])('from before models were named, "%s", is another model’s', (data) => {
    expect(askedIn(data, FINGERPRINT)).toEqual(OF_ANOTHER);
  });

  it.each(['en', 'id'])('carries the language %s', (language) => {
    expect(chosenLanguage(languageData(language))).toBe(language);
    expect(askedIn(languageData(language), FINGERPRINT)).toBeNull();
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
    'why:aB-_9zAAAA:class:',
    'why:aB-_9zAAAA:class:-1',
    'why:aB-_9zAAAA:class:9999999999',
    'why:aB-_9zAAAA:kind:1',
    'why:aB-_9zAAAA:class:1 ',
    'why:aB-_9zAAAA:class:1:',
    'why:aB-_9zAAAA:class:1:100',
    'photo:',
    'photo:100',
    'why::class:1',
    'language:EN',
    'language:eng',
  ])('that nobody made, "%s", is nothing', (data) => {
    expect(askedIn(data, FINGERPRINT)).toBeNull();
    expect(chosenLanguage(data)).toBeNull();
  });
});
