import type { Activation, Weights } from '../../trunk/plan.js';
import { NoStepError } from '../builder.js';
import { batchNormAffine, vector } from '../network.js';
import type { OnnxCall } from './onnx-call.js';
import type { Mapped } from './onnx-layout.js';

/** The value through a step that keeps its shape. */
function through(call: OnnxCall, make: (name: string, value: string) => string): Mapped {
  const input = call.value(0);
  return { ...input, value: make(call.name, input.value) };
}

export function activating(call: OnnxCall, activation: Activation): Mapped {
  return through(call, (name, value) => call.builder.activation(name, value, activation));
}

const scalar = (value: number): Weights => vector([value]);

function affine(call: OnnxCall, name: string, value: string, scale: Weights, shift: Weights): string {
  return call.builder.unary(name, value, { op: 'affine', scale, shift });
}

/** Limits that are inputs, or attributes in older operator sets. */
function limit(call: OnnxCall, index: number, name: string, otherwise: number): number {
  if (call.has(index)) return call.constant(index).values[0] ?? otherwise;
  return call.float(name, otherwise);
}

/** min(max(x, low), high), as a ReLU of what is left above the low one. */
export function clip(call: OnnxCall): Mapped {
  const [low, high] = [limit(call, 1, 'min', -Infinity), limit(call, 2, 'max', Infinity)];
  // The format's own default is the least number there is.
  if (low < -1e38) throw new NoStepError('it has no lower limit');
  const most = high - low;
  const activation: Activation =
    high > 1e38 ? { kind: 'relu' } : most === 6 ? { kind: 'relu6' } : { kind: 'clippedRelu', limit: most };
  if (low === 0) return activating(call, activation);
  return through(call, (name, value) => {
    const raised = affine(call, `${name}/above`, value, scalar(1), scalar(-low));
    const clipped = call.builder.activation(`${name}/clip`, raised, activation);
    return affine(call, name, clipped, scalar(1), scalar(low));
  });
}

/**
 * A value and the numbers that a constant has for all of it, or for each channel: the axis that the constant runs along
 * is then the value's last one in the plan.
 */
function withNumbers(call: OnnxCall, given: Mapped, constant: Weights): readonly [Mapped, Weights] {
  const numbers = vector(constant.values);
  const input =
    constant.shape.length > given.axes.length + 1 ? call.layout.ofRank(given, constant.shape.length) : given;
  if (numbers.values.length === 1) return [input, numbers];
  const added = input.axes.length + 1 - constant.shape.length;
  const [along, another] = constant.shape.flatMap((side, axis) => (side === 1 ? [] : [axis + added]));
  const fits = along !== undefined && along > 0 && call.layout.shape(input)[along] === numbers.values.length;
  if (!fits || another !== undefined) throw new NoStepError('its constant is of no channels');
  return [call.layout.withLast(input, along), numbers];
}

/** Two values in one order of axes, with as many of them. */
function alike(call: OnnxCall, a: Mapped, b: Mapped): readonly [Mapped, Mapped] {
  const rank = Math.max(a.axes.length, b.axes.length) + 1;
  const [first, second] = [call.layout.ofRank(a, rank), call.layout.ofRank(b, rank)];
  const sizes = [first, second].map((each) => call.layout.shape(each).reduce((size, side) => size * side, 1));
  const { axes } = (sizes[0] ?? 0) >= (sizes[1] ?? 0) ? first : second;
  return [call.layout.inOrder(first, axes), call.layout.inOrder(second, axes)];
}

type Combination = 'add' | 'multiply' | 'subtract' | 'maximum' | 'minimum' | 'average';

function combined(call: OnnxCall, a: Mapped, b: Mapped, kind: Combination): Mapped {
  const [first, second] = alike(call, a, b);
  const value = call.builder.combine(call.name, [first.value, second.value], kind);
  const shape = call.builder.shape(value).join();
  const placed = [first, second].find(({ value: each, places }) => places && call.builder.shape(each).join() === shape);
  return { value, axes: first.axes, places: placed?.places ?? null };
}

