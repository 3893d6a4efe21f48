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
