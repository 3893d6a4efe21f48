import type { FileTypeResult } from 'file-type';
import { VisionError } from '../vision-error.js';

/** What can be opened. */
export const FORMATS = 'JPEG, PNG, WebP, AVIF, GIF or TIFF';

const WHAT_WORKS = `Photos are ${FORMATS} files.`;
const CONVERT = 'Convert it to JPEG.';
const MAKE_SMALLER = 'Make it smaller, or save it as an ordinary JPEG.';

/** Enough to find the first tag of a drawing behind a licence comment, little enough to cost nothing. */
const TEXT_PROBE_BYTES = 4096;

/** A HEIC or HEIF picture: its codec is patented, and the libraries this program ships cannot decode it. */
export function heicRefusal(cause?: unknown): VisionError {
  return new VisionError('unsupported-image', `This is a HEIC picture, which Sorot cannot open. ${CONVERT}`, { cause });
}

/** What a camera's sensor has measured, before it is a picture; only the small preview in it could be opened. */
export function rawRefusal(): VisionError {
  return new VisionError('unsupported-image', `This is a camera's raw file, which Sorot cannot open. ${CONVERT}`);
}

/** A TIFF of numbers that cannot be read, or that make no picture. */
export function measurementRefusal(cause?: unknown): VisionError {
  return new VisionError('unsupported-image', `This TIFF holds numbers that make no picture. ${CONVERT}`, { cause });
}

/** A picture of a known format whose bytes end early or do not decode. */
export function damagedRefusal(cause?: unknown): VisionError {
  return new VisionError('unsupported-image', 'This picture is damaged or incomplete. Copy or save it again.', {
    cause,
  });
}

/** More pixels than the limit. `width` and `height` as stored in the header. */
export function tooManyPixelsRefusal(width: number, height: number, maxPixels: number): VisionError {
  return new VisionError(
    'too-large',
    `This picture is too large: ${dimensions(width, height)}, and the limit is ${megapixels(maxPixels)} megapixels. ${MAKE_SMALLER}`,
  );
}

/** A size that a plain JPEG could have, in a format that is decoded all at once. */
export function costlyFormatRefusal(width: number, height: number): VisionError {
  return new VisionError(
    'too-large',
    `This picture is too large for its format: ${dimensions(width, height)}. ${MAKE_SMALLER}`,
  );
}

/** More bytes than the limit. */
export function tooManyBytesRefusal(bytes: number, maxBytes: number): VisionError {
  return new VisionError(
    'too-large',
    `This file is too large: ${megabytes(bytes)} MB, and the limit is ${megabytes(maxBytes)} MB. ${MAKE_SMALLER}`,
  );
}

/**
 * Bytes that are not one of the formats this program opens, named where they can be named.
 *
 * @param type what file-type recognised, or undefined
 */
export function formatRefusal(bytes: Uint8Array, type: FileTypeResult | undefined): VisionError {
  return new VisionError('unsupported-image', sentence(bytes, type));
}

function sentence(bytes: Uint8Array, type: FileTypeResult | undefined): string {
  const text = type === undefined || type.ext === 'xml' ? textStart(bytes) : undefined;
  if (text !== undefined && /<svg[\s>]/i.test(text)) {
    return `This is an SVG drawing, not a photo. ${WHAT_WORKS}`;
  }
  if (type === undefined) {
    const what = text === undefined ? 'This file is no picture that Sorot knows.' : 'This is a text file, not a photo.';
    return `${what} ${WHAT_WORKS}`;
  }
  const name = type.ext.toUpperCase();
  if (type.mime.startsWith('image/')) {
    return `This picture is in the ${name} format, which Sorot cannot open. ${CONVERT}`;
  }
  if (type.mime.startsWith('video/')) {
    return `This is a video (${name}), not a photo. ${WHAT_WORKS}`;
  }
  return `This is a ${name} file, not a photo. ${WHAT_WORKS}`;
}

/** The beginning as text, or undefined where the bytes are not plain UTF-8. */
function textStart(bytes: Uint8Array): string | undefined {
  const probe = bytes.subarray(0, TEXT_PROBE_BYTES);
  if (probe.some((byte) => byte < 9)) {
    return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(probe, { stream: true });
  } catch {
    return undefined;
  }
}

function dimensions(width: number, height: number): string {
  return `${width.toLocaleString('en')} x ${height.toLocaleString('en')} pixels`;
}

function megapixels(pixels: number): string {
  return (pixels / 1e6).toLocaleString('en', { maximumFractionDigits: 1 });
}

/** Never less than it is: a file just above the limit must not read as one at it. */
function megabytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}
