import { describe, expect, it } from 'vitest';
import {
  askedHow,
  askedIn,
  chosenSetting,
  howData,
  judgedIn,
  photoData,
  settingData,
  verdictData,
  whyData,
} from '../../src/bot/callback-data.js';
import { COLOUR_MAPS } from '../../src/vision/image/colour-maps.js';

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
        expect(chosenSetting(data)).toBeNull();
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

  it.each(['own', 'en', 'id'])('carries a setting such as the language %s', (language) => {
    expect(chosenSetting(settingData('language', language))).toBe(`language ${language}`);
    expect(askedIn(settingData('language', language), FINGERPRINT)).toBeNull();
  });

  it('carries the colours that it tells how to read', () => {
    expect(COLOUR_MAPS.map((colours) => askedHow(howData(colours)))).toEqual(COLOUR_MAPS);
  });

  it.each(['right', 'wrong'] as const)('carries what was %s and how sure it was, within 64 bytes', (verdict) => {
    for (const [type, index] of [['class', 0] as const, ['group', 999_999_999] as const]) {
      const data = verdictData(verdict, FINGERPRINT, { type, index }, 0.99996);
      expect(judgedIn(data, FINGERPRINT)).toEqual({ verdict, about: { type, index }, probability: 1 });
      expect(judgedIn(data, OTHER)).toBeNull();
      expect(Buffer.byteLength(data)).toBeLessThanOrEqual(64);
    }
    expect(judgedIn(verdictData(verdict, FINGERPRINT, { type: 'class', index: 3 }, 0.0414), FINGERPRINT)).toEqual({
      verdict,
      about: { type: 'class', index: 3 },
      probability: 0.041,
    });
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
    'set:language',
    'set:language:EN',
    'set:a very long name:on',
    'how:',
    'how:rainbow',
    'right:aB-_9zAAAA:class:1',
    'right:aB-_9zAAAA:class:1:1001',
    'perhaps:aB-_9zAAAA:class:1:100',
  ])('that nobody made, "%s", is nothing', (data) => {
    expect(askedIn(data, FINGERPRINT)).toBeNull();
    expect(chosenSetting(data)).toBeNull();
    expect(askedHow(data)).toBeNull();
    expect(judgedIn(data, FINGERPRINT)).toBeNull();
  });
});
