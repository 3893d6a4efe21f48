import type { Pixels } from './decode.js';
import type { TextMask } from './text.js';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * Darkens a box with round, smooth corners, in place.
 *
 * @param box whole pixels, inside the picture
 * @param radius of the corners in pixels, at most half the shorter side
 * @param opacity of the black, 0..1
 */
export function darkenBox(photo: Pixels, box: Box, radius: number, opacity: number): void {
  const { data, width } = photo;
  for (let y = 0; y < box.height; y++) {
    const dy = Math.max(radius - y - 0.5, y + 0.5 - (box.height - radius), 0);
    let at = ((box.top + y) * width + box.left) * 3;
    for (let x = 0; x < box.width; x++, at += 3) {
      const dx = Math.max(radius - x - 0.5, x + 0.5 - (box.width - radius), 0);
      const inside = dx > 0 && dy > 0 ? Math.min(Math.max(radius + 0.5 - Math.hypot(dx, dy), 0), 1) : 1;
      const kept = 1 - inside * opacity;
      data[at] = (data[at] ?? 0) * kept;
      data[at + 1] = (data[at + 1] ?? 0) * kept;
      data[at + 2] = (data[at + 2] ?? 0) * kept;
    }
  }
}

/**
 * Fills a box from left to right with a colour table, in place.
 *
 * @param box whole pixels, inside the picture
 * @param table 256 RGB triples, see `colourTable`
 */
export function fillGradient(photo: Pixels, box: Box, table: Uint8Array): void {
  const row = new Uint8Array(box.width * 3);
  for (let x = 0; x < box.width; x++) {
    const level = Math.round((x * 255) / Math.max(1, box.width - 1));
    row.set(table.subarray(level * 3, level * 3 + 3), x * 3);
  }
  for (let y = 0; y < box.height; y++) {
    photo.data.set(row, ((box.top + y) * photo.width + box.left) * 3);
  }
}

/**
 * Writes text in white, in place; what would lie outside the picture is left out.
 *
 * @param left @param baseline where the line begins, in whole pixels
 * @param opacity 0..1
 */
export function stampText(photo: Pixels, mask: TextMask, left: number, baseline: number, opacity: number): void {
  const { data, width, height } = photo;
  const top = baseline - mask.baseline;
  const columns = Math.min(mask.width, width - left);
  for (let y = Math.max(0, 0 - top); y < Math.min(mask.height, height - top); y++) {
    for (let x = 0; x < columns; x++) {
      const covered = mask.coverage[y * mask.width + x] ?? 0;
      if (covered === 0) {
        continue;
      }
      const share = (covered * opacity) / 255;
      const at = ((top + y) * width + left + x) * 3;
      for (let channel = at; channel < at + 3; channel++) {
        const under = data[channel] ?? 0;
        data[channel] = under + (255 - under) * share;
      }
    }
  }
}
