import type { Sharp, SharpOptions } from 'sharp';
import { VisionError } from '../vision-error.js';
import { placement, type InputForm, type Interpolation, type Size } from './geometry.js';
import { PHOTO_LIMITS, type PhotoLimits } from '../../limits.js';
import { mayBeMeasured, scaledMeasurements } from './measurements.js';
import { mendedJpeg } from './mend-jpeg.js';
import { damagedRefusal } from './refusal.js';
import { sharp } from './sharp.js';
import { isTiff } from './tiff-tags.js';

/** An sRGB picture, 8 bits a channel, rows of RGB triples (height x width x 3). */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/**
 * Pictures below this longer side are enlarged for the overlay: a heatmap on a stamp cannot be read, and a legend in
 * letters that can be read would hide much of it. Less than an ordinary photo's 800, so that none costs more than that.
 */
const MIN_OVERLAY_SIDE = 640;

/** The grey that networks with letterboxed input are used to (Ultralytics' default). */
const PADDING = { r: 114, g: 114, b: 114 };

/**
 * The filters towards the network, by the names that Keras' loaders have for them: a network does best with pictures made
 * small as those it was trained with. `bilinear` is the antialiased triangle, which is what Pillow's and torchvision's
 * bilinear resize is: against that of the full picture it differs by 0.7 grey levels (rms). After shrink-on-load all of
 * them cost the same: 6 to 8 ms for 1280x960, reading dominates.
 */
const INPUT_KERNELS = { bilinear: 'linear', bicubic: 'cubic', lanczos3: 'lanczos3' } as const satisfies Record<
  Interpolation,
  string
>;

/** The filter towards the eye: as crisp as `lanczos3` on a photo, 10 to 15 % faster, and smooth when enlarging. */
const OVERLAY_KERNEL = 'cubic';

/** Samsung cameras write this field wrongly; the picture itself is whole, and every viewer shows it. */
const HARMLESS_WARNING = 'Invalid SOS parameters';

/** What libtiff warns of are tags that are written oddly, such as transparency that is not announced; it then reads on. */
const TIFF_WARNING = 'Warning treated as error';

/** Bytes between a JPEG's parts that belong to nothing: the picture may be whole all the same. */
const STRAY_BYTES_WARNING = 'extraneous bytes before marker';

/**
 * Decodes a photo straight to the network's input.
 *
 * JPEG and WebP are read at the smallest scale that serves. The first frame of an animation, oriented as its EXIF says,
 * in sRGB, transparency on white, letterbox padding in mid grey (114). Of a scientific TIFF, what `scaledMeasurements`
 * makes of it.
 *
 * @returns exactly `input.width` x `input.height` RGB pixels, covering what `inputWindow` says
 * @throws VisionError `unsupported-image` when the picture is damaged or incomplete; `too-large` above
 *   `limits.maxPixels`
 */
export async function decodeForInput(
  bytes: Uint8Array,
  input: Size,
  { resize: rule, interpolation }: InputForm,
  limits: PhotoLimits = PHOTO_LIMITS,
): Promise<Pixels> {
  const kernel = INPUT_KERNELS[interpolation];
  return decode(bytes, limits, async (image, size) => {
    if (rule === 'stretch') {
      return image.resize(input.width, input.height, { fit: 'fill', kernel });
    }
    const { resized, left, top } = placement(rule, await size(), input);
    image.resize(resized.width, resized.height, { fit: 'fill', kernel });
    if (rule !== 'letterbox') {
      return image.extract({ left, top, width: input.width, height: input.height });
    }
    return image.extend({
      left: 0 - left,
      top: 0 - top,
      right: input.width - resized.width + left,
      bottom: input.height - resized.height + top,
      background: PADDING,
    });
  });
}

/**
 * The size of a photo's picture for people to look at, in its own shape.
 *
 * @param maxSide longer side at most, in pixels. A photo below 640 pixels is enlarged to 640 (or to `maxSide`).
 */
export function overlaySize(header: Size, maxSide = 800): Size {
  const longer = Math.max(header.width, header.height);
  const target = Math.min(maxSide, Math.max(longer, MIN_OVERLAY_SIDE));
  const scaled = (side: number): number => Math.max(1, Math.round((side * target) / longer));
  return { width: scaled(header.width), height: scaled(header.height) };
}

/**
 * Decodes a photo for people to look at, whole.
 *
 * @param size see `overlaySize`
 * @returns RGB pixels, prepared as for {@link decodeForInput}
 * @throws VisionError as {@link decodeForInput}
 */
export async function decodeForOverlay(
  bytes: Uint8Array,
  { width, height }: Size,
  limits: PhotoLimits = PHOTO_LIMITS,
): Promise<Pixels> {
  return decode(bytes, limits, (image) => image.resize(width, height, { fit: 'fill', kernel: OVERLAY_KERNEL }));
}

async function decode(
  bytes: Uint8Array,
  limits: PhotoLimits,
  shape: (image: Sharp, size: () => Promise<Size>) => Sharp | Promise<Sharp>,
): Promise<Pixels> {
  const attempt = async (source: Uint8Array, failOn: 'warning' | 'error') => {
    const image = open(source, limits, { failOn });
    const measured = await measuredIn(source, image, () => open(source, limits, { failOn, ignoreIcc: true }));
    // Asked for only where it matters: each look at the file waits for one of libuv's threads.
    const size = async (): Promise<Size> => (await image.metadata()).autoOrient;
    return render(await shape(measured === null ? image : sharp(measured.data, { raw: measured }), size));
  };
  try {
    return await attempt(bytes, 'warning').catch((error: unknown) => {
      const warning = error instanceof Error ? error.message : '';
      if (warning.includes(HARMLESS_WARNING) || (isTiff(bytes) && warning.includes(TIFF_WARNING))) {
        return attempt(bytes, 'error');
      }
      if (warning.includes(STRAY_BYTES_WARNING)) {
        return attempt(mendedJpeg(bytes), 'warning');
      }
      throw error;
    });
  } catch (error) {
    throw asVisionError(error);
  }
}

async function measuredIn(bytes: Uint8Array, image: Sharp, again: () => Sharp): ReturnType<typeof scaledMeasurements> {
  if (!isTiff(bytes)) return null;
  const metadata = await image.metadata();
  return mayBeMeasured(metadata) ? scaledMeasurements(bytes, metadata, again) : null;
}

function open(bytes: Uint8Array, limits: PhotoLimits, options: SharpOptions): Sharp {
  return sharp(bytes, { limitInputPixels: limits.maxPixels, sequentialRead: true, autoOrient: true, ...options });
}

async function render(image: Sharp): Promise<Pixels> {
  const { data, info } = await image
    .flatten({ background: 'white' })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

function asVisionError(error: unknown): VisionError {
  if (error instanceof VisionError) {
    return error;
  }
  if (error instanceof Error && error.message.includes('exceeds pixel limit')) {
    return new VisionError('too-large', 'This picture has too many pixels. Make it smaller.', {
      cause: error,
    });
  }
  return damagedRefusal(error);
}
