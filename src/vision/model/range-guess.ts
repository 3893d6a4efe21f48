import { isInterval } from '../pixel-range.js';
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
  [0.1, 4],
  [25, 100],
];
/** How many standard deviations the mean may be from zero; of 0 to 1 as it is, it is 1.8. */
const OFF_CENTRE = 2.2;

/** How much better the best range must be than the next, in the units of `strangeness`. */
const MARGIN = 1;

/** A channel of a value that is one of the picture's channels, scaled: x * scale + shift. */
interface Channel {
  readonly scale: number;
  readonly shift: number;
}

/** What the layers before the first others make of the picture. */
interface Scaling {
  readonly channels: readonly Channel[];
  /** The value made by the first of them that scales. */
  readonly first: string;
}

const at = ({ values }: Weights, channel: number): number => values[values.length === 1 ? 0 : channel] ?? 0;

/** Which of its input's channels each output of a convolution is that only picks some, as reversed colours are read. */
function pickedChannels({ operation }: Step): number[] | null {
  if (operation.op !== 'conv' || operation.bias !== null || operation.groups !== 1) return null;
  const { shape, values } = operation.filter;
  const [height, width, inputs = 0, outputs = 0] = shape;
  if (height !== 1 || width !== 1 || operation.strides.some((stride) => stride !== 1)) return null;
  const picked = Array.from({ length: outputs }, (_, output) => {
    const column = Array.from({ length: inputs }, (_each, input) => values[input * outputs + output] ?? 0);
    const ones = column.filter((value) => value === 1).length;
    return ones === 1 && column.every((value) => value === 0 || value === 1) ? column.indexOf(1) : -1;
  });
  return picked.includes(-1) ? null : picked;
}

/** The channels that a step makes of others, or null where it does more than to scale, pick and move them. */
function channelsAfter(step: Step, given: readonly (readonly Channel[])[]): readonly Channel[] | null {
  const { operation } = step;
  const [first = []] = given;
  if (operation.op === 'affine') {
    return first.map(({ scale, shift }, channel) => ({
      scale: scale * at(operation.scale, channel),
      shift: shift * at(operation.scale, channel) + at(operation.shift, channel),
    }));
  }
  if (operation.op === 'concat') return operation.axis === step.shape.length - 1 ? given.flat() : null;
  const kept = operation.op === 'layer' && ['Resizing', 'CenterCrop'].includes(operation.className);
  if (kept || ['pad', 'crop', 'upsample', 'pool'].includes(operation.op)) return first;
  return pickedChannels(step)?.flatMap((channel) => first[channel] ?? []) ?? null;
}

/** What a network begins with by scaling, where all that comes later reads the same; else null. */
function firstScaling({ input, steps }: Pick<Network, 'input' | 'steps'>): Scaling | null {
  const picture = Array.from({ length: input.channels }, (): Channel => ({ scale: 1, shift: 0 }));
  const known = new Map<string, readonly Channel[]>([[INPUT, picture]]);
  const read = new Set<string>();
  let first: string | null = null;
  for (const step of steps) {
    const given = step.inputs.map((name) => known.get(name)).filter((channels) => channels !== undefined);
    const made = given.length === step.inputs.length ? channelsAfter(step, given) : null;
    if (made !== null) {
      known.set(step.name, made);
      if (step.operation.op === 'affine') first ??= step.name;
    } else {
      for (const name of step.inputs) if (known.has(name)) read.add(name);
    }
  }
  const [only, another] = read;
  const channels = known.get(only ?? '');
  return first === null || another !== undefined || channels === undefined ? null : { channels, first };
}

/** Where a channel's pixels of a range lie after the scaling. */
function landing({ scale, shift }: Channel, [low, high]: Interval): Interval {
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
function rangeBefore({ channels }: Scaling): Interval | null {
  const landings = RANGES.map((range) => channels.map((channel) => landing(channel, range)));
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
  if (architecture === null || (!isInterval(architecture.range) && network.input.channels !== 3)) return null;
  return { from: 'architecture', range: architecture.range, architecture: architecture.name };
}
