import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeForInput, decodeForOverlay, overlaySize, type Pixels } from '../../../src/vision/image/decode.js';
import { inputWindow, type InputForm, type ResizeRule } from '../../../src/vision/image/geometry.js';
import { readHeader } from '../../../src/vision/image/header.js';
import { sharp } from '../../../src/vision/image/sharp.js';
import { tiff } from './tiffs.js';
import type { TiffOptions } from './tiffs.js';
import { BLUE, corners, GREEN, pixel, plain, quarters, RED, WHITE } from './pictures.js';

const INPUT = { width: 32, height: 32 };

const form = (resize: ResizeRule): InputForm => ({ resize, interpolation: 'bilinear' });

function expectColours(actual: number[][], expected: number[][], tolerance = 6): void {
  const worst = Math.max(
    ...actual.flatMap((colour, i) => colour.map((value, c) => Math.abs(value - (expected[i]?.[c] ?? 0)))),
  );
  expect(worst, `${JSON.stringify(actual)} is near ${JSON.stringify(expected)}`).toBeLessThanOrEqual(tolerance);
}

async function overlayOf(bytes: Uint8Array, maxSide?: number): Promise<Pixels> {
  return decodeForOverlay(bytes, overlaySize(await readHeader(bytes), maxSide));
}

describe('decodeForInput', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)(
    'decodes %s to three bytes a pixel',
    async (format) => {
      const bytes = await quarters(400, 300).toFormat(format).toBuffer();
      const pixels = await decodeForInput(bytes, INPUT, form('stretch'));
      expect(pixels).toMatchObject({ width: 32, height: 32 });
      expect(pixels.data).toHaveLength(32 * 32 * 3);
      expectColours(corners(pixels), [RED, GREEN, BLUE, WHITE], 12);
    },
  );

  /** What a viewer shows at the corners of `quarters` stored with each EXIF orientation (EXIF 2.32, tag 0x0112). */
  it.each([
    [1, [RED, GREEN, BLUE, WHITE]],
    [2, [GREEN, RED, WHITE, BLUE]],
    [3, [WHITE, BLUE, GREEN, RED]],
    [4, [BLUE, WHITE, RED, GREEN]],
    [5, [RED, BLUE, GREEN, WHITE]],
    [6, [BLUE, RED, WHITE, GREEN]],
    [7, [WHITE, GREEN, BLUE, RED]],
    [8, [GREEN, WHITE, RED, BLUE]],
  ])('applies EXIF orientation %i', async (orientation, expected) => {
    const bytes = await quarters(160, 80)
      .withMetadata({ orientation })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    for (const rule of ['stretch', 'letterbox'] as const) {
      const input = orientation < 5 ? { width: 64, height: 32 } : { width: 32, height: 64 };
      expectColours(corners(await decodeForInput(bytes, input, form(rule))), expected);
    }
    const overlay = await overlayOf(bytes);
    expect([overlay.width, overlay.height]).toEqual(orientation < 5 ? [640, 320] : [320, 640]);
    expectColours(corners(overlay), expected);
  });

  it.each([
    ['16-bit', () => plain(20, 20, { r: 200, g: 100, b: 50 }).toColourspace('rgb16').png(), [200, 100, 50], 2],
    ['16-bit TIFF', () => plain(20, 20, { r: 200, g: 100, b: 50 }).toColourspace('rgb16').tiff(), [200, 100, 50], 2],
    ['grey', () => plain(20, 20, '#808080').toColourspace('b-w').png(), [128, 128, 128], 1],
    ['16-bit grey', () => plain(20, 20, '#808080').toColourspace('grey16').png(), [128, 128, 128], 2],
    ['grey JPEG', () => plain(20, 20, '#808080').toColourspace('b-w').jpeg(), [128, 128, 128], 2],
    ['palette', () => plain(20, 20, { r: 200, g: 100, b: 50 }).png({ palette: true }), [200, 100, 50], 2],
    [
      'CMYK with profile',
      () => plain(20, 20, { r: 200, g: 100, b: 50 }).withIccProfile('cmyk').toColourspace('cmyk').jpeg(),
      [200, 100, 50],
      30,
    ],
    [
      'CMYK without profile',
      () => plain(20, 20, { r: 200, g: 100, b: 50 }).toColourspace('cmyk').jpeg(),
      [200, 100, 50],
      40,
    ],
    ['Display P3', () => plain(20, 20, { r: 200, g: 100, b: 50 }).withIccProfile('p3').png(), [200, 100, 50], 4],
  ])('turns %s into sRGB', async (_, make, expected, tolerance) => {
    const bytes = await make().toBuffer();
    expectColours(
      [pixel(await decodeForInput(bytes, { width: 4, height: 4 }, form('stretch')), 1, 1)],
      [expected],
      tolerance,
    );
    expect((await overlayOf(bytes)).data).toHaveLength(640 * 640 * 3);
  });

  it('lays transparency on white', async () => {
    const clear = { width: 16, height: 16, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } } as const;
    const rgba = await sharp({ create: clear }).png().toBuffer();
    expectColours(
      [pixel(await decodeForInput(rgba, { width: 4, height: 4 }, form('stretch')), 2, 2)],
      [[255, 127, 127]],
      2,
    );
    const greyAlpha = await sharp(new Uint8Array(64).fill(0), { raw: { width: 8, height: 4, channels: 2 } })
      .png()
      .toBuffer();
    expect(pixel(await decodeForInput(greyAlpha, { width: 4, height: 4 }, form('letterbox')), 1, 2)).toEqual(WHITE);
  });

  it.each(['gif', 'webp'] as const)('takes the first frame of an animated %s', async (format) => {
    const data = Buffer.concat(
      await Promise.all(['red', 'blue', 'lime'].map((colour) => plain(24, 24, colour).raw().toBuffer())),
    );
    const bytes = await sharp(data, { raw: { width: 24, height: 72, channels: 3, pageHeight: 24 } })
      .toFormat(format)
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(3);
    expectColours(corners(await decodeForInput(bytes, INPUT, form('stretch'))), [RED, RED, RED, RED]);
    expect(await overlayOf(bytes)).toMatchObject({ width: 640, height: 640 });
  });

  it.each<[string, ResizeRule]>([
    ['the middle', 'crop'],
    ['some of the middle', { crop: 0.7 }],
    ['the middle of what was stretched', { stretch: 0.7 }],
  ])('cuts out what inputWindow says: %s', async (_what, rule) => {
    // A ramp whose grey is its column: the value read tells where the pixel came from.
    const width = 250;
    const ramp = Uint8Array.from({ length: width * 100 * 3 }, (_, i) => Math.floor(i / 3) % width);
    const bytes = await sharp(ramp, { raw: { width, height: 100, channels: 3 } })
      .png()
      .toBuffer();
    const input = { width: 50, height: 50 };
    const window = inputWindow(rule, { width, height: 100 }, input);
    const pixels = await decodeForInput(bytes, input, form(rule));
    for (const x of [0, 10, 49]) {
      const column = (window.left + ((x + 0.5) / 50) * window.width) * width - 0.5;
      expect(Math.abs((pixel(pixels, x, 25)[0] ?? 0) - column)).toBeLessThan(1);
    }
  });

  it('pads a letterbox with mid grey on both sides', async () => {
    const pixels = await decodeForInput(await plain(200, 100, 'red').png().toBuffer(), INPUT, form('letterbox'));
    expect(pixels).toMatchObject({ width: 32, height: 32 });
    const column = Array.from({ length: 32 }, (_, y) => pixel(pixels, 16, y));
    const grey = [114, 114, 114];
    expect(column).toEqual([
      ...Array<number[]>(8).fill(grey),
      ...Array<number[]>(16).fill(RED),
      ...Array<number[]>(8).fill(grey),
    ]);
  });

  it('enlarges a single pixel', async () => {
    const bytes = await plain(1, 1, 'blue').png().toBuffer();
    for (const rule of ['stretch', 'crop', 'letterbox'] as const) {
      expectColours(corners(await decodeForInput(bytes, INPUT, form(rule))), [BLUE, BLUE, BLUE, BLUE]);
    }
  });

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)(
    'calls a %s cut in the middle damaged',
    async (format) => {
      const noise = Uint8Array.from({ length: 200 * 200 * 3 }, (_, i) => (i * 7919) % 251);
      const whole = await sharp(noise, { raw: { width: 200, height: 200, channels: 3 } })
        .toFormat(format)
        .toBuffer();
      await expect(decodeForInput(whole.subarray(0, whole.length / 2), INPUT, form('crop'))).rejects.toMatchObject({
        name: 'VisionError',
        code: 'unsupported-image',
        message: expect.stringMatching(/^This picture is damaged or incomplete/) as string,
        cause: expect.any(Error) as Error,
      });
    },
  );

  it('opens a JPEG whose only fault is the scan header Samsung cameras write', async () => {
    const bytes = await plain(64, 64, 'red').jpeg().toBuffer();
    const scan = bytes.indexOf(Buffer.from([0xff, 0xda]));
    const lastCoefficient = scan + 2 + bytes.readUInt16BE(scan + 2) - 2;
    expect(bytes[lastCoefficient]).toBe(63);
    bytes[lastCoefficient] = 0;
    expectColours(corners(await decodeForInput(bytes, INPUT, form('stretch'))), [RED, RED, RED, RED]);
  });

  describe('a JPEG with bytes that belong to nothing', () => {
    const STRAY = [1, 2, 0xff, 0, 3, 0xff, 0xff, 0, 0x42];
    const insert = (bytes: Buffer, at: number, stray: readonly number[]): Buffer =>
      Buffer.concat([bytes.subarray(0, at), Buffer.from(stray), bytes.subarray(at)]);
    // Half a million numbers one by one would take a second.
    const digestOf = ({ data }: Pixels): string => createHash('sha256').update(data).digest('hex');
    const decoded = async (bytes: Buffer): Promise<string> =>
      digestOf(await decodeForInput(bytes, INPUT, form('stretch')));
    /** Where segments begin behind another, the first to come after pixels aside. */
    const segments = (bytes: Buffer): number[] => {
      const found: number[] = [];
      for (let at = 2; bytes[at] === 0xff && bytes[at + 1] !== 0xd9; at += 2 + bytes.readUInt16BE(at + 2)) {
        found.push(at);
      }
      return found;
    };
    const photo = (progressive: boolean) =>
      quarters(160, 120).withMetadata({ orientation: 6 }).jpeg({ progressive }).toBuffer();

    it.each([false, true])('between its segments is read as without them (progressive: %s)', async (progressive) => {
      const bytes = await photo(progressive);
      const places = segments(bytes);
      expect(places.length).toBeGreaterThan(5);
      for (const at of places) {
        const codes = `before 0xff${bytes[at + 1]?.toString(16) ?? ''}`;
        expect(await decoded(insert(bytes, at, STRAY)), codes).toEqual(await decoded(bytes));
        expect(await decoded(insert(bytes, at, [7])), codes).toEqual(await decoded(bytes));
      }
      const everywhere = places.reduceRight<Buffer>((whole, at) => insert(whole, at, STRAY), bytes);
      expect(await decoded(everywhere)).toEqual(await decoded(bytes));
      expect(digestOf(await overlayOf(everywhere))).toBe(digestOf(await overlayOf(bytes)));
    });

    it.each([false, true])('is read with zeros before its end (progressive: %s)', async (progressive) => {
      const bytes = await photo(progressive);
      const end = bytes.length - 2;
      expect(await decoded(insert(bytes, end, Array<number>(700).fill(0)))).toEqual(await decoded(bytes));
    });

    it('is read where another picture follows', async () => {
      const bytes = await photo(false);
      const [at = 0] = segments(bytes);
      const several = Buffer.concat([insert(bytes, at, STRAY), await plain(90, 90, 'red').jpeg().toBuffer()]);
      expect(await decoded(several)).toEqual(await decoded(bytes));
    });

    it('is still called damaged where it is', async () => {
      const bytes = await sharp(
        Uint8Array.from({ length: 30_000 }, (_, i) => (i * 7919) % 251),
        {
          raw: { width: 100, height: 100, channels: 3 },
        },
      )
        .jpeg()
        .toBuffer();
      const [at = 0] = segments(bytes);
      const cut = Buffer.concat([bytes.subarray(0, bytes.length * 0.7), bytes.subarray(bytes.length - 2)]);
      await expect(decoded(cut)).rejects.toMatchObject({ code: 'unsupported-image' });
      await expect(decoded(insert(cut, at, STRAY))).rejects.toMatchObject({ code: 'unsupported-image' });
      // Whether the last of it was lost cannot be told without its end.
      const endless = insert(bytes.subarray(0, bytes.length - 2), at, STRAY);
      await expect(decoded(endless)).rejects.toMatchObject({ code: 'unsupported-image' });
    });
  });

  it.each<[string, number[], TiffOptions, number[]]>([
    ['big-endian', [10, 200, 90], { channels: 3, bigEndian: true }, [10, 200, 90]],
    ['BigTIFF', [10, 200, 90], { channels: 3, big: true }, [10, 200, 90]],
    ['big-endian BigTIFF', [10, 200, 90], { channels: 3, big: true, bigEndian: true }, [10, 200, 90]],
    ['CMYK', [0, 0, 0, 128], { channels: 4, tags: { 262: [5], 332: [1] } }, [146, 148, 150]],
    ['white is zero', [55], { tags: { 262: [0] } }, [200, 200, 200]],
    ['PrintIM', [10, 200, 90], { channels: 3, tags: { 50341: Buffer.from('PrintIM\x000300') } }, [10, 200, 90]],
    ['transparency not announced', [10, 200, 90, 255], { channels: 4 }, [10, 200, 90]],
    ['one tag written wrongly', [10, 200, 90], { channels: 3, tags: { 296: [1, 2] } }, [10, 200, 90]],
  ])('reads a TIFF: %s', async (_, colour, options, expected) => {
    const bytes = tiff(4, 4, Array<number[]>(16).fill(colour).flat(), options);
    const pixels = await decodeForInput(bytes, INPUT, form('crop'));
    expectColours([pixel(pixels, 3, 3)], [expected], 25);
    expect(pixel(await overlayOf(bytes), 9, 9)).toEqual(pixel(pixels, 3, 3));
  });

  it.each([{ tile: true }, { tile: true, pyramid: true }, { compression: 'lzw' }, { compression: 'jpeg' }] as const)(
    'reads a TIFF written with %o',
    async (options) => {
      const bytes = await quarters(200, 150).tiff(options).toBuffer();
      expectColours(corners(await decodeForInput(bytes, INPUT, form('stretch'))), [RED, GREEN, BLUE, WHITE], 12);
      expect(await overlayOf(bytes)).toMatchObject({ width: 640, height: 480 });
    },
  );

  it('never decodes above the limit in pixels', async () => {
    const bytes = await plain(100, 100, 'red').png().toBuffer();
    await expect(
      decodeForInput(bytes, INPUT, form('stretch'), { maxBytes: 1e6, maxPixels: 9999 }),
    ).rejects.toMatchObject({
      code: 'too-large',
    });
  });

  it('runs no loader but the six formats’', async () => {
    const drawing = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    );
    await expect(decodeForInput(drawing, INPUT, form('stretch'))).rejects.toMatchObject({ code: 'unsupported-image' });
  });
});

describe('decodeForOverlay', () => {
  it.each([
    [1600, 1200, 800, 600],
    [300, 900, 267, 800],
    [640, 480, 640, 480],
    [96, 72, 640, 480],
    [320, 10, 640, 20],
    [300, 3, 640, 6],
  ])('shows %i x %i as %i x %i', async (width, height, shownWidth, shownHeight) => {
    const overlay = await overlayOf(await plain(width, height, 'green').png().toBuffer());
    expect([overlay.width, overlay.height]).toEqual([shownWidth, shownHeight]);
    expect(overlay.data).toHaveLength(shownWidth * shownHeight * 3);
  });

  it('fits in a smaller side when asked', async () => {
    expect(await overlayOf(await plain(100, 50, 'green').png().toBuffer(), 64)).toMatchObject({
      width: 64,
      height: 32,
    });
  });
});
