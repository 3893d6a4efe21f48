import { isNamedRange } from '../pixel-range.js';
import { INPUT } from '../trunk/plan.js';
import type { Step, Weights } from '../trunk/plan.js';
import { architectureOf } from './architectures.js';
import type { RangeGuess } from './findings.js';
import type { Network } from './network.js';

/** Ranges that networks are trained on. */
const RANGES = [
  [0, 255],
  [0, 1],
  [-1, 1],
] as const;
type Interval = readonly [low: number, high: number];

/** Where rescaling layers bring pixels to. */
const CANONICAL: readonly Interval[] = [...RANGES, [-0.5, 0.5]];

/** Mean and standard deviation of the pixels of photographs, as shares of the range; ImageNet's, rounded. */
const [MEAN, DEVIATION] = [0.45, 0.25];

/** Spread of pixels that a network learns well from, and of 0 to 255 that were shifted only. */
const SPREADS: readonly Interval[] = [
  [0.1, 2],
  [25, 100],
];
/** How many standard deviations the mean may be from zero; of 0 to 1 as it is, it is 1.8. */
const OFF_CENTRE = 2.2;

/** How much better the best range must be than the next, in the units of `strangeness`. */
const MARGIN = 1;

/** What the layers before the first others do with a channel: x * scale + shift. */
interface Scaling {
  readonly scale: readonly number[];
  readonly shift: readonly number[];
  /** The value made by the first of those layers. */
  readonly first: string;
}

/** Steps that leave a pixel's value as it is. */
function keepsValues({ operation, inputs }: Step): boolean {
  if (operation.op === 'concat') return inputs.every((input) => input === inputs[0]);
  if (operation.op === 'layer') return ['Resizing', 'CenterCrop'].includes(operation.className);
  return ['pad', 'crop', 'upsample', 'pool'].includes(operation.op);
}

const at = ({ values }: Weights, channel: number): number => values[values.length === 1 ? 0 : channel] ?? 0;

/** The affine steps that a network begins with, as one; null where it begins with something else. */
function firstScaling({ input, steps }: Pick<Network, 'input' | 'steps'>): Scaling | null {
  let scale = Array.from({ length: input.channels }, () => 1);
  let shift = scale.map(() => 0);
  let first: string | null = null;
  for (let value = INPUT; ;) {
    const [step, another] = steps.filter(({ inputs }) => inputs.includes(value));
    if (step === undefined || another !== undefined) break;
    const { operation } = step;
    if (operation.op === 'affine') {
      shift = shift.map((each, channel) => each * at(operation.scale, channel) + at(operation.shift, channel));
      scale = scale.map((each, channel) => each * at(operation.scale, channel));
      first ??= step.name;
    } else if (!keepsValues(step)) break;
    value = step.name;
  }
  return first === null ? null : { scale, shift, first };
}

/** Where a channel's pixels of a range lie after the scaling. */
function landing(scale: number, shift: number, [low, high]: Interval): Interval {
  const ends = [low * scale + shift, high * scale + shift];
  return [Math.min(...ends), Math.max(...ends)];
}

function isNear([low, high]: Interval, [otherLow, otherHigh]: Interval): boolean {
  const tolerance = 0.02 * (otherHigh - otherLow);
  return Math.abs(low - otherLow) <= tolerance && Math.abs(high - otherHigh) <= tolerance;
}

/** How far from mean 0 and deviation 1 a channel of photographs lies after the scaling; Infinity where no network would learn. */
function strangeness(interval: Interval): number {
  const width = interval[1] - interval[0];
  const deviation = width * DEVIATION;
  const offCentre = Math.abs(interval[0] + width * MEAN) / deviation;
  const band = SPREADS.find(([low, high]) => low <= deviation && deviation <= high);
  if (band === undefined || offCentre > OFF_CENTRE) return Infinity;
  return Math.abs(Math.log(deviation / (band[0] < 1 ? 1 : 64))) + offCentre;
}

/** The range from which a scaling brings pixels to where networks want them, or null where several or none may be. */
function rangeBefore({ scale, shift }: Scaling): Interval | null {
  const landings = RANGES.map((range) => scale.map((each, channel) => landing(each, shift[channel] ?? 0, range)));
  const exact = RANGES.filter((_, index) =>
    CANONICAL.some((target) => landings[index]?.every((interval) => isNear(interval, target))),
  );
  if (exact.length === 1) return exact[0] ?? null;
  if (exact.length > 1) return null;
  const ranked = RANGES.map((range, index) => {
    const each = (landings[index] ?? []).map(strangeness);
    return { range, strange: each.reduce((sum, one) => sum + one, 0) / each.length };
  }).sort((a, b) => a.strange - b.strange);
  const [best, next] = ranked;
  if (best === undefined || !Number.isFinite(best.strange)) return null;
  return (next?.strange ?? Infinity) - best.strange >= MARGIN ? best.range : null;
}

/**
 * Guesses which pixel values a network was trained on: what its own first layers scale from, else the preprocessing of
 * the architecture that its layers are named after.
 *
 * @returns null where neither tells.
 */
export function guessRange(network: Pick<Network, 'input' | 'steps' | 'layers'>): RangeGuess | null {
  const scaling = firstScaling(network);
  const range = scaling && rangeBefore(scaling);
  if (scaling !== null && range !== null) {
    const [layer] = [...network.layers].find(([, value]) => value === scaling.first) ?? [scaling.first];
    return { from: 'own-layers', range, layer };
  }
  const architecture = architectureOf(network.layers.keys());
  if (architecture === null || (isNamedRange(architecture.range) && network.input.channels !== 3)) return null;
  return { from: 'architecture', range: architecture.range, architecture: architecture.name };
}
