import { NoStepError } from '../builder.js';
import { isConstant } from './onnx-call.js';
import type { Made, OnnxCall } from './onnx-call.js';
import { sliceOf, wholeNumbers } from './onnx-constants.js';
import type { Constant } from './onnx-constants.js';
import type { Mapped } from './onnx-layout.js';

function reshaped(call: OnnxCall, shape: readonly number[]): Made {
  if (call.isConstant(0)) {
    const constant = call.constant(0);
    if (shape.reduce((size, side) => size * side, 1) !== constant.values.length) throw new NoStepError('it is odd');
    return { ...constant, shape };
  }
  return call.layout.reshape(call.name, call.value(0), shape);
}

function shapeOf(call: OnnxCall): readonly number[] {
  return call.isConstant(0) ? call.constant(0).shape : call.layout.shape(call.value(0));
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, side) => size * side, 1);

function axesOf(call: OnnxCall, rank: number): readonly number[] | null {
  return call.numbers(1, 'axes')?.map((axis) => (axis < 0 ? axis + rank : axis)) ?? null;
}

/** A side of 0 stays, one of -1 is what is left. */
export function reshape(call: OnnxCall): Made {
  const before = shapeOf(call);
  const given = (call.numbers(1, 'shape') ?? []).map((side, axis) => (side === 0 ? (before[axis] ?? 1) : side));
  const known = sizeOf(given.filter((side) => side !== -1));
  return reshaped(
    call,
    given.map((side) => (side === -1 ? sizeOf(before) / known : side)),
  );
}

export function flatten(call: OnnxCall): Made {
  const shape = shapeOf(call);
  const given = call.int('axis', 1);
  const axis = given < 0 ? given + shape.length : given;
  return reshaped(call, [sizeOf(shape.slice(0, axis)), sizeOf(shape.slice(axis))]);
}

export function squeeze(call: OnnxCall): Made {
  const shape = shapeOf(call);
  const axes = axesOf(call, shape.length);
  return reshaped(
    call,
    shape.filter((side, axis) => (axes === null ? side !== 1 || axis === 0 : !axes.includes(axis))),
  );
}

export function unsqueeze(call: OnnxCall): Made {
  const shape = [...shapeOf(call)];
  const count = call.numbers(1, 'axes')?.length ?? 0;
  const axes = axesOf(call, shape.length + count) ?? [];
  for (const axis of axes.toSorted((a, b) => a - b)) shape.splice(axis, 0, 1);
  return reshaped(call, shape);
}

export function transpose(call: OnnxCall): Mapped {
  const input = call.value(0);
  const given = call.ints('perm');
  const rank = input.axes.length + 1;
  return call.layout.transposed(
    input,
    given.length > 0 ? given : Array.from({ length: rank }, (_, axis) => rank - 1 - axis),
  );
}

/** The batch is one: it is part of a shape like every side. */
export function shape(call: OnnxCall): Constant {
  const sides = shapeOf(call);
  const [from, to] = sliceOf(sides.length, call.int('start', 0), call.int('end', sides.length));
  return wholeNumbers(sides.slice(from, to));
}

export function concatenation(call: OnnxCall): Mapped {
  const [first, ...others] = call.node.inputs.map((_, index) => call.value(index));
  if (first === undefined) throw new NoStepError('it has no input');
  const rank = first.axes.length + 1;
  const given = call.int('axis', 1);
  const axis = given < 0 ? given + rank : given;
  if (axis === 0) throw new NoStepError('it makes a batch');
  const inputs = [first, ...others.map((each) => call.layout.inOrder(each, first.axes))];
  const index = first.axes.indexOf(axis);
  const value = call.builder.concat(
    call.name,
    inputs.map((each) => each.value),
    index,
  );
  return { value, axes: first.axes, places: inputs.find(({ places }) => places !== null)?.places ?? null };
}

function piece(call: OnnxCall, name: string, input: Mapped, axis: number, from: number, to: number): Mapped {
  if (axis === 0) throw new NoStepError('it divides the batch');
  const value = call.builder.slice(name, input.value, input.axes.indexOf(axis), from, to);
  const keepsPlaces = input.places !== null && !input.places.includes(axis);
  return { ...input, value, places: keepsPlaces ? input.places : null };
}

export function slice(call: OnnxCall): Mapped {
  const sides = call.layout.shape(call.value(0));
  const [starts, ends] = [call.numbers(1, 'starts') ?? [], call.numbers(2, 'ends') ?? []];
  const axes = call.numbers(3, 'axes') ?? starts.map((_, axis) => axis);
  const steps = call.numbers(4, 'steps') ?? [];
  if (steps.some((step) => step !== 1)) throw new NoStepError('it leaves places out');
  return starts.reduce<Mapped>((input, start, index) => {
    const given = axes[index] ?? 0;
    const axis = given < 0 ? given + sides.length : given;
    const side = sides[axis] ?? 1;
    const [from, to] = sliceOf(side, start, ends[index] ?? side);
    return from === 0 && to === side ? input : piece(call, call.name, input, axis, from, to);
  }, call.value(0));
}

export function split(call: OnnxCall): Mapped[] {
  const input = call.value(0);
  const sides = call.layout.shape(input);
  const given = call.int('axis', 0);
  const axis = given < 0 ? given + sides.length : given;
  const side = sides[axis] ?? 1;
  const count = call.node.outputs.length;
  const each = Math.ceil(side / count);
  const lengths =
    call.numbers(1, 'split') ?? Array.from({ length: count }, (_, at) => Math.min(each, side - at * each));
  let from = 0;
  return lengths.map((length, index) => {
    const made = piece(call, `${call.name}/${index}`, input, axis, from, from + length);
    from += length;
    return made;
  });
}

/** Reads that pass a value or a constant on as it is. */
export function passOn(call: OnnxCall): Made {
  return call.isConstant(0) ? call.constant(0) : call.value(0);
}

/** Makes numbers whole, which shapes are; what depends on the picture stays as it is. */
export function cast(call: OnnxCall, isWholeType: (type: number) => boolean): Made {
  const given = passOn(call);
  const whole = isWholeType(call.int('to', 1));
  if (!isConstant(given)) {
    if (whole) throw new NoStepError('it makes numbers whole');
    return given;
  }
  return whole ? { ...given, whole, values: given.values.map(Math.trunc) } : { ...given, whole };
}
