import type { Legend } from '#sorot/vision/image/legend.js';
import { sharp } from '#sorot/vision/image/sharp.js';

/** Noise that neighbours share, so that it compresses like a photograph rather than like snow. */
function texture(side: number, seed: number): Buffer {
  let state = seed;
  return Buffer.from(
    Uint8Array.from({ length: side * side * 3 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    }),
  );
}

/**
 * A made-up photograph: large and small blotches of colour, about as many bytes a pixel as a camera's JPEG.
 */
export async function madePhoto(width: number, height: number, seed = 1): Promise<Buffer> {
  const layer = (side: number, kernel: 'cubic' | 'nearest') =>
    sharp(texture(side, seed + side), { raw: { width: side, height: side, channels: 3 } })
      .resize(width, height, { fit: 'fill', kernel })
      .raw()
      .toBuffer();
  const [coarse, fine] = [await layer(12, 'cubic'), await layer(240, 'cubic')];
  for (let i = 0; i < coarse.length; i++) coarse[i] = ((coarse[i] ?? 0) * 3 + (fine[i] ?? 0)) / 4;
  return sharp(coarse, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 87 })
    .toBuffer();
}

/** The same picture, a little lighter or darker each time, so that no answer comes from a cache. */
export async function variations(count: number, width: number, height: number): Promise<Buffer[]> {
  const base = await madePhoto(width, height);
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      sharp(base)
        .linear(1, index - count / 2)
        .jpeg({ quality: 90 })
        .toBuffer(),
    ),
  );
}

/** Words of the length that the bot writes on its heatmaps. */
export const LEGEND: Legend = {
  title: 'class 93 %',
  note: "relative to this picture's maximum",
  low: 'low',
  high: 'high',
};
