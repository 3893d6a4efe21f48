import type { Shape } from '../../../trunk/plan.js';
import { sliceOf } from '../onnx-constants.js';
import { isWhole, TENSOR_TYPE } from '../onnx-tensor.js';
import {
  NoGradientError,
  allInputs,
  fromStart,
  input,
  int,
  one,
  outputShape,
  reshaped,
  shapeOf,
  unbroadcast,
} from './head-call.js';
import type { HeadCall, HeadStep, Rule } from './head-call.js';

/** A part of a value along one axis: so many places from the first one on, each so far behind the one before. */
interface Part {
  readonly axis: number;
  readonly from: number;
  readonly length: number;
  readonly step: number;
}

function padded(
  { graph }: HeadCall,
  value: string,
  rank: number,
  axis: number,
  sides: readonly [number, number],
): string {
  const pads = Array<number>(2 * rank).fill(0);
  [pads[axis], pads[axis + rank]] = sides;
  return graph.node('Pad', [value, graph.integers(pads), graph.scalar(0)]);
}

/** A part in a value of that shape, with zeros in all other places. */
function placedIn(call: HeadCall, value: string, whole: Shape, { axis, from, length, step }: Part): string {
  const side = whole[axis] ?? 0;
  if (step === 1) return padded(call, value, whole.length, axis, [from, side - from - length]);
  // Each place becomes a row of its own, which is filled up; the last one may be longer than what is left.
  const single = [...whole.slice(0, axis), length, 1, ...whole.slice(axis + 1)];
  const filled = padded(call, reshaped(call, value, single), single.length, axis + 1, [0, step - 1]);
  const stretched = reshaped(call, filled, whole.with(axis, length * step));
  const left = Math.min(length * step, side - from);
  const cut = left === length * step ? stretched : partOf(call, stretched, { axis, from: 0, length: left, step: 1 });
  return padded(call, cut, whole.length, axis, [from, side - from - left]);
}

function partOf({ graph }: HeadCall, value: string, { axis, from, length, step }: Part): string {
  const bounds = [[from], [from + (length - 1) * step + 1], [axis], [step]].map((each) => graph.integers(each));
  return graph.node('Slice', [value, ...bounds]);
}

/** Whatever only names axes anew. */
export const renaming: Rule = (call) =>
  one(reshaped(call, input(call, 0), outputShape(call)), (gradient) => reshaped(call, gradient, shapeOf(call, 0)));

export const transpose: Rule = (call) => {
  const { graph, node } = call;
  const given = node.attributes.get('perm')?.ints ?? [];
  const perm = given.length > 0 ? given : shapeOf(call, 0).map((_, axis, { length }) => length - 1 - axis);
  const back = perm.map((_, axis) => perm.indexOf(axis));
  return one(graph.node('Transpose', [input(call, 0)], { perm: { ints: perm } }), (gradient) =>
    graph.node('Transpose', [gradient], { perm: { ints: back } }),
  );
};

export const concatenation: Rule = (call) => {
  const { graph, shapes } = call;
  const axis = fromStart(int(call, 'axis', 1), outputShape(call).length);
  const length = (index: number): number => shapeOf(call, index)[axis] ?? 0;
  const starts = shapes.map((_, index) =>
    shapes.slice(0, index).reduce((sum, _shape, before) => sum + length(before), 0),
  );
  return one(graph.node('Concat', allInputs(call), { axis: { int: axis } }), (gradient, index) =>
    partOf(call, gradient, { axis, from: starts[index] ?? 0, length: length(index), step: 1 }),
  );
};

/** Parts of a value, an output each. */
function parts(call: HeadCall, all: readonly Part[]): HeadStep {
  const { graph } = call;
  return {
    outputs: all.map((part) => partOf(call, input(call, 0), part)),
    gradient: (_input, gradients) => {
      const placed = all.flatMap((part, index) => {
        const gradient = gradients[index];
        return gradient === undefined ? [] : [placedIn(call, gradient, shapeOf(call, 0), part)];
      });
      return placed.length === 0 ? null : placed.reduce((sum, part) => graph.node('Add', [sum, part]));
    },
  };
}

export const split: Rule = (call) => {
  const { outputShapes } = call;
  const axis = fromStart(int(call, 'axis', 0), shapeOf(call, 0).length);
  let from = 0;
  const all = outputShapes.map(({ [axis]: length = 0 }) => {
    from += length;
    return { axis, from: from - length, length, step: 1 };
  });
  return parts(call, all);
};

export const slice: Rule = (call) => {
  const shape = shapeOf(call, 0);
  const [starts, ends, axes, steps] = [1, 2, 3, 4].map((index) => call.numbers(index));
  const [start, ...more] = starts ?? [];
  const [end] = ends ?? [];
  if (start === undefined || end === undefined || more.length > 0) throw new NoGradientError('it is of several axes');
  const axis = fromStart(axes?.[0] ?? 0, shape.length);
  const length = outputShape(call)[axis] ?? 0;
  // Of a single place the step says nothing, and may be as long as a number can be.
  const step = length === 1 ? 1 : (steps?.[0] ?? 1);
  if (step < 1) throw new NoGradientError('it goes backwards');
  const [from] = sliceOf(shape[axis] ?? 1, start, end);
  return parts(call, [{ axis, from, length, step }]);
};

/** One place of an axis. */
export const gather: Rule = (call) => {
  const shape = shapeOf(call, 0);
  const axis = fromStart(int(call, 'axis', 0), shape.length);
  const [place, ...more] = call.numbers(1) ?? [];
  if (place === undefined || more.length > 0) throw new NoGradientError('it is of several places');
  const part = { axis, from: fromStart(place, shape[axis] ?? 1), length: 1, step: 1 };
  const kept = shape.with(axis, 1);
  return one(reshaped(call, partOf(call, input(call, 0), part), outputShape(call)), (gradient) =>
    placedIn(call, reshaped(call, gradient, kept), shape, part),
  );
};

export const expand: Rule = (call) => {
  const { graph } = call;
  const shape = outputShape(call);
  return one(graph.node('Expand', [input(call, 0), graph.integers(shape)]), (gradient) =>
    unbroadcast(call, gradient, shape, shapeOf(call, 0)),
  );
};

export const passing: Rule = (call) => {
  if (isWhole(int(call, 'to', TENSOR_TYPE.float))) throw new NoGradientError('it makes numbers whole');
  return one(input(call, 0), (gradient) => gradient);
};

/** Has no gradient, and is read as a condition only. */
export const condition: Rule = (call) => one(call.graph.node('IsNaN', [input(call, 0)]), () => null);

export const choice: Rule = (call) => {
  const { graph } = call;
  if (!call.depends(0)) throw new NoGradientError('its condition is a constant');
  const which = input(call, 0);
  return one(graph.node('Where', [which, input(call, 1), input(call, 2)]), (gradient, index) => {
    const chosen = index === 1 ? [gradient, graph.scalar(0)] : [graph.scalar(0), gradient];
    const kept = graph.node('Where', [which, ...chosen]);
    return index === 0 ? null : unbroadcast(call, kept, outputShape(call), shapeOf(call, index));
  });
};
