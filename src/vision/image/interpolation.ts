import { VisionError } from '../vision-error.js';
import type { InputWindow } from './geometry.js';

/** A heatmap on the network's grid: row-major values from 0 (no evidence) to 1 (its maximum). */
export interface HeatmapValues {
  rows: number;
  columns: number;
  values: Float32Array;
}

/** For each pixel along one axis: the lower of the two grid cells it lies between, and the share of the upper one. */
export interface AxisTaps {
  /** Pixels from `start` up to, not including, `end` lie on the grid. */
  start: number;
  end: number;
  lower: Int32Array;
  share: Float32Array;
}

/**
 * Bilinear sampling positions with half-pixel centres: cell centres lie at (i + 0.5) / cells of the window, pixel
 * centres at (x + 0.5) / length of the photo, and pixels beyond the outermost centres take the edge cell. This is
 * `align_corners = False` in PyTorch and what OpenCV and Pillow do when enlarging.
 *
 * @param length pixels along the photo
 * @param cells grid cells along the window
 * @param offset where the window begins, in fractions of the photo
 * @param extent the window's length, in fractions of the photo
 */
export function axisTaps(length: number, cells: number, offset: number, extent: number): AxisTaps {
  const lower = new Int32Array(length);
  const share = new Float32Array(length);
  let start = length;
  let end = 0;
  for (let x = 0; x < length; x++) {
    const inWindow = ((x + 0.5) / length - offset) / extent;
    if (inWindow < 0 || inWindow > 1) {
      continue;
    }
    start = Math.min(start, x);
    end = x + 1;
    const position = Math.min(Math.max(inWindow * cells - 0.5, 0), cells - 1);
    lower[x] = Math.floor(position);
    share[x] = position - Math.floor(position);
  }
  return { start: Math.min(start, end), end, lower, share };
}

/**
 * One pixel row of the grid, still `columns` wide: the mix of the two grid rows around it.
 *
 * @param grid row-major, `rows` x `columns`
 * @param mixed receives `columns` values and the last of them once more, so that `lower + 1` is always there
 */
export function mixRows(
  grid: Float32Array,
  rows: number,
  columns: number,
  lower: number,
  share: number,
  mixed: Float32Array,
): void {
  const above = lower * columns;
  const below = Math.min(lower + 1, rows - 1) * columns;
  for (let column = 0; column < columns; column++) {
    const value = grid[above + column] ?? 0;
    mixed[column] = value + ((grid[below + column] ?? 0) - value) * share;
  }
  mixed[columns] = mixed[columns - 1] ?? 0;
}

/**
 * The heatmap in the photo's frame: bilinear with half-pixel centres, clamped at the edges, zero outside the window.
 *
 * @param window where the map lies on the photo, see `inputWindow`
 * @param width @param height of the photo in pixels
 * @returns row-major height x width values
 * @throws VisionError `invalid-argument` when the map is not `rows` x `columns`
 */
export function upsample(map: HeatmapValues, window: InputWindow, width: number, height: number): Float32Array {
  checkShape(map);
  const across = axisTaps(width, map.columns, window.left, window.width);
  const down = axisTaps(height, map.rows, window.top, window.height);
  const mixed = new Float32Array(map.columns + 1);
  const result = new Float32Array(width * height);
  for (let y = down.start; y < down.end; y++) {
    mixRows(map.values, map.rows, map.columns, down.lower[y] ?? 0, down.share[y] ?? 0, mixed);
    for (let x = across.start; x < across.end; x++) {
      const column = across.lower[x] ?? 0;
      const value = mixed[column] ?? 0;
      result[y * width + x] = value + ((mixed[column + 1] ?? 0) - value) * (across.share[x] ?? 0);
    }
  }
  return result;
}

/** @throws VisionError `invalid-argument` when the map is not `rows` x `columns` */
export function checkShape({ rows, columns, values }: HeatmapValues): void {
  if (rows < 1 || columns < 1 || values.length !== rows * columns) {
    throw new VisionError(
      'invalid-argument',
      `Expected a heatmap of ${rows} x ${columns} values, got ${values.length} values.`,
    );
  }
}
