import type { Metadata, Sharp } from 'sharp';
import { measurementRefusal } from './refusal.js';
import { whiteIsZero } from './tiff-tags.js';

/** Grey or RGB of 8 bits a channel. */
interface Scaled {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/** The longer side at which measurements are scaled: above what the network and the overlay take of a picture. */
const SIDE = 1024;

/** Where libvips keeps the samples as they are; in other spaces (CMYK, Lab) it knows black and white. */
const PLAIN_SPACES: readonly string[] = ['b-w', 'grey16', 'srgb', 'scrgb', 'rgb16', 'multiband'];

/** White of samples that have one: that of 16 bits, and the usual one of floating point. */
const NOMINAL_WHITE = { ushort: 65_535, float: 1 } as const;

/** Makes signed 16 bits unsigned, which sharp would else cut off at zero; where zero is does not matter to the scale. */
const SIGNED_OFFSET = 32_768;

/** Whether a TIFF's samples are numbers that may have been measured: anything but 8 bits, in grey or RGB. */
export function mayBeMeasured({ depth, space, hasAlpha }: Metadata): boolean {
  return PLAIN_SPACES.includes(space) && depth !== 'uchar' && !(depth === 'ushort' && hasAlpha);
}

/**
 * A scientific TIFF as a picture, or null where it is one as it is.
 *
 * Floating point from 0 to 1, and 16 bits unsigned, are pictures whose black is 0 and whose white is 1 or 65,535, as
 * long as they reach a quarter of that. Everything else (less, such as 12 bits of a microscope in 16; other floating
 * point; signed; 32 bits) has its lowest value as black and its highest as white, in all channels alike. A single lowest
 * value that is farther from the others than they from each other stands for "no data" and is black, and so is what is
 * not finite. Where a few bright spots leave everything else within a sixteenth, black and white are the first and the
 * last percentile.
 *
 * @param open the picture, without its colour profile
 * @throws VisionError `unsupported-image` where all values are alike, or not finite, or are of no grey or RGB picture
 */
export async function scaledMeasurements(
  bytes: Uint8Array,
  metadata: Metadata,
  open: () => Sharp,
): Promise<Scaled | null> {
  const { depth, space } = metadata;
  const image = open().removeAlpha().resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true, kernel: 'linear' });
  if (depth === 'short' && space === 'grey16') image.linear(1, SIGNED_OFFSET);
  const { data, info } = await image.toColourspace(space).raw({ depth: 'float' }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if ((channels !== 1 && channels !== 3) || (depth === 'float' && space === 'grey16')) throw measurementRefusal();
  // Where white is zero libvips has turned unsigned samples, those of 16 bits within their whole range, of which they may
  // not use the most.
  const turned = depth !== 'uint' && whiteIsZero(bytes);
  const values = new Float32Array(new Uint8Array(data).buffer);
  if (turned && depth === 'ushort') values.forEach((value, at) => (values[at] = NOMINAL_WHITE.ushort - value));
  const range = blackAndWhite(values.filter(Number.isFinite).sort(), depth);
  if (range === 'nominal' && depth === 'ushort') return null;
  const [black, white] = range === 'nominal' ? [0, 1] : range;
  const scaled = Uint8ClampedArray.from(values, (value) => {
    const share = (value - black) / (white - black);
    return 255 * (turned ? 1 - share : share);
  });
  return { data: new Uint8Array(scaled.buffer), width, height, channels };
}

/** @param sorted finite values, ascending */
function blackAndWhite(sorted: Float32Array, depth: string): 'nominal' | readonly [number, number] {
  const least = sorted[0] ?? 0;
  const most = sorted.at(-1) ?? 0;
  const nominal = depth === 'ushort' || depth === 'float' ? NOMINAL_WHITE[depth] : 0;
  if (nominal > 0 && least >= 0 && most <= nominal && most >= nominal / 4) return 'nominal';
  const others = sorted.subarray(sorted.findIndex((value) => value > least));
  const lowest = others[0] ?? most;
  const kept = most > lowest && lowest - least > most - lowest ? others : sorted;
  const [low = 0, first = 0, last = 0] = [0, 0.01, 0.99].map((share) => kept[Math.floor(share * (kept.length - 1))]);
  const range = last > first && last - first < (most - low) / 16 ? ([first, last] as const) : ([low, most] as const);
  if (!(range[1] > range[0])) throw measurementRefusal();
  return range;
}
