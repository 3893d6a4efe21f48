import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { VisionError } from '../../../src/vision/vision-error.js';
import { readHeader } from '../../../src/vision/image/header.js';
import { PHOTO_LIMITS } from '../../../src/limits.js';
import { plain, pngOfSize, quarters } from './pictures.js';
import { tiff } from './tiffs.js';
import type { TiffOptions } from './tiffs.js';

async function refusal(bytes: Uint8Array, limits = PHOTO_LIMITS): Promise<VisionError> {
  const error: unknown = await readHeader(bytes, limits).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof VisionError)) {
    throw new Error(`expected a VisionError, got ${String(error)}`);
  }
  return error;
}

const text = (content: string) => Buffer.from(content, 'utf8');

/** An ISO base media file of one `ftyp` box, as HEIC and AVIF begin. */
function ftyp(major: string, compatible: string[] = []): Uint8Array {
  const box = Buffer.concat([text(`0000ftyp${major}`), Buffer.alloc(4), text(compatible.join(''))]);
  box.writeUInt32BE(box.length, 0);
  return Buffer.concat([box, randomBytes(200)]);
}

describe('readHeader', () => {
  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)('reads %s', async (format) => {
    const header = await readHeader(await quarters(40, 20).toFormat(format).toBuffer());
    expect(header).toMatchObject({ format, width: 40, height: 20, storedWidth: 40, storedHeight: 20 });
  });

  it('gives the size as seen, and as stored', async () => {
    const bytes = await quarters(40, 20).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const header = await readHeader(bytes);
    expect(header).toEqual({ format: 'jpeg', width: 20, height: 40, storedWidth: 40, storedHeight: 20, channels: 3 });
  });

  it('refuses an empty file', async () => {
    expect(await refusal(new Uint8Array())).toMatchObject({
      code: 'unsupported-image',
      message: expect.stringContaining('empty') as string,
    });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['HEIC', ftyp('heic'), /HEIC.*Convert it to JPEG/],
    ['HEIF of unnamed codec', ftyp('mif1', ['mif1', 'heic']), /HEIC/],
    ['an SVG drawing', text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), /SVG drawing/],
    ['an SVG drawing with a prologue', text('<?xml version="1.0"?><!-- x --><svg width="9"></svg>'), /SVG drawing/],
    ['text named .jpg', text('This is not a picture at all.'), /text file.*JPEG, PNG, WebP/],
    ['a PDF', text('%PDF-1.7\n%abc\n1 0 obj\n'), /PDF file/],
    ['a video', ftyp('isom', ['isom', 'mp42']), /video \(MP4\)/],
    ['a BMP', Buffer.concat([text('BM'), Buffer.alloc(60)]), /BMP format/],
    ['noise', Buffer.concat([Buffer.from([0, 1, 2, 3]), Buffer.alloc(300, 7)]), /no picture that Sorot knows/],
  ])('refuses %s by name', async (_, bytes, message) => {
    const error = await refusal(bytes);
    expect(error.code).toBe('unsupported-image');
    expect(error.message).toMatch(message);
  });

  it('refuses random bytes', async () => {
    expect((await refusal(randomBytes(5000))).code).toBe('unsupported-image');
  });

  it.each(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)(
    'calls a %s cut in its header damaged',
    async (format) => {
      const bytes = await quarters(200, 200).toFormat(format).toBuffer();
      const error = await refusal(bytes.subarray(0, 24));
      expect(error.code).toBe('unsupported-image');
    },
  );

  it('keeps the decoder’s own words as the cause of a damaged header', async () => {
    const error = await refusal((await quarters(200, 200).jpeg().toBuffer()).subarray(0, 24));
    expect(error.message).toMatch(/^This picture is damaged or incomplete/);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('refuses 50,000 x 50,000 pixels by the header alone', async () => {
    const error = await refusal(pngOfSize(50_000, 50_000));
    expect(error.code).toBe('too-large');
    expect(error.message).toMatch(/50,000 x 50,000 pixels.*50 megapixels/);
  });

  it('refuses more bytes than the limit', async () => {
    const error = await refusal(new Uint8Array(1001), { maxBytes: 1000, maxPixels: 100 });
    expect(error.code).toBe('too-large');
  });

  it('counts the limit in pixels inclusively', async () => {
    const bytes = await plain(10, 10, 'red').png().toBuffer();
    await expect(readHeader(bytes, { maxBytes: 1e6, maxPixels: 100 })).resolves.toMatchObject({ width: 10 });
    expect((await refusal(bytes, { maxBytes: 1e6, maxPixels: 99 })).code).toBe('too-large');
  });

  it('refuses a size its format would need too much memory for', async () => {
    const error = await refusal(pngOfSize(6000, 6000, 'heavy'));
    expect(error.code).toBe('too-large');
    expect(error.message).toMatch(/6,000 x 6,000 pixels.*ordinary JPEG/);
    await expect(readHeader(pngOfSize(6000, 6000))).resolves.toMatchObject({ format: 'png' });
  });

  it('refuses a line', async () => {
    const error = await refusal(await plain(1000, 2, 'red').png().toBuffer());
    expect(error.message).toMatch(/1000 x 2 pixels, too thin/);
  });

  describe('of what begins as a TIFF', () => {
    const ORDERS = [{}, { bigEndian: true }, { big: true }, { big: true, bigEndian: true }];
    const written = (options: TiffOptions) => tiff(4, 2, [1, 2, 3, 4, 5, 6, 7, 8], options);

    it.each<[string, TiffOptions]>([
      ['plain', {}],
      ['with private tags of a camera', { tags: { 50341: Buffer.from('PrintIM\x000300\0\0\0\0') } }],
      ['with a maker’s name and EXIF', { tags: { 271: Buffer.from('NIKON\0'), 34665: [0] } }],
      ['with reduced copies of itself', { subIfds: [{ 254: [1], 262: [1] }], next: { 254: [1] } }],
      ['that says it is reduced, of nothing', { tags: { 254: [1] } }],
      [
        'with as many tags as NEF files have',
        {
          tags: { 254: [0], ...Object.fromEntries(Array.from({ length: 17 }, (_, i) => [65_000 + i, [0]])) },
        },
      ],
    ])('reads one %s', async (_, options) => {
      for (const order of ORDERS) {
        expect(await readHeader(written({ ...options, ...order }))).toMatchObject({
          format: 'tiff',
          width: 4,
          height: 2,
        });
      }
    });

    it.each<[string, TiffOptions]>([
      ['CR2', { mark: 'CR\x02\0' }],
      ['DNG', { tags: { 50706: Buffer.from([1, 4, 0, 0]) } }],
      [
        'NEF or ARW',
        {
          tags: { 254: [1] },
          subIfds: [
            { 254: [1], 262: [6] },
            { 254: [0], 262: [32803] },
          ],
        },
      ],
      ['linear raw', { subIfds: [{ 254: [0], 262: [34892] }] }],
      ['PEF', { tags: { 262: [32803] } }],
      ['raw file with its picture in the chain', { next: { 262: [32803] } }],
      ['raw file that shows a reduced picture first', { tags: { 254: [1] }, subIfds: [{ 254: [0] }] }],
    ])('refuses a %s', async (_, options) => {
      // The mark of CR2 stands where a BigTIFF has its first offset.
      for (const order of options.mark === undefined ? ORDERS : ORDERS.slice(0, 2)) {
        const error = await refusal(written({ ...options, ...order }));
        expect(error.code).toBe('unsupported-image');
        expect(error.message).toMatch(/camera's raw file.*JPEG/);
      }
    });

    it('ends where its directories lead round in a circle, or out of the file', async () => {
      const bytes = written({ next: { 254: [0] } });
      const second = bytes.readUInt32LE(bytes.length - 4);
      bytes.writeUInt32LE(second, second + 2 + 12);
      expect(await readHeader(bytes)).toMatchObject({ format: 'tiff' });
      bytes.writeUInt32LE(0xffff_fff0, second + 2 + 12);
      expect(await readHeader(bytes)).toMatchObject({ format: 'tiff' });
    });
  });
});
