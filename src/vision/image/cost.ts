import type { Metadata } from 'sharp';
import type { PhotoFormat } from './header.js';

/**
 * Memory that a photo may hold at once while it is decoded, in bytes: what is left for it in a container of 512 MB. An
 * AVIF of 12 megapixels (a phone's) just fits.
 */
export const PHOTO_MEMORY = 230e6;

/** A file on its way is held by both processes, and by the pipe between them on either side. */
const COPIES_OF_FILE = 4;

/** The AV1 decoder's reference frames, libheif's planes and the RGB copy: measured 16 (4:2:0) to 18 (4:4:4). */
const AVIF_BYTES_PER_PIXEL = 18;

/** A whole frame in RGBA and what the decoder keeps beside it, measured. */
const FRAME_BYTES_PER_PIXEL = 5;

/** Beside the whole picture libpng and libvips hold rows of it: measured 1.13 times at 36 megapixels of 16 bits. */
const INTERLACED_PNG = 1.13;

const SAMPLE_BYTES: Partial<Record<string, number>> = { uchar: 1, char: 1, ushort: 2, short: 2 };

/** Float and integer samples of a scientific TIFF, and doubles, which none of the six formats' photos use. */
const WIDEST_SAMPLE_BYTES = 8;

/**
 * How much memory this photo holds at its peak, in bytes: the file's copies, and what decoding it takes, as an upper
 * estimate from the header alone.
 *
 * @param bytes of the file.
 */
export function photoMemory(format: PhotoFormat, metadata: Metadata, bytes: number): number {
  return COPIES_OF_FILE * bytes + decodingBytes(format, metadata);
}

/**
 * A baseline JPEG or a plain PNG streams by rows and holds next to nothing. The others are held whole before the
 * first row comes out, so a file of a kilobyte can ask for a gigabyte: 50 megapixels of one colour in AVIF peak at
 * 960 MB, a 16-bit interlaced PNG at 500 MB.
 */
function decodingBytes(format: PhotoFormat, metadata: Metadata): number {
  const { width, height, channels, depth, isProgressive, chromaSubsampling } = metadata;
  const pixels = width * height;
  const whole = pixels * channels * (SAMPLE_BYTES[depth] ?? WIDEST_SAMPLE_BYTES);
  switch (format) {
    case 'jpeg':
      // The coefficients of every block, 16 bits each; with 4:2:0, both colour planes have a quarter of them.
      return isProgressive ? pixels * (chromaSubsampling === '4:2:0' ? 1.5 : channels) * 2 : 0;
    case 'png':
      return isProgressive ? whole * INTERLACED_PNG : 0;
    case 'tiff':
      // One strip may hold the whole picture; the header does not tell.
      return whole;
    case 'gif':
    case 'webp':
      return pixels * FRAME_BYTES_PER_PIXEL;
    case 'avif':
      return pixels * AVIF_BYTES_PER_PIXEL;
  }
}
