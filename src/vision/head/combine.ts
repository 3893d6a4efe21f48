import type { Shape } from '../trunk/plan.js';
import { sizeOf } from '../trunk/plan.js';
import type { Differentiable, OperationOf, StepData } from './differentiable.js';

/** Where element `index` of the output comes from in an input whose sides are one or the output's. */
function broadcastIndex(input: Shape, output: Shape): (index: number) => number {
  const size = sizeOf(input);
  if (size === sizeOf(output)) return (index) => index;
  if (input.slice(0, -1).every((side) => side === 1) && input.at(-1) === output.at(-1)) return (index) => index % size;
  return (index) => {
    let rest = index;
    let source = 0;
    let stride = 1;
    for (let axis = output.length - 1; axis >= 0; axis--) {
      const side = output[axis] ?? 1;
      if (input[axis] !== 1) source += (rest % side) * stride;
      stride *= input[axis] ?? 1;
      rest = Math.floor(rest / side);
    }
    return source;
  };
}

type Kind = OperationOf<'combine'>['kind'];

const FOLD: Readonly<Record<Kind, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  average: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
};

function valuesAt(data: StepData, indices: readonly ((index: number) => number)[], at: number): number[] {
  return data.inputs.map((input, which) => input[indices[which]?.(at) ?? 0] ?? 0);
}

/** Derivative of the combination with respect to input `which`. */
function partial(kind: Kind, values: readonly number[], which: number): number {
  switch (kind) {
    case 'add':
      return 1;
    case 'average':
      return 1 / values.length;
    case 'subtract':
      return which === 0 ? 1 : -1;
    case 'multiply':
      return values.reduce((product, value, index) => (index === which ? product : product * value), 1);
    case 'maximum':
      return values.indexOf(Math.max(...values)) === which ? 1 : 0;
    case 'minimum':
      return values.indexOf(Math.min(...values)) === which ? 1 : 0;
  }
}

export const combine: Differentiable<OperationOf<'combine'>> = {
  forward: ({ kind }, data) => {
    const indices = data.inputShapes.map((shape) => broadcastIndex(shape, data.outputShape));
    const share = kind === 'average' ? 1 / data.inputs.length : 1;
    return Float32Array.from(
      { length: sizeOf(data.outputShape) },
      (_, at) => share * valuesAt(data, indices, at).reduce(FOLD[kind]),
    );
  },
  backward: ({ kind }, data, _output, gradient) => {
    const indices = data.inputShapes.map((shape) => broadcastIndex(shape, data.outputShape));
    const results = data.inputs.map((input) => new Float32Array(input.length));
    gradient.forEach((g, at) => {
      if (g === 0) return;
      const values = valuesAt(data, indices, at);
      results.forEach((result, which) => {
        const source = indices[which]?.(at) ?? 0;
        result[source] = (result[source] ?? 0) + g * partial(kind, values, which);
      });
    });
    return results;
  },
};
