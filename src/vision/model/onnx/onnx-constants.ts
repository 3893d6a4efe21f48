import { sizeOf } from '../../trunk/plan.js';
import type { Weights } from '../../trunk/plan.js';

/** A value of an ONNX graph that does not depend on the picture. */
export interface Constant extends Weights {
  /** Whether its numbers are whole, as those of shapes are: their quotients are too. */
  readonly whole: boolean;
}

export function wholeNumbers(values: readonly number[]): Constant {
  return { shape: [values.length], values: Float32Array.from(values), whole: true };
}

/** Numbers that shapes are computed of: more are no shape, and weights are folded by who exports. */
const MOST_COMPUTED = 2 ** 16;

type Pairwise = (a: number, b: number, whole: boolean) => number;

const PAIRWISE: Readonly<Record<string, Pairwise>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b, whole) => (whole ? Math.trunc(a / b) : a / b),
  Mod: (a, b) => a - b * Math.floor(a / b),
  Pow: (a, b) => a ** b,
  Max: (a, b) => Math.max(a, b),
  Min: (a, b) => Math.min(a, b),
  Equal: (a, b) => Number(a === b),
  Less: (a, b) => Number(a < b),
  Greater: (a, b) => Number(a > b),
};

const EACH: Readonly<Record<string, (a: number) => number>> = {
  Neg: (a) => -a,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Sqrt: Math.sqrt,
  Exp: Math.exp,
  Reciprocal: (a) => 1 / a,
  Abs: Math.abs,
  Not: (a) => Number(a === 0),
};

/** Of two constants of which one is a single number, or both have the same shape; null of others. */
function pairwise(compute: Pairwise, a: Constant, b: Constant): Constant | null {
  const [larger, smaller] = a.values.length >= b.values.length ? [a, b] : [b, a];
  const alike = larger.shape.join() === smaller.shape.join();
  if (!alike && smaller.values.length !== 1) return null;
  const whole = a.whole && b.whole;
  const at = ({ values }: Constant, index: number): number => values[values.length === 1 ? 0 : index] ?? 0;
  const values = larger.values.map((_, index) => compute(at(a, index), at(b, index), whole));
  return { shape: larger.shape, values, whole };
}

/** Along the first axis. */
function gathered(data: Constant, indices: Constant): Constant {
  const [side = 1, ...rest] = data.shape;
  const length = sizeOf(rest);
  const parts = Array.from(indices.values, (index) => {
    const at = index < 0 ? index + side : index;
    if (at < 0 || at >= side) throw new Error(`it takes number ${index} of ${side}`);
    return data.values.subarray(at * length, (at + 1) * length);
  });
  const values = new Float32Array(parts.length * length);
  parts.forEach((part, index) => {
    values.set(part, index * length);
  });
  return { shape: [...indices.shape, ...rest], values, whole: data.whole };
}

/** Where a slice of an axis begins and ends, as the format counts: from the end where negative, clamped. */
export function sliceOf(side: number, start: number, end: number): readonly [from: number, to: number] {
  const place = (at: number): number => Math.min(Math.max(at < 0 ? at + side : at, 0), side);
  return [place(start), place(end)];
}

/** Every `step`-th along one axis, backwards where it is negative: PyTorch turns paddings around so. */
function sliced({ shape, values, whole }: Constant, bounds: readonly Constant[]): Constant | null {
  const [start = 0, end = 0, along = 0, step = 1] = bounds.map(({ values: [value] }) => value);
  const axis = along < 0 ? along + shape.length : along;
  const side = shape[axis];
  // Of nothing a side may be of any length, and what is not whole would never come to its end.
  const isWhole = [start, end, along, step].every(Number.isInteger);
  if (side === undefined || step === 0 || !isWhole || values.length === 0) return null;
  const kept: number[] = [];
  if (step > 0) {
    const [from, to] = sliceOf(side, start, end);
    for (let at = from; at < to; at += step) kept.push(at);
  } else {
    // Backwards the last place is -1, which `end` only reaches from far below.
    const [from, to] = [start, end].map((at) => Math.min(Math.max(at < 0 ? at + side : at, -1), side - 1));
    for (let at = from ?? -1; at > (to ?? -1); at += step) kept.push(at);
  }
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = Array.from({ length: sizeOf(shape.slice(0, axis)) }, (_, row) => row * side);
  const made = outer.flatMap((row) =>
    kept.flatMap((at) => [...values.subarray((row + at) * inner, (row + at + 1) * inner)]),
  );
  return {
    shape: shape.map((length, index) => (index === axis ? kept.length : length)),
    values: Float32Array.from(made),
    whole,
  };
}

/** The same numbers with axes in another order. */
export function transposed({ shape, values }: Weights, perm: readonly number[]): Weights {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const sides = perm.map((axis) => shape[axis] ?? 1);
  const steps = perm.map((axis) => strides[axis] ?? 0);
  const result = new Float32Array(values.length);
  const at = sides.map(() => 0);
  for (let to = 0, from = 0; to < result.length; to++) {
    result[to] = values[from] ?? 0;
    for (let axis = sides.length - 1; axis >= 0; axis--) {
      const [step = 0, side = 1, place = 0] = [steps[axis], sides[axis], at[axis]];
      if (place + 1 < side) {
        at[axis] = place + 1;
        from += step;
        break;
      }
      at[axis] = 0;
      from -= step * place;
    }
  }
  return { shape: sides, values: result };
}

/** What nodes that compute shapes need of their attributes. */
export interface FoldingCall {
  readonly op: string;
  readonly inputs: readonly Constant[];
  readonly axis: number;
  readonly perm: readonly number[];
  /** Of a constant of a shape: the number that fills it. */
  readonly fill: Constant | null;
}

/**
 * What a node makes of constants, where it is one of those that exporters leave in graphs to compute shapes.
 *
 * @returns null for others, and for more than shapes have.
 * @throws Error with the rest of a sentence about the node.
 */
export function foldConstants({ op, inputs, axis, perm, fill }: FoldingCall): Constant | null {
  const [first, second, third] = inputs;
  if (first === undefined) return null;
  if (op === 'Transpose') {
    const order = perm.length > 0 ? perm : first.shape.map((_, index) => first.shape.length - 1 - index);
    return { ...transposed(first, order), whole: first.whole };
  }
  if (inputs.some(({ values }) => values.length > MOST_COMPUTED)) return null;
  const each = EACH[op];
  if (each !== undefined) return { ...first, values: first.values.map((value) => each(value)) };
  const both = PAIRWISE[op];
  if (both !== undefined && second !== undefined) return pairwise(both, first, second);
  switch (op) {
    case 'Gather':
      return axis === 0 && second !== undefined ? gathered(first, second) : null;
    case 'Concat':
      if (inputs.some(({ shape }) => shape.length !== 1)) return null;
      return { ...wholeNumbers(inputs.flatMap(({ values }) => [...values])), whole: first.whole };
    case 'Slice':
      return inputs.slice(1).some(({ values }) => values.length !== 1) ? null : sliced(first, inputs.slice(1));
    case 'ConstantOfShape': {
      const shape = [...first.values];
      if (sizeOf(shape) > MOST_COMPUTED) return null;
      const values = new Float32Array(sizeOf(shape)).fill(fill?.values[0] ?? 0);
      return { shape, values, whole: fill?.whole ?? false };
    }
    case 'Where': {
      if (second?.values.length !== first.values.length || third?.values.length !== first.values.length) return null;
      return {
        ...second,
        values: second.values.map((value, at) => (first.values[at] ? value : (third.values[at] ?? 0))),
      };
    }
    default:
      return null;
  }
}
