import sharp from 'sharp';
import { noise, photograph } from '../pictures.js';
import { randomNumbers } from '../random.js';
import { called } from './file.js';
import type { HostileFile } from './file.js';

const FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const;
type Format = (typeof FORMATS)[number];

/** Bytes, and shares of the whole, after which a file ends. */
const CUT_BYTES = [1, 3, 8, 13, 40, 100] as const;
const CUT_SHARES = [0.1, 0.25, 0.5, 0.75, 0.95] as const;

/** How many bytes in a file are wrong. */
const FLIPS = [1, 2, 4, 8, 16, 64, 256] as const;

/** The beginnings that tell formats apart. */
const SIGNATURES: Readonly<Record<Format, string>> = {
  jpeg: '\xff\xd8\xff\xe0\0\x10JFIF\0',
  png: '\x89PNG\r\n\x1a\n\0\0\0\rIHDR',
  webp: 'RIFF\xff\xff\0\0WEBPVP8 ',
  avif: '\0\0\0\x1cftypavif\0\0\0\0mif1miaf',
  gif: 'GIF89a',
  tiff: 'II*\0\x08\0\0\0',
};

async function pictures(): Promise<[Format, Buffer][]> {
  const photo = await photograph(5, 320, 240);
  return Promise.all(
    FORMATS.map(async (format): Promise<[Format, Buffer]> => [format, await sharp(photo).toFormat(format).toBuffer()]),
  );
}

function cutOff(format: Format, whole: Buffer): HostileFile[] {
  const lengths = [...CUT_BYTES, ...CUT_SHARES.map((share) => Math.floor(share * whole.length))];
  return lengths.map((length) => ({
    kind: 'cut off',
    // The last rows of a picture that is read without its end may be good enough for a decoder.
    outcome: length < whole.length / 2 ? 'refused' : 'either',
    bytes: whole.subarray(0, length),
    ...called(format),
  }));
}

function flipped(format: Format, whole: Buffer): HostileFile[] {
  return FLIPS.map((count, seed) => {
    const bytes = Buffer.from(whole);
    for (const place of randomNumbers(seed)(count, 0, whole.length)) {
      const at = Math.floor(place);
      bytes[at] = ~(bytes[at] ?? 0) & 0xff;
    }
    return { kind: 'bytes flipped', outcome: 'either', bytes, ...called(format) };
  });
}

/** What a download looks like that was given its length in advance and never ended. */
function zeroed(format: Format, whole: Buffer): HostileFile {
  const bytes = Buffer.alloc(whole.length);
  whole.copy(bytes, 0, 0, whole.length / 2);
  return { kind: 'second half zeroes', outcome: 'either', bytes, ...called(format) };
}

function onlySignature(format: Format): HostileFile[] {
  const signature = Buffer.from(SIGNATURES[format], 'latin1');
  return [noise(3000), Buffer.alloc(3000), Buffer.alloc(3000, 0xff)].map((rest) => ({
    kind: 'a signature and nonsense',
    outcome: 'refused',
    bytes: Buffer.concat([signature, rest]),
    ...called(format),
  }));
}

/** Pictures of every format that something has happened to. */
export async function damagedPictures(): Promise<HostileFile[]> {
  return (await pictures()).flatMap(([format, whole]) => [
    ...cutOff(format, whole),
    ...flipped(format, whole),
    zeroed(format, whole),
    ...onlySignature(format),
  ]);
}
