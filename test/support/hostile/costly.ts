import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { slowPhotograph } from '../pictures.js';
import { called } from './file.js';
import type { HostileFile } from './file.js';

function solid(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: 'teal' } });
}

/** Pictures within every limit whose decoding takes the most memory that a format may take. */
export async function costlyPictures(): Promise<HostileFile[]> {
  const kind = 'a costly picture';
  const pictures: readonly [string, HostileFile['outcome'], Promise<Buffer>][] = [
    ['jpg', 'predicted', slowPhotograph()],
    ['avif', 'predicted', solid(4000, 3000).avif({ effort: 0 }).toBuffer()],
    ['avif', 'refused', solid(4500, 3000).avif({ effort: 0 }).toBuffer()],
    ['webp', 'predicted', solid(8000, 5400).webp({ effort: 0, lossless: true }).toBuffer()],
    ['gif', 'predicted', solid(8000, 5400).gif({ effort: 1 }).toBuffer()],
    ['tiff', 'predicted', solid(7000, 7000).tiff({ compression: 'deflate' }).toBuffer()],
    [
      'png',
      'predicted',
      solid(5600, 5600).toColourspace('rgb16').png({ progressive: true, compressionLevel: 1 }).toBuffer(),
    ],
    ['png', 'refused', solid(6400, 6000).toColourspace('rgb16').png({ progressive: true }).toBuffer()],
  ];
  return Promise.all(
    pictures.map(async ([extension, outcome, bytes]): Promise<HostileFile> => ({
      kind,
      outcome,
      bytes: await bytes,
      ...called(extension),
    })),
  );
}
