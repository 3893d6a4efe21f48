import { beforeAll, describe, expect, it } from 'vitest';
import type { VisionErrorCode } from '../../src/vision/vision-error.js';
import { BACKENDS } from '../support/backends.js';
import { HOSTILE, photograph, slowPhotograph } from '../support/pictures.js';
import { HAS_PROC, peakBytes } from '../support/processes.js';
import { codeOf, engineModule, goldenFolder, withEngine } from '../support/sorot.js';

const { photoOf } = engineModule;
const model = goldenFolder('flatten-dense');

/** The bound for the whole process tree; the engine's own process must be well within it. */
const PEAK = 290 * 2 ** 20;

describe('thirty photos', () => {
  it.each(BACKENDS.filter((each) => each !== 'cpu'))('leave no tensor behind on %s', async (backend) => {
    await withEngine({ model, backend }, async (engine) => {
      const counts: number[] = [];
      for (let seed = 0; seed < 30; seed++) {
        const photo = photoOf(await photograph(seed));
        await engine.predict(photo);
        await engine.explain({ photo: { key: photo.key }, class: seed % 4 });
        counts.push((await engine.stats()).tensors);
      }
      expect(new Set(counts.slice(1)).size).toBe(1);
    });
  });

  it('leave no tensor behind when each is refused', async () => {
    await withEngine({ model, backend: 'wasm' }, async (engine) => {
      const photo = photoOf(await photograph(0));
      await engine.predict(photo);
      const before = await engine.stats();
      for (let round = 0; round < 30; round++) {
        expect(await codeOf(engine.predict(photoOf(Buffer.from(`no photo ${round}`))))).toBe('unsupported-image');
        expect(await codeOf(engine.explain({ photo: { key: photo.key }, class: 99 }))).toBe('invalid-argument');
      }
      const after = await engine.stats();
      expect(after.tensors).toBe(before.tensors);
      expect([after.keptPhotos, after.keptBytes]).toEqual([before.keptPhotos, before.keptBytes]);
    });
  });

  it('are kept within the bytes allowed', async () => {
    const keepBytes = 40_000;
    await withEngine({ model, keepBytes }, async (engine) => {
      let most = 0;
      for (let seed = 0; seed < 30; seed++) {
        await engine.predict(photoOf(await photograph(seed)));
        most = Math.max(most, (await engine.stats()).keptBytes);
      }
      expect(most).toBeGreaterThan(keepBytes / 4);
      expect(most).toBeLessThanOrEqual(keepBytes);
    });
  });
});

describe('a hostile picture', () => {
  const EXPECTED: Readonly<Record<keyof typeof HOSTILE, VisionErrorCode>> = {
    'an empty file': 'unsupported-image',
    'random bytes': 'unsupported-image',
    'a truncated JPEG': 'unsupported-image',
    'a PNG header of 50,000 x 50,000': 'too-large',
    'a PNG bomb of 400 megapixels': 'too-large',
    'an SVG': 'unsupported-image',
    'a text': 'unsupported-image',
    'the start of a HEIC': 'unsupported-image',
  };
  const names = Object.keys(EXPECTED) as (keyof typeof HOSTILE)[];

  it.each(names)('(%s) is refused within two seconds, in words, and without much memory', async (name) => {
    const bytes = await HOSTILE[name]();
    await withEngine({ model, predictTimeout: 2000 }, async (engine) => {
      await expect(engine.predict(photoOf(bytes))).rejects.toMatchObject({
        code: EXPECTED[name],
        message: expect.stringMatching(/^[A-Z].*\.$/) as string,
      });
      if (HAS_PROC) expect(peakBytes(engine.info.pid)).toBeLessThan(PEAK);
      expect(await codeOf(engine.predict(photoOf(await photograph(1))))).toBe('resolved');
    });
  });
});

describe.runIf(HAS_PROC)('the largest pictures allowed', () => {
  let slow: Buffer;
  beforeAll(async () => {
    slow = await slowPhotograph();
  });

  it('are predicted and explained within the memory allowed', async () => {
    await withEngine({ model }, async (engine) => {
      const photo = photoOf(slow);
      await engine.predict(photo);
      await engine.explain({ photo: { key: photo.key }, class: 0 });
      expect(peakBytes(engine.info.pid)).toBeLessThan(PEAK);
    });
  });
});
