import sharp from 'sharp';
import { badRequest } from './errors.js';
import { digest, type FileStore } from './files.js';
import { MAX_PHOTO_BYTES, MAX_PHOTO_RATIO, MAX_PHOTO_SIDES } from './limits.js';
import type { PhotoSize } from './wire.js';

/** The longer sides, in pixels, in which Telegram keeps a photo. */
const LONGER_SIDES = [90, 320, 800, 1280] as const;

/** About what Telegram's own apps compress with. */
const JPEG_QUALITY = 87;

interface Rendered {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Uint8Array;
}

/**
 * Checks a photo as Telegram checks what a bot uploads.
 *
 * @throws ApiFailure 400 for its bytes, its dimensions, or a picture that cannot be opened
 */
export async function checkPhoto(bytes: Uint8Array): Promise<void> {
  if (bytes.length === 0) {
    throw badRequest('file must be non-empty');
  }
  if (bytes.length > MAX_PHOTO_BYTES) {
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${MAX_PHOTO_BYTES} bytes`,
    );
  }
  const { width, height } = await dimensions(bytes);
  if (width + height > MAX_PHOTO_SIDES || Math.max(width, height) > MAX_PHOTO_RATIO * Math.min(width, height)) {
    throw badRequest('PHOTO_INVALID_DIMENSIONS');
  }
}

async function dimensions(bytes: Uint8Array): Promise<{ width: number; height: number }> {
  try {
    return (await sharp(bytes, { limitInputPixels: false }).metadata()).autoOrient;
  } catch (error) {
    throw badRequest('IMAGE_PROCESS_FAILED', { cause: error });
  }
}

/**
 * Keeps a photo in the sizes Telegram offers, JPEG, smallest first, never enlarged. The same bytes give the same
 * unique identifiers every time, under new file identifiers.
 *
 * @throws ApiFailure 400 for a picture that cannot be opened
 */
export async function keepPhoto(files: FileStore, bytes: Uint8Array): Promise<readonly PhotoSize[]> {
  const source = digest(bytes);
  return keepSizes(files, source, await render(bytes));
}

/** Keeps bytes as the only size of a photo, unread and unchanged. */
export function keepPhotoAsIs(
  files: FileStore,
  bytes: Uint8Array,
  size: { width: number; height: number },
): readonly PhotoSize[] {
  return keepSizes(files, digest(bytes), [{ ...size, jpeg: bytes }]);
}

function keepSizes(files: FileStore, source: string, sizes: readonly Rendered[]): readonly PhotoSize[] {
  const records = sizes.map(({ jpeg, width, height }) =>
    files.add('photo', jpeg, { extension: '.jpg', source: `${source} ${width}x${height}` }),
  );
  const photo = sizes.map(({ jpeg, width, height }, index): PhotoSize => {
    const record = records[index];
    return {
      file_id: record?.fileId ?? '',
      file_unique_id: record?.uniqueId ?? '',
      width,
      height,
      file_size: jpeg.length,
    };
  });
  for (const record of records) {
    record.media = { photo };
  }
  return photo;
}

async function render(bytes: Uint8Array): Promise<Rendered[]> {
  try {
    const largest = Math.max(...LONGER_SIDES);
    const { data, info } = await sharp(bytes, { limitInputPixels: false })
      .rotate()
      .resize({ width: largest, height: largest, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    const longer = Math.max(info.width, info.height);
    const sides = LONGER_SIDES.filter((_side, index) => index === 0 || (LONGER_SIDES[index - 1] ?? 0) < longer);
    const raw = { width: info.width, height: info.height, channels: info.channels };
    return await Promise.all(
      sides.map(async (side) => {
        const jpeg = await sharp(data, { raw })
          .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
          .jpeg({ quality: JPEG_QUALITY })
          .toBuffer({ resolveWithObject: true });
        return { width: jpeg.info.width, height: jpeg.info.height, jpeg: new Uint8Array(jpeg.data) };
      }),
    );
  } catch (error) {
    throw badRequest('IMAGE_PROCESS_FAILED', { cause: error });
  }
}
