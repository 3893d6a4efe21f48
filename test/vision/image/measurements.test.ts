import { describe, expect, it } from 'vitest';
import { decodeForInput, decodeForOverlay, overlaySize } from '../../../src/vision/image/decode.js';
import type { InputForm } from '../../../src/vision/image/geometry.js';
import { readHeader } from '../../../src/vision/image/header.js';
import { sharp } from '../../../src/vision/image/sharp.js';
import { pixel } from './pictures.js';
import { tiff } from './tiffs.js';
import type { TiffOptions } from './tiffs.js';

const SIDE = 32;
const STRETCH: InputForm = { resize: 'stretch', interpolation: 'bilinear' };

/** What the network sees of measurements, a grey level a pixel; the values follow a ramp from 0 to 1. */
async function seen(value: (ramp: number) => number | number[], options: TiffOptions): Promise<number[]> {
  const ramp = Array.from({ length: SIDE * SIDE }, (_, index) => value(index / (SIDE * SIDE - 1))).flat();
  const { data } = await decodeForInput(tiff(SIDE, SIDE, ramp, options), { width: SIDE, height: SIDE }, STRETCH);
  return [...data];
}

const RAMP = Array.from({ length: SIDE * SIDE }, (_, index) => Math.round((255 * index) / (SIDE * SIDE - 1)));
const grey = (levels: number[]) => levels.flatMap((level) => [level, level, level]);

function expectLevels(actual: number[], expected: number[], tolerance = 1): void {
  expect(actual).toHaveLength(expected.length);
  const worst = Math.max(...actual.map((level, at) => Math.abs(level - (expected[at] ?? NaN))));
  expect(worst, actual.slice(0, 60).join(' ')).toBeLessThanOrEqual(tolerance);
}

