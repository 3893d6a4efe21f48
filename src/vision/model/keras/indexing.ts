import * as v from 'valibot';
import type { Call } from './call.js';

/** What an index into a picture or a feature map takes of its channels, everything of the other axes. */
export type ChannelIndex = { readonly kind: 'reversed' } | { readonly kind: 'one'; readonly channel: number };

const slice = v.object({ start: v.nullish(v.number()), stop: v.nullish(v.number()), step: v.nullish(v.number()) });

/** One part of an index: `...`, a number, or a slice as Keras 2 and Keras 3 write it. */
const part = v.union([
  v.pipe(
    v.looseObject({ class_name: v.literal('__ellipsis__') }),
    v.transform(() => '...' as const),
  ),
  v.pipe(
    v.looseObject({ class_name: v.literal('__slice__'), config: slice }),
    v.transform(({ config }) => config),
  ),
  v.number(),
  v.strictObject(slice.entries),
]);

type Part = v.InferOutput<typeof part>;

const legacy = v.looseObject({ slice_spec: v.array(part) });
const modern = v.looseObject({ args: v.tuple([v.unknown(), v.array(part)]) });

/** Batch, rows and columns. */
const AXES_BEFORE_CHANNELS = 3;

const isAll = (each: Part): boolean =>
  typeof each === 'object' && (each.start ?? null) === null && (each.stop ?? null) === null && (each.step ?? 1) === 1;

/**
 * What an index takes of the channels: all of them turned round, as `[..., ::-1]` does, or one, as `[..., 2]`.
 *
 * @returns null for any other index: rows that are turned round are no channels.
 */
export function channelIndex({ named, written }: Call): ChannelIndex | null {
  const [old, current] = [v.safeParse(legacy, named), v.safeParse(modern, written)];
  const parts = old.success ? old.output.slice_spec : current.success ? current.output.args[1] : [];
  const before = parts.slice(0, -1);
  const last = parts.at(-1);
  const ellipses = before.filter((each) => each === '...').length;
  const reachesChannels = ellipses === 1 || (ellipses === 0 && before.length === AXES_BEFORE_CHANNELS);
  if (!reachesChannels || !before.every((each) => each === '...' || isAll(each))) return null;
  if (typeof last === 'number') return Number.isInteger(last) && last >= 0 ? { kind: 'one', channel: last } : null;
  if (typeof last !== 'object') return null;
  const turned = last.step === -1 && (last.start ?? null) === null && (last.stop ?? null) === null;
  return turned ? { kind: 'reversed' } : null;
}
