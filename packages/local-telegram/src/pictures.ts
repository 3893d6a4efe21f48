import sharp from 'sharp';
import type { PhotoSize } from './bot-api.js';
import { badRequest } from './errors.js';
import { digest, type FileStore } from './files.js';

/** What a bot may upload as a photo: its bytes, width and height together, the longer side over the shorter. */
const [MAX_PHOTO_BYTES, MAX_PHOTO_SIDES, MAX_PHOTO_RATIO] = [10 * 1024 * 1024, 10_000, 20];

/** The longer sides, in pixels, in which Telegram keeps a photo. */
const LONGER_SIDES = [90, 320, 800, 1280] as const;

/** About what Telegram's own apps compress with. */
const JPEG_QUALITY = 87;

type Rendered = Pick<PhotoSize, 'width' | 'height'> & { readonly jpeg: Uint8Array };

/**
 * Checks a photo as Telegram checks what a bot uploads.
 *
 * @throws ApiFailure 400 for its bytes, its dimensions, or a picture that cannot be opened
 */
export async function checkPhoto(bytes: Uint8Array): Promise<void> {
  if (bytes.length > MAX_PHOTO_BYTES) {
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${MAX_PHOTO_BYTES} bytes`,
    );
  }
  const { width, height } = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((error: unknown) => {
      throw badRequest('IMAGE_PROCESS_FAILED', { cause: error });
    });
  if (width + height > MAX_PHOTO_SIDES || Math.max(width, height) > MAX_PHOTO_RATIO * Math.min(width, height)) {
    throw badRequest('PHOTO_INVALID_DIMENSIONS');
  }
}

/**
 * Keeps a photo in the sizes Telegram offers, JPEG, smallest first, never enlarged. The same bytes give the same
 * unique identifiers every time, under new file identifiers.
 *
 * @param asIs the bytes are the photo's only size, unread and unchanged
 * @throws ApiFailure 400 for a picture that cannot be opened
 */
export async function keepPhoto(
  files: FileStore,
  bytes: Uint8Array,
  asIs?: { readonly width: number; readonly height: number },
): Promise<readonly PhotoSize[]> {
  const sizes = asIs === undefined ? await render(bytes) : [{ ...asIs, jpeg: bytes }];
  const source = digest(bytes);
  const photo: PhotoSize[] = [];
  for (const { jpeg, width, height } of sizes) {
    const record = files.add('photo', jpeg, { extension: '.jpg', source: `${source} ${width}x${height}` });
    record.media = { photo };
    photo.push({ file_id: record.fileId, file_unique_id: record.uniqueId, width, height, file_size: record.size });
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
