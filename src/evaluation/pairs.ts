import { maxIndex } from 'd3-array';
import type { Pixels } from '../vision/image/decode.js';
import type { HeatmapValues } from '../vision/image/interpolation.js';

/** Two pictures of half the width each, beside each other. */
export function besideEachOther(left: Pixels, right: Pixels): Pixels {
  const width = left.width + right.width;
  const data = new Uint8Array(width * left.height * 3);
  for (let row = 0; row < left.height; row++) {
    for (const { pixels, from } of [
      { pixels: left, from: 0 },
      { pixels: right, from: left.width },
    ]) {
      const line = pixels.data.subarray(row * pixels.width * 3, (row + 1) * pixels.width * 3);
      data.set(line, (row * width + from) * 3);
    }
  }
  return { data, width, height: left.height };
}

/**
 * The half that a map's maximum lies in. A cell in the very middle, as maps of an odd number of columns have, is in
 * neither.
 */
export function halfOfPeak({ columns, values }: HeatmapValues): 'left' | 'right' | 'neither' {
  const column = maxIndex(values) % columns;
  const fromMiddle = column + 0.5 - columns / 2;
  if (fromMiddle === 0) return 'neither';
  return fromMiddle < 0 ? 'left' : 'right';
}
