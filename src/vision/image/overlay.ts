import type { ColourMapName } from './colour-maps.js';
import { colourTable } from './colours.js';
import type { Pixels } from './decode.js';
import type { Size } from './geometry.js';
import { axisTaps, checkShape, mixRows } from './interpolation.js';
import { drawLegend, type WrittenLegend } from './legend.js';
import type { PlacedMap } from './legend-place.js';
import { sharp } from './sharp.js';

export interface OverlayOptions {
  /** Painted over in place. */
  photo: Pixels;
  /** See `levelsOver`. */
  levels: Uint8Array;
  colourMap: ColourMapName;
  /** Written for a picture of the photo's size; null for one that is too small for it. */
  legend?: WrittenLegend | null;
  /** JPEG quality, 1 to 100. */
  quality?: number;
}

/** Opacity of the hottest colour: the photo still shows through the maximum. */
const MAX_OPACITY = 0.6;

/** Colours and opacities are looked up by level; 256 of them are finer than the eye on a smooth map. */
const TOP_LEVEL = 255;

/** Shares of photo and colour are integers of this many bits, so that products of two stay within 32. */
const SHARE_BITS = 16;

const DEFAULT_QUALITY = 85;

/**
 * The heatmap for each pixel of a picture, which need not be there yet: 0 where the map says nothing, 255 where it is 1.
 *
 * @returns row-major height x width
 * @throws VisionError `invalid-argument` when the map is not `rows` x `columns`
 */
export function levelsOver({ map, window }: PlacedMap, { width, height }: Size): Uint8Array {
  checkShape(map);
  const result = new Uint8Array(width * height);
  const values = map.values.map((value) => (value > 0 ? Math.min(value, 1) * TOP_LEVEL : 0));
  const down = axisTaps(height, map.rows, window.top, window.height);
  const { start, end, lower, share } = axisTaps(width, map.columns, window.left, window.width);
  const mixed = new Float32Array(map.columns + 1);
  for (let y = down.start; y < down.end; y++) {
    mixRows(values, map.rows, map.columns, down.lower[y] ?? 0, down.share[y] ?? 0, mixed);
    const row = y * width;
    let x = start;
    while (x < end) {
      // All pixels between the same two cells lie on one straight line.
      const column = lower[x] ?? 0;
      const value = mixed[column] ?? 0;
      const slope = (mixed[column + 1] ?? 0) - value;
      for (; x < end && lower[x] === column; x++) {
        result[row + x] = value + slope * (share[x] ?? 0) + 0.5;
      }
    }
  }
  return result;
}

/**
 * Lays the heatmap over the photo, in place: out = (1 - a) photo + a colour(m) with a = 0.6 m. Where the map says
 * nothing (m = 0, or outside the window) the photo stays as it is, bit for bit.
 *
 * @param levels of each pixel, see `levelsOver`
 * @param table 256 RGB triples, see `colourTable`
 */
export function blend({ data }: Pixels, levels: Uint8Array, table: Uint8Array): void {
  const mixing = mixingTable(table);
  for (let pixel = 0, at = 0; pixel < levels.length; pixel++, at += 3) {
    const entry = (levels[pixel] ?? 0) * 4;
    if (entry === 0) {
      continue;
    }
    const kept = mixing[entry] ?? 0;
    data[at] = (Math.imul(data[at] ?? 0, kept) + (mixing[entry + 1] ?? 0)) >> SHARE_BITS;
    data[at + 1] = (Math.imul(data[at + 1] ?? 0, kept) + (mixing[entry + 2] ?? 0)) >> SHARE_BITS;
    data[at + 2] = (Math.imul(data[at + 2] ?? 0, kept) + (mixing[entry + 3] ?? 0)) >> SHARE_BITS;
  }
}

/**
 * Paints the heatmap, and the legend where there is one, over the photo and encodes the result.
 *
 * @returns a JPEG of the photo's dimensions
 */
export async function renderOverlay(options: OverlayOptions): Promise<Buffer> {
  const { photo, levels, colourMap, legend = null, quality = DEFAULT_QUALITY } = options;
  const table = colourTable(colourMap);
  blend(photo, levels, table);
  if (legend !== null) {
    drawLegend(photo, legend, table);
  }
  const { data, width, height } = photo;
  // The best Huffman tables would take a second pass, and half of the time again, for 1.3 % fewer bytes.
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, optimiseCoding: false })
    .toBuffer();
}

/**
 * Four integers a level: the photo's share, then each colour times its own share, with the half that makes the shift
 * round.
 */
function mixingTable(table: Uint8Array): Int32Array {
  const whole = 1 << SHARE_BITS;
  const mixing = new Int32Array((TOP_LEVEL + 1) * 4);
  for (let level = 0; level <= TOP_LEVEL; level++) {
    const opacity = Math.round((MAX_OPACITY * level * whole) / TOP_LEVEL);
    mixing[level * 4] = whole - opacity;
    for (let channel = 0; channel < 3; channel++) {
      mixing[level * 4 + 1 + channel] = opacity * (table[level * 3 + channel] ?? 0) + whole / 2;
    }
  }
  return mixing;
}
