import { max } from 'd3-array';
import type { Pixels } from '../vision/image/decode.js';
import { upsample } from '../vision/image/interpolation.js';
import type { HeatmapValues } from '../vision/image/interpolation.js';
import { sharp } from '../vision/image/sharp.js';

/** Orders in which pixels go: the map's, and those that a map must do better than. */
export const RANKINGS = ['heatmap', 'random', 'centre', 'edges'] as const;
export type Ranking = (typeof RANKINGS)[number];

/** Areas under the two curves of one order, 0..1. */
export interface Perturbed {
  /** Probability of the class while the most important pixels go first: lower is better. */
  readonly deletion: number;
  /** Probability while they come back first: higher is better. */
  readonly insertion: number;
}

/** Parts in which a picture goes and comes: each is a forward pass in each direction and order. */
const STEPS = 6;

/** What replaces a pixel is the picture blurred by this share of its longer side: no hard edges, no detail left. */
const BLUR_SHARE = 0.1;

/** Standard deviation of the centre order, as a share of each side. */
const CENTRE_SPREAD = 0.25;

/** Luminance weights of ITU-R BT.601. */
const LUMA = [0.299, 0.587, 0.114] as const;

const WHOLE = { left: 0, top: 0, width: 1, height: 1 };

function randomGrid({ rows, columns }: HeatmapValues, random: () => number): HeatmapValues {
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, random) };
}

function centreScores(width: number, height: number): Float32Array {
  const bell = (at: number, length: number): number => ((at + 0.5) / length - 0.5) ** 2 / CENTRE_SPREAD ** 2;
  return Float32Array.from({ length: width * height }, (_, index) =>
    Math.exp(-(bell(index % width, width) + bell(Math.floor(index / width), height)) / 2),
  );
}

/** Sobel's gradient magnitude of the luminance, summed over the cells of the map's grid. */
function edgeGrid({ data, width, height }: Pixels, { rows, columns }: HeatmapValues): HeatmapValues {
  const luma = (x: number, y: number): number => {
    const at = (Math.min(Math.max(y, 0), height - 1) * width + Math.min(Math.max(x, 0), width - 1)) * 3;
    return LUMA[0] * (data[at] ?? 0) + LUMA[1] * (data[at + 1] ?? 0) + LUMA[2] * (data[at + 2] ?? 0);
  };
  const values = new Float32Array(rows * columns);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const side = (dx: number): number => luma(x + dx, y - 1) + 2 * luma(x + dx, y) + luma(x + dx, y + 1);
      const level = (dy: number): number => luma(x - 1, y + dy) + 2 * luma(x, y + dy) + luma(x + 1, y + dy);
      const cell = Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width);
      values[cell] = (values[cell] ?? 0) + Math.hypot(side(1) - side(-1), level(1) - level(-1));
    }
  }
  return { rows, columns, values };
}

/** A score a pixel by a map. */
export function mapScores({ width, height }: Pixels, map: HeatmapValues): Float32Array {
  return upsample(map, WHOLE, width, height);
}

/**
 * A score a pixel for every order. The random and the edge order are as coarse as the map, so that only the order
 * differs.
 *
 * @param random uniform numbers of 0..1
 * @returns height x width scores each, row-major
 */
export function scoresOf(pixels: Pixels, map: HeatmapValues, random: () => number): Record<Ranking, Float32Array> {
  const { width, height } = pixels;
  return {
    heatmap: mapScores(pixels, map),
    random: upsample(randomGrid(map, random), WHOLE, width, height),
    centre: centreScores(width, height),
    edges: upsample(edgeGrid(pixels, map), WHOLE, width, height),
  };
}

/** The picture so blurred that nothing can be recognised in it. */
export async function blurred({ data, width, height }: Pixels): Promise<Uint8Array> {
  const sigma = Math.max(1, Math.max(width, height) * BLUR_SHARE);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .blur(sigma)
    .raw()
    .toBuffer();
}

/** Finer than single precision tells scores apart. */
const LEVELS = 2 ** 24;

/**
 * The pixels by their score, highest first, equal ones in their own order. Level and place in one number are sorted ten
 * times as fast as places by comparing scores.
 */
function orderOf(scores: Float32Array): Uint32Array {
  const highest = Math.max(max(scores) ?? 0, Number.MIN_VALUE);
  const keys = Float64Array.from(scores, (score, pixel) => {
    const level = Math.round((1 - Math.max(score, 0) / highest) * LEVELS);
    return level * scores.length + pixel;
  });
  return Uint32Array.from(keys.sort(), (key) => key % scores.length);
}

/** The area under a curve of equally spaced values, by trapezoids. */
function areaUnder(values: readonly number[]): number {
  const inner = values.slice(1).reduce((sum, value, index) => sum + (value + (values[index] ?? 0)) / 2, 0);
  return inner / (values.length - 1);
}

/** A picture, what its pixels are replaced by, and what the network says of any picture: its class' probability. */
export interface Perturbing {
  /** RGB triples. */
  readonly picture: Uint8Array;
  readonly ground: Uint8Array;
  readonly probability: (picture: Uint8Array) => Promise<number>;
}

/**
 * Deletion and insertion (Petsiuk et al. 2018, section 3.2) in the order of each of the scores, highest first.
 *
 * @param scores one a pixel, from 0
 */
export async function perturb<Name extends string>(
  { picture, ground, probability }: Perturbing,
  scores: Readonly<Record<Name, Float32Array>>,
): Promise<Record<Name, Perturbed>> {
  const [whole, gone] = [await probability(picture), await probability(ground)];
  /** The probabilities between both ends while `from` turns into `to`. */
  const between = async (order: Uint32Array, from: Uint8Array, to: Uint8Array): Promise<number[]> => {
    const changing = Uint8Array.from(from);
    const values: number[] = [];
    for (let step = 1; step < STEPS; step++) {
      const [begin, end] = [step - 1, step].map((each) => Math.round((order.length * each) / STEPS));
      for (const pixel of order.subarray(begin, end)) changing.set(to.subarray(pixel * 3, pixel * 3 + 3), pixel * 3);
      values.push(await probability(changing));
    }
    return values;
  };
  const results: [string, Perturbed][] = [];
  for (const [name, score] of Object.entries<Float32Array>(scores)) {
    const order = orderOf(score);
    results.push([
      name,
      {
        deletion: areaUnder([whole, ...(await between(order, picture, ground)), gone]),
        insertion: areaUnder([gone, ...(await between(order, ground, picture)), whole]),
      },
    ]);
  }
  return Object.fromEntries(results) as Record<Name, Perturbed>;
}
