import { sharp } from '#sorot/vision/image/sharp.js';
import { Canvas } from './canvas.js';
import type { Random } from './random.js';

/** Pictures are of the sizes that phones and screens have, a little smaller. */
export const SIZES = [
  [640, 480],
  [480, 640],
  [600, 600],
  [720, 405],
  [405, 720],
] as const;

/** One value a point of a coarse grid, spread over the picture. */
async function spread(random: Random, grid: number, channels: 1 | 3, kernel: 'nearest' | 'cubic'): Promise<Buffer> {
  const [width, height] = random.one(SIZES);
  const values = Buffer.from(random.several(grid * grid * channels, () => random.whole(0, 255)));
  return sharp(values, { raw: { width: grid, height: grid, channels } })
    .resize(width, height, { fit: 'fill', kernel })
    .png()
    .toBuffer();
}

/** From snow to clouds: noise of every coarseness, grey or coloured. */
export async function noise(random: Random): Promise<Buffer> {
  const grid = random.one([4, 8, 16, 48, 120, 300]);
  return spread(random, grid, random.one([1, 3] as const), random.one(['nearest', 'cubic'] as const));
}

/** From one colour to another, along a line or outwards. */
export async function gradient(random: Random): Promise<Buffer> {
  const [width, height] = random.one(SIZES);
  const stops = random.several(random.whole(2, 4), (index) => [index, random.colour()] as const);
  const inside = stops
    .map(([index, colour]) => `<stop offset="${(index / (stops.length - 1)).toFixed(2)}" stop-color="${colour}"/>`)
    .join('');
  const canvas = new Canvas(width, height, 'white');
  canvas.shape(
    random.chance(0.5)
      ? `<linearGradient id="g" x1="0" y1="0" x2="${random.between(0, 1).toFixed(2)}" y2="${random.between(0, 1).toFixed(2)}">${inside}</linearGradient>`
      : `<radialGradient id="g" cx="${random.between(0.2, 0.8).toFixed(2)}" cy="${random.between(0.2, 0.8).toFixed(2)}">${inside}</radialGradient>`,
  );
  canvas.rectangle(0, 0, width, height, 'url(#g)');
  return canvas.png();
}

/** One colour, with as much grain as a lens cap or a finger leaves, or none. */
export async function blank(random: Random): Promise<Buffer> {
  const [width, height] = random.one(SIZES);
  const colour = random.one([[255, 255, 255], [0, 0, 0], random.several(3, () => random.whole(0, 255))]);
  const grain = random.one([0, 0, 6, 14]);
  const pixels = Buffer.alloc(width * height * 3);
  for (let at = 0; at < pixels.length; at++) {
    const value = (colour[at % 3] ?? 0) + (grain === 0 ? 0 : random.whole(-grain, grain));
    pixels[at] = Math.min(255, Math.max(0, value));
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