describe('a scientific TIFF', () => {
  it.each<[string, (ramp: number) => number, TiffOptions]>([
    ['floating point from 0 to 1', (x) => x, { samples: 'f32' }],
    ['floating point of any range', (x) => 250 * x - 1200, { samples: 'f32' }],
    ['floating point that is small', (x) => x / 1e6, { samples: 'f32' }],
    ['8 bits signed', (x) => Math.round(254 * x) - 127, { samples: 'i8' }],
    ['16 bits signed', (x) => Math.round(4000 * x) - 1000, { samples: 'i16' }],
    ['16 bits signed without negative values', (x) => Math.round(32_000 * x), { samples: 'i16' }],
    ['32 bits signed', (x) => Math.round(3e6 * x) - 1e6, { samples: 'i32' }],
    ['32 bits unsigned', (x) => Math.round(4e9 * x), { samples: 'u32' }],
    ['12 of 16 bits', (x) => Math.round(4095 * x), { samples: 'u16' }],
    ['16 bits', (x) => Math.round(65_535 * x), { samples: 'u16' }],
  ])('is scaled: %s', async (_, value, options) => {
    for (const order of [{}, { bigEndian: true }, { big: true }]) {
      expectLevels(await seen(value, { ...options, ...order }), grey(RAMP));
      const turned = RAMP.map((level) => 255 - level);
      expectLevels(await seen(value, { ...options, ...order, tags: { 262: [0] } }), grey(turned));
    }
  });

  it('keeps its brightness where it has the usual black and white', async () => {
    expectLevels(await seen((x) => 0.25 + x / 4, { samples: 'f32' }), grey(RAMP.map((level) => (255 + level) / 4)));
    expectLevels(
      await seen((x) => Math.round(20_000 + 10_000 * x), { samples: 'u16' }),
      grey(RAMP.map((level) => (20_000 + (10_000 * level) / 255) / 257)),
      2,
    );
  });

  it.each<[string, TiffOptions, number]>([
    ['f32', { samples: 'f32' }, 1],
    ['i16', { samples: 'i16' }, 30_000],
    ['i32', { samples: 'i32' }, 1e6],
    ['u16', { samples: 'u16' }, 4000],
  ])('has its colours scaled together: %s', async (_, options, most) => {
    const levels = await seen((x) => [most * x, (most * x) / 2, most / 5].map(whole(most)), {
      ...options,
      channels: 3,
    });
    expectLevels(
      levels,
      RAMP.flatMap((level) => [level, level / 2, 51]),
      2,
    );
  });

  it('is shown without its transparency', async () => {
    const options = { samples: 'f32', channels: 4, tags: { 338: [2] } } as const;
    expectLevels(await seen((x) => [x, x, x, 0.5], options), grey(RAMP));
  });

  it('shows no data as black, and what is not finite', async () => {
    const levels = await seen((x) => (x < 0.25 ? -9999 : 400 * x), { samples: 'f32' });
    expectLevels(levels, grey(RAMP.map((_, at) => (at < 256 ? 0 : ((at - 256) / 767) * 255))), 2);
    expectLevels(await seen((x) => (x < 0.25 ? NaN : 4 * x), { samples: 'f32' }), levels, 2);
  });

  it('is not darkened by a few bright spots', async () => {
    const levels = await seen((x) => (x > 0.995 ? 1e6 : 100 * x), { samples: 'f32' });
    expectLevels(levels.slice(0, 3000), grey(RAMP).slice(0, 3000), 4);
  });

  it.each<[string, (ramp: number) => number | number[], TiffOptions]>([
    ['of one value', () => -7, { samples: 'f32' }],
    ['of one value in 16 bits', () => 300, { samples: 'u16' }],
    ['of no finite value', () => NaN, { samples: 'f32' }],
    ['of doubles', (x) => x, { samples: 'f64' }],
    ['of 12 bits put together', (x) => Math.round(x), { samples: 'u16', tags: { 258: [12] } }],
    ['of floating point of 16 bits', (x) => Math.round(x), { samples: 'u16', tags: { 339: [3] } }],
  ])('is refused: %s', async (_, value, options) => {
    const ramp = Array.from({ length: SIDE * SIDE }, (_value, index) => value(index / (SIDE * SIDE - 1))).flat();
    const bytes = tiff(SIDE, SIDE, ramp, options);
    const looked = readHeader(bytes).then(() => decodeForInput(bytes, { width: SIDE, height: SIDE }, STRETCH));
    await expect(looked).rejects.toMatchObject({
      code: 'unsupported-image',
      message: expect.stringMatching(/^This TIFF holds numbers .*Convert it to JPEG/) as string,
    });
  });

  it('has its heatmap over the same picture, in its own shape', async () => {
    const [width, height] = [1600, 900];
    const values = Array.from({ length: width * height }, (_, at) => (at % width < 800 ? -3 : 900));
    const bytes = tiff(width, height, values, { samples: 'i16', tags: { 274: [6] } });
    const header = await readHeader(bytes);
    expect(header).toMatchObject({ width: 900, height: 1600 });
    const overlay = await decodeForOverlay(bytes, overlaySize(header));
    expect(overlay).toMatchObject({ width: 450, height: 800 });
    const input = await decodeForInput(bytes, { width: 90, height: 160 }, { ...STRETCH, resize: 'crop' });
    for (const y of [0.1, 0.9]) {
      const level = y < 0.5 ? [0, 0, 0] : [255, 255, 255];
      expect(pixel(overlay, 225, 800 * y)).toEqual(level);
      expect(pixel(input, 45, 160 * y)).toEqual(level);
    }
  });

  it('leaves other pictures of 16 bits as they are', async () => {
    const dark = sharp({ create: { width: 8, height: 8, channels: 3, background: '#0a0b0c' } }).toColourspace('rgb16');
    const { data } = await decodeForInput(await dark.png().toBuffer(), { width: 8, height: 8 }, STRETCH);
    expect([...data.subarray(0, 3)]).toEqual([10, 11, 12]);
  });
});

function whole(most: number): (value: number) => number {
  return (value) => (most > 1 ? Math.round(value) : value);
}
