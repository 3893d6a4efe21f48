import type { InputWindow, Size } from './geometry.js';
import { upsample, type HeatmapValues } from './interpolation.js';
import type { Box } from './paint.js';

/** Where a heatmap lies on its photo. */
export interface PlacedMap {
  readonly map: HeatmapValues;
  readonly window: InputWindow;
}

/** The evidence is looked at in so many cells along each side: some nine for each of a map of 14. */
const CELLS = 128;

/** A value from this share of the strongest that can be seen is one of the hottest spots. */
const HOT = 0.9;

/** Corners are about equal where the mean evidence under the box differs by no more. */
const ABOUT_EQUAL = 0.05;

/**
 * The corner in which a box hides the least of a heatmap: none over a hottest spot where another is free of it, then the
 * one with the least evidence under it. Bottom left, bottom right, top left, top right: where they are about equal, the
 * first.
 *
 * @param picture @param size of the picture and the box, in whole pixels
 * @param margin between the box and the picture's edges
 */
export function leastHiding(picture: Size, size: Size, margin: number, { map, window }: PlacedMap): Box {
  const evidence = upsample(map, window, CELLS, CELLS);
  const hot = HOT * evidence.reduce((most, value) => Math.max(most, value), 0);
  const usual = { left: margin, top: picture.height - margin - size.height, ...size };
  const right = picture.width - margin - size.width;
  const corners: readonly Box[] = [
    usual,
    { ...usual, left: right },
    { ...usual, top: margin },
    { ...usual, top: margin, left: right },
  ];
  const hidden = corners.map((box) => hiddenBy(box, picture, evidence, hot));
  const least = Math.min(...hidden);
  return corners.find((_, index) => (hidden[index] ?? 0) <= least + ABOUT_EQUAL) ?? usual;
}

/** The mean evidence under a box, and one more where that is among the hottest. */
function hiddenBy({ left, top, width, height }: Box, picture: Size, evidence: Float32Array, hot: number): number {
  const cell = (at: number, length: number): number => Math.floor((at * CELLS) / length);
  const [first, last] = [cell(left, picture.width), cell(left + width - 1, picture.width)];
  let sum = 0;
  let count = 0;
  let hottest = 0;
  for (let row = cell(top, picture.height); row <= cell(top + height - 1, picture.height); row++) {
    for (let column = first; column <= last; column++, count++) {
      const value = evidence[row * CELLS + column] ?? 0;
      sum += value;
      hottest = Math.max(hottest, value);
    }
  }
  return sum / count + (hottest >= hot ? 1 : 0);
}
