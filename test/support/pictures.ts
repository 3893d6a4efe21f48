import { randomUUID } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { crc32 } from '../vision/image/crc32.js';

/** A colourful soft picture that differs with the seed, as JPEG. */
export async function photograph(seed: number, width = 320, height = 240): Promise<Buffer> {
  const [rows, columns] = [6, 8];
  const data = Uint8Array.from({ length: rows * columns * 3 }, (_, at) => 128 + 127 * Math.sin(at * (seed + 2.7)));
  return sharp(data, { raw: { width: columns, height: rows, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .jpeg()
    .toBuffer();
}

/** A camera's photo: the soft picture under grain, so that a photo of 12 megapixels has some megabytes. */
export async function grainyPhotograph(seed: number, width: number, height: number): Promise<Buffer> {
  const side = 512;
  const grain = await sharp(noise(side * side), { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer();
  return sharp(await photograph(seed, width, height))
    .composite([{ input: grain, tile: true, blend: 'multiply' }])
    .jpeg()
    .toBuffer();
}

/** The same JPEG as another file: a comment, which no decoder looks at, follows its first two bytes. */
export function withComment(jpeg: Uint8Array, comment: string): Buffer {
  const words = Buffer.from(comment);
  const [start, marker, length] = [jpeg.subarray(0, 2), Buffer.from([0xff, 0xfe]), Buffer.alloc(2)];
  length.writeUInt16BE(words.length + 2);
  return Buffer.concat([start, marker, length, words, jpeg.subarray(2)]);
}

/** The same JPEG as a file that nobody has sent before. */
export function unseen(jpeg: Uint8Array): Buffer {
  return withComment(jpeg, randomUUID());
}

/** Within every limit, and slow all the same: 45 megapixels of progressive JPEG take hundreds of milliseconds. */
export async function slowPhotograph(): Promise<Buffer> {
  return sharp({ create: { width: 7500, height: 6000, channels: 3, background: 'teal' } })
    .jpeg({ progressive: true, chromaSubsampling: '4:2:0' })
    .toBuffer();
}

/** A chunk of a PNG. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function png(width: number, height: number, kind: readonly number[], pixels: Uint8Array): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(kind, 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(pixels)),
    pngChunk('IEND', new Uint8Array()),
  ]);
}

/** A valid header of 50,000 x 50,000 pixels, in true colour, with next to no data behind it. */
export function endlessPng(): Buffer {
  return png(50_000, 50_000, [8, 2, 0, 0, 0], new Uint8Array(64));
}

/** 400 megapixels of white in a few kilobytes, every pixel there: one bit each, no filter. */
export function pngBomb(): Buffer {
  const side = 20_000;
  return png(side, side, [1, 0, 0, 0, 0], new Uint8Array(side * (side / 8 + 1)));
}

/** A picture of one transparent pixel: the smallest GIF there is. */
export function onePixelGif(): Buffer {
  return Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
}

/** What an iPhone's photo begins with: the container says HEVC. */
export function heicStart(): Buffer {
  const type = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');
  return Buffer.concat([type, Buffer.alloc(512)]);
}

export const SVG = Buffer.from(
  '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
);

export const TEXT = Buffer.from('Dear photo, you are only text.\n'.repeat(20));

/** Bytes without meaning, the same each time. */
export function noise(length: number): Buffer {
  let state = 12_345;
  return Buffer.from(
    Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    }),
  );
}

/** What a file named like a photo may hold instead, by its name in a sentence. */
export const HOSTILE = {
  'an empty file': () => Buffer.alloc(0),
  'random bytes': () => noise(5000),
  'a truncated JPEG': async () => (await photograph(9, 1200, 900)).subarray(0, 4000),
  'a PNG header of 50,000 x 50,000': endlessPng,
  'a PNG bomb of 400 megapixels': pngBomb,
  'an SVG': () => SVG,
  'a text': () => TEXT,
  'the start of a HEIC': heicStart,
} as const satisfies Readonly<Record<string, () => Buffer | Promise<Buffer>>>;
