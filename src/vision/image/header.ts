import { fileTypeFromBuffer, type FileTypeResult } from 'file-type';
import type { Metadata } from 'sharp';
import { VisionError } from '../vision-error.js';
import { PHOTO_MEMORY, photoMemory } from './cost.js';
import { PHOTO_LIMITS, type PhotoLimits } from '../../limits.js';
import {
  costlyFormatRefusal,
  damagedRefusal,
  formatRefusal,
  heicRefusal,
  measurementRefusal,
  rawRefusal,
  tooManyBytesRefusal,
  tooManyPixelsRefusal,
} from './refusal.js';
import { sharp } from './sharp.js';
import { isCameraRaw, isTiff } from './tiff-tags.js';

export type PhotoFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff';

/** What the first bytes say about a photo; `width` and `height` as seen, that is after the EXIF orientation. */
export interface PhotoHeader {
  format: PhotoFormat;
  width: number;
  height: number;
  storedWidth: number;
  storedHeight: number;
  /** Channels as stored: 1 grey, 2 grey with alpha, 3 RGB, 4 RGB with alpha or CMYK, 5 CMYK with alpha. */
  channels: number;
}

/** CMYK with alpha; anything above is a measurement (hyperspectral, medical), not a photo. */
const MAX_CHANNELS = 5;

/**
 * Telegram shows nothing thinner than 1:20; past 1:100 a picture is a line, and cropping it would enlarge it
 * absurdly.
 */
const MAX_ASPECT = 100;

/** What libvips says of samples of 12 or 64 bits, and of complex numbers. */
const SAMPLES_NOT_READ = /samples out of range|not a whole number of bytes/;

const FORMATS: Partial<Record<string, PhotoFormat>> = {
  jpg: 'jpeg',
  png: 'png',
  apng: 'png',
  webp: 'webp',
  avif: 'avif',
  gif: 'gif',
};

/**
 * Reads a photo's header and refuses, before any pixel is decoded, what this program cannot or should not decode.
 *
 * Memory and time do not grow with the picture's pixels: an endless PNG of a few bytes is refused by its header.
 *
 * @param bytes the file as it was sent
 * @param limits bytes and pixels (width x height of one frame) at most
 * @throws VisionError `too-large` above a limit, or when its format would need too much memory; `unsupported-image`
 *   for an empty, unknown, unsupported or damaged file. Its message names what is wrong and what to do.
 */
export async function readHeader(bytes: Uint8Array, limits: PhotoLimits = PHOTO_LIMITS): Promise<PhotoHeader> {
  if (bytes.length === 0) {
    throw new VisionError('unsupported-image', 'This file is empty. Copy or save it again.');
  }
  if (bytes.length > limits.maxBytes) {
    throw tooManyBytesRefusal(bytes.length, limits.maxBytes);
  }
  const format = photoFormat(bytes, await recognise(bytes));
  const metadata = await readMetadata(bytes, format);
  if (format === 'avif' && metadata.compression !== 'av1') {
    throw heicRefusal();
  }
  const { width: storedWidth, height: storedHeight, channels } = metadata;
  checkShape(storedWidth, storedHeight, channels, limits);
  if (photoMemory(format, metadata, bytes.byteLength) > PHOTO_MEMORY) {
    throw costlyFormatRefusal(storedWidth, storedHeight);
  }
  const { width, height } = metadata.autoOrient;
  return { format, width, height, storedWidth, storedHeight, channels };
}

async function recognise(bytes: Uint8Array): Promise<FileTypeResult | undefined> {
  try {
    return await fileTypeFromBuffer(bytes);
  } catch {
    return undefined;
  }
}

function photoFormat(bytes: Uint8Array, type: FileTypeResult | undefined): PhotoFormat {
  if (isTiff(bytes)) {
    if (isCameraRaw(bytes)) {
      throw rawRefusal();
    }
    return 'tiff';
  }
  // Also with stray bytes before its first segment, which leave it no signature but this.
  if (bytes[0] === 0xff && bytes[1] === 0xd8) {
    return 'jpeg';
  }
  if (type?.mime === 'image/heif') {
    // The brand "mif1" names the container only: the codec inside, AV1 or HEVC, is known once its boxes are read.
    return 'avif';
  }
  if (type?.ext === 'heic') {
    throw heicRefusal();
  }
  const format = type && FORMATS[type.ext];
  if (format === undefined) {
    throw formatRefusal(bytes, type);
  }
  return format;
}

async function readMetadata(bytes: Uint8Array, format: PhotoFormat): Promise<Metadata> {
  try {
    return await sharp(bytes, { limitInputPixels: false, limitInputChannels: false }).metadata();
  } catch (error) {
    if (format === 'tiff' && error instanceof Error && SAMPLES_NOT_READ.test(error.message)) {
      throw measurementRefusal(error);
    }
    throw format === 'avif' ? heicOrDamaged(bytes, error) : damagedRefusal(error);
  }
}

function heicOrDamaged(bytes: Uint8Array, cause: unknown): VisionError {
  const brands = new TextDecoder('latin1').decode(bytes.subarray(8, 64));
  return brands.includes('avif') ? damagedRefusal(cause) : heicRefusal(cause);
}

function checkShape(width: number, height: number, channels: number, limits: PhotoLimits): void {
  if (width < 1 || height < 1) {
    throw damagedRefusal();
  }
  if (width * height > limits.maxPixels) {
    throw tooManyPixelsRefusal(width, height, limits.maxPixels);
  }
  if (channels > MAX_CHANNELS) {
    throw new VisionError(
      'unsupported-image',
      `This picture has ${channels} colour channels, and a photo has at most ${MAX_CHANNELS}. Convert it to JPEG.`,
    );
  }
  if (Math.max(width, height) > MAX_ASPECT * Math.min(width, height)) {
    throw new VisionError(
      'unsupported-image',
      `This picture is ${width} x ${height} pixels, too thin to show anything. Crop it to a more usual shape.`,
    );
  }
}
