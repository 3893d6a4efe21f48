import { sizeOf } from '../trunk/plan.js';

/** Values of a tensor that are in memory at a time: 16 MB. */
const BLOCK = 2 ** 22;

/** A part of a tensor: from and up to where along each axis, and how many values that is. */
export interface Block {
  readonly range: readonly (readonly [from: number, to: number])[];
  readonly size: number;
}

/** Divides a tensor into blocks that lie in its order (row-major), each of at most 4 million values. */
export function* blocksOf(shape: readonly number[]): Generator<Block> {
  if (sizeOf(shape) === 0) return;
  // The first axis of which one place fits: those before it are walked place by place.
  let axis = 0;
  while (axis < shape.length - 1 && sizeOf(shape.slice(axis + 1)) > BLOCK) axis++;
  const [side = 1, ...after] = shape.slice(axis);
  const step = Math.max(1, Math.floor(BLOCK / sizeOf(after)));
  const before = shape.slice(0, axis);
  for (let place = 0; place < sizeOf(before); place++) {
    const outer = placesOf(place, before).map((at) => [at, at + 1] as const);
    for (let from = 0; from < side; from += step) {
      const to = Math.min(from + step, side);
      const inner = shape.length === 0 ? [] : [[from, to] as const, ...after.map((length) => [0, length] as const)];
      yield { range: [...outer, ...inner], size: (to - from) * sizeOf(after) };
    }
  }
}

/** Where the place of that number lies along each axis. */
function placesOf(place: number, shape: readonly number[]): number[] {
  let left = place;
  const places = shape.toReversed().map((side) => {
    const at = left % side;
    left = Math.floor(left / side);
    return at;
  });
  return places.reverse();
}