/** x op constant as scale and shift; two values of the picture as an element-wise combination. */
export const arithmetic =
  (kind: 'add' | 'multiply' | 'subtract' | 'divide') =>
  (call: OnnxCall): Mapped => {
    const constantAt = call.isConstant(0) ? 0 : call.isConstant(1) ? 1 : null;
    if (constantAt === null) {
      if (kind === 'divide') throw new NoStepError('it divides by what depends on the picture');
      return combined(call, call.value(0), call.value(1), kind);
    }
    const given = call.weights(constantAt);
    if (constantAt === 0 && kind === 'divide') throw new NoStepError('it divides by what depends on the picture');
    const [input, numbers] = withNumbers(call, call.value(1 - constantAt), given);
    const minus = vector(numbers.values.map((each) => -each));
    const [scale, shift] = {
      add: [scalar(1), numbers] as const,
      multiply: [numbers, scalar(0)] as const,
      divide: [vector(numbers.values.map((each) => 1 / each)), scalar(0)] as const,
      subtract: constantAt === 1 ? ([scalar(1), minus] as const) : ([scalar(-1), numbers] as const),
    }[kind];
    return { ...input, value: affine(call, call.name, input.value, scale, shift) };
  };

export const combining =
  (kind: Combination) =>
  (call: OnnxCall): Mapped => {
    const [first, ...others] = call.node.inputs.map((_, index) => call.value(index));
    if (first === undefined) throw new NoStepError('it has no input');
    if (kind === 'average' && others.length > 1) throw new NoStepError('it is a mean of several');
    return others.reduce((sum, each) => combined(call, sum, each, kind), first);
  };

export function power(call: OnnxCall): Mapped {
  const exponent = call.constant(1).values;
  if (exponent.length !== 1 || exponent[0] !== 2) throw new NoStepError('it is no square');
  return combined(call, call.value(0), call.value(0), 'multiply');
}

/** x * tanh(softplus(x)) (Misra 2019). */
export function mish(call: OnnxCall): Mapped {
  return through(call, (name, value) => {
    const soft = call.builder.activation(`${name}/softplus`, value, { kind: 'softplus' });
    const gate = call.builder.activation(`${name}/tanh`, soft, { kind: 'tanh' });
    return call.builder.combine(name, [value, gate], 'multiply');
  });
}

export function batchNormalization(call: OnnxCall): Mapped {
  if (call.int('training_mode', 0) === 1) throw new NoStepError('it is as in training');
  const input = call.layout.withLast(call.value(0), 1);
  const [gamma, beta, mean, variance] = [call.weights(1), call.weights(2), call.weights(3), call.weights(4)];
  const channels = call.builder.shape(input.value).at(-1) ?? 0;
  if (mean.values.length !== channels) throw new Error(`it has statistics of ${mean.values.length} channels`);
  const affineOf = batchNormAffine(channels, { gamma, beta, mean, variance, epsilon: call.float('epsilon', 1e-5) });
  return { ...input, value: call.builder.unary(call.name, input.value, { op: 'affine', ...affineOf }) };
}

export function layerNormalization(call: OnnxCall): Mapped {
  const input = call.value(0);
  const rank = input.axes.length + 1;
  const axis = call.int('axis', -1);
  if ((axis < 0 ? axis + rank : axis) !== rank - 1) throw new NoStepError('it is over several axes');
  const placed = call.layout.withLast(input, rank - 1);
  const channels = call.builder.shape(placed.value).at(-1) ?? 0;
  const scale = call.has(1) ? call.weights(1) : vector(new Float32Array(channels).fill(1));
  const shift = call.has(2) ? call.weights(2) : vector(new Float32Array(channels));
  if (scale.values.length !== channels || shift.values.length !== channels) throw new NoStepError('it is of others');
  const epsilon = call.float('epsilon', 1e-5);
  const operation = { op: 'layerNorm', scale: vector(scale.values), shift: vector(shift.values), epsilon } as const;
  return { ...placed, value: call.builder.unary(call.name, placed.value, operation) };
}

export function prelu(call: OnnxCall): Mapped {
  const [input, slope] = withNumbers(call, call.value(0), call.weights(1));
  return { ...input, value: call.builder.unary(call.name, input.value, { op: 'prelu', slope }) };
}

export function softmax(call: OnnxCall): Mapped {
  const input = call.value(0);
  const rank = input.axes.length + 1;
  const given = call.int('axis', call.opset < 13 ? 1 : -1);
  const axis = given < 0 ? given + rank : given;
  const sides = call.layout.shape(input);
  // Before operator set 13 all axes from there on are one.
  const others = sides.slice(axis + 1).some((side) => side > 1);
  if (axis === 0 || (call.opset < 13 && others)) throw new NoStepError('it is over several axes');
  const placed = call.layout.withLast(input, axis);
  return { ...placed, value: call.builder.activation(call.name, placed.value, 'softmax') };
}
