import type { Activation, Operation, Shape } from '../../src/vision/trunk/plan.js';
import { sizeOf } from '../../src/vision/trunk/plan.js';
import { convolution, denseStep, NO_PADDING, ONE_BY_ONE, weights } from './plans.js';
import { randomNumbers } from './random.js';

/** One operation on small inputs. */
export interface OperationCase {
  readonly name: string;
  readonly operation: Operation;
  readonly inputs: readonly Shape[];
  readonly shape: Shape;
}

const random = randomNumbers(11);
const constant = (...shape: number[]) => weights(shape, random(sizeOf(shape), -0.8, 0.8));
const one = (name: string, operation: Operation, input: Shape, shape: Shape = input): OperationCase => ({
  name,
  operation,
  inputs: [input],
  shape,
});
const depthwise = (
  multiplier: number,
  options: Partial<Omit<Extract<Operation, { op: 'depthwise' }>, 'op'>> = {},
): Operation => ({
  op: 'depthwise',
  filter: constant(3, 3, 2, multiplier),
  bias: constant(2 * multiplier),
  ...ONE_BY_ONE,
  activation: 'linear',
  ...options,
});

/** As 'same' pads an even side at stride two: nothing before, one after. */
const UNEVEN = { top: 0, right: 1, bottom: 1, left: 0 };
const TWO = { top: 2, right: 2, bottom: 2, left: 2 };

const CONVOLUTIONS: readonly OperationCase[] = [
  one('conv 1x1', convolution(constant(1, 1, 3, 2), constant(2)), [3, 4, 3], [3, 4, 2]),
  one('conv 3x3 without bias', convolution(constant(3, 3, 3, 2), null), [5, 4, 3], [3, 2, 2]),
  one('conv 1x3', convolution(constant(1, 3, 2, 2), constant(2)), [3, 5, 2], [3, 3, 2]),
  one(
    'conv with unequal strides, uneven padding and ReLU',
    convolution(constant(3, 3, 2, 3), constant(3), { strides: [2, 1], padding: UNEVEN, activation: 'relu' }),
    [6, 5, 2],
    [3, 4, 3],
  ),
  one(
    'conv with dilation and ReLU6',
    convolution(constant(3, 3, 2, 2), constant(2), { dilations: [2, 2], padding: TWO, activation: 'relu6' }),
    [5, 6, 2],
    [5, 6, 2],
  ),
  one('grouped conv', convolution(constant(3, 3, 2, 4), constant(4), { groups: 2 }), [4, 4, 4], [2, 2, 4]),
  one('depthwise', depthwise(1), [4, 5, 2], [2, 3, 2]),
  one(
    'depthwise with multiplier two, stride two and uneven padding',
    depthwise(2, { strides: [2, 2], padding: UNEVEN, activation: 'relu' }),
    [6, 4, 2],
    [3, 2, 4],
  ),
  one('depthwise with dilation', depthwise(2, { dilations: [2, 2], padding: TWO, bias: null }), [5, 5, 2], [5, 5, 4]),
  one('dense', denseStep(constant(7, 5), constant(5)), [7], [5]),
  one('dense without bias', denseStep(constant(4, 2), null), [4], [2]),
  one('dense with ReLU', { op: 'dense', kernel: constant(6, 8), bias: constant(8), activation: 'relu' }, [6], [8]),
  one(
    'dense with ReLU6, units below zero, between and above six',
    { op: 'dense', kernel: constant(6, 8), bias: weights([8], [7, -1, 3, 0.5, 9, 2, -4, 5]), activation: 'relu6' },
    [6],
    [8],
  ),
];

const ACTIVATIONS: readonly Activation[] = [
  { kind: 'relu' },
  { kind: 'relu6' },
  { kind: 'clippedRelu', limit: 2 },
  { kind: 'sigmoid' },
  { kind: 'tanh' },
  { kind: 'swish' },
  { kind: 'softplus' },
  { kind: 'softsign' },
  { kind: 'selu' },
  { kind: 'exp' },
  { kind: 'erf' },
  { kind: 'hardSigmoid', slope: 0.2, offset: 0.5 },
  { kind: 'hardSigmoid', slope: 1 / 6, offset: 0.5 },
  { kind: 'hardSwish' },
  { kind: 'elu', alpha: 0.7 },
  { kind: 'leakyRelu', alpha: 0.3 },
  { kind: 'gelu', approximate: false },
  { kind: 'gelu', approximate: true },
];

const ELEMENTWISE: readonly OperationCase[] = [
  ...ACTIVATIONS.map((activation) =>
    // Two hundred places reach from about -7 to 7, over every kink.
    one(`activation ${JSON.stringify(activation)}`, { op: 'activation', activation }, [10, 10, 2]),
  ),
  one('affine a channel', { op: 'affine', scale: constant(3), shift: constant(3) }, [2, 3, 3]),
  one('affine of one number', { op: 'affine', scale: constant(1), shift: constant(1) }, [2, 3, 3]),
  one('affine of a vector', { op: 'affine', scale: constant(4), shift: constant(4) }, [4]),
  one('layer norm a place', { op: 'layerNorm', scale: constant(4), shift: constant(4), epsilon: 1e-5 }, [2, 3, 4]),
  one('layer norm of a vector', { op: 'layerNorm', scale: constant(5), shift: constant(5), epsilon: 1e-3 }, [5]),
  ...[[3], [1, 1, 3], [1, 4, 3], [2, 4, 3], [1, 1, 1]].map((slope) =>
    one(`PReLU with slopes [${slope.join(', ')}]`, { op: 'prelu', slope: constant(...slope) }, [2, 4, 3]),
  ),
  one('PReLU of a vector', { op: 'prelu', slope: constant(5) }, [5]),
  one('softmax of a vector', { op: 'softmax' }, [6]),
  one('softmax over channels', { op: 'softmax' }, [2, 3, 4]),
];

const pool = (kind: 'max' | 'average', side: number, stride: number, padding = NO_PADDING): Operation => ({
  op: 'pool',
  kind,
  size: [side, side],
  strides: [stride, stride],
  padding,
});

const POOLS: readonly OperationCase[] = (['max', 'average'] as const).flatMap((kind) => [
  one(`${kind} pool`, pool(kind, 2, 2), [4, 6, 3], [2, 3, 3]),
  one(`${kind} pool with overlap`, pool(kind, 3, 1), [5, 4, 2], [3, 2, 2]),
  one(`${kind} pool with uneven padding`, pool(kind, 3, 2, UNEVEN), [6, 4, 2], [3, 2, 2]),
  one(`${kind} pool with padding all round`, pool(kind, 3, 1, { top: 1, right: 1, bottom: 1, left: 1 }), [3, 4, 2]),
  one(`global ${kind} pool`, { op: 'globalPool', kind }, [3, 4, 5], [5]),
  one(`global ${kind} pool that keeps its axes`, { op: 'globalPool', kind }, [3, 4, 5], [1, 1, 5]),
]);

const combine = (kind: Extract<Operation, { op: 'combine' }>['kind'], ...inputs: readonly Shape[]): OperationCase => ({
  name: `${kind} of ${inputs.map((shape) => `[${shape.join(', ')}]`).join(' and ')}`,
  operation: { op: 'combine', kind },
  inputs,
  shape: inputs.reduce((largest, shape) => (sizeOf(shape) > sizeOf(largest) ? shape : largest)),
});

const COMBINATIONS: readonly OperationCase[] = [
  ...(['add', 'multiply', 'subtract', 'maximum', 'minimum', 'average'] as const).flatMap((kind) => [
    combine(kind, [2, 3, 4], [2, 3, 4]),
    combine(kind, [2, 3, 4], [1, 1, 4]),
    combine(kind, [1, 1, 4], [2, 3, 4]),
    combine(kind, [2, 3, 4], [2, 3, 1]),
    combine(kind, [5], [5]),
  ]),
  ...(['add', 'multiply', 'maximum', 'minimum', 'average'] as const).map((kind) =>
    combine(kind, [2, 3, 4], [2, 3, 4], [2, 3, 4]),
  ),
];

const ARRANGEMENTS: readonly OperationCase[] = [
  {
    name: 'concat of rows',
    operation: { op: 'concat', axis: 0 },
    inputs: [
      [2, 3, 2],
      [1, 3, 2],
    ],
    shape: [3, 3, 2],
  },
  {
    name: 'concat of columns',
    operation: { op: 'concat', axis: 1 },
    inputs: [
      [2, 3, 2],
      [2, 1, 2],
    ],
    shape: [2, 4, 2],
  },
  {
    name: 'concat of channels',
    operation: { op: 'concat', axis: 2 },
    inputs: [
      [2, 3, 2],
      [2, 3, 1],
      [2, 3, 3],
    ],
    shape: [2, 3, 6],
  },
  { name: 'concat of vectors', operation: { op: 'concat', axis: 0 }, inputs: [[3], [4]], shape: [7] },
  one('pad', { op: 'pad', padding: { top: 1, right: 2, bottom: 0, left: 3 }, value: 0 }, [2, 3, 2], [3, 8, 2]),
  one('pad with a value', { op: 'pad', padding: UNEVEN, value: -1.5 }, [2, 3, 2], [3, 4, 2]),
  one('crop', { op: 'crop', padding: { top: 1, right: 2, bottom: 0, left: 1 } }, [4, 6, 2], [3, 3, 2]),
  one('slice of channels', { op: 'slice', axis: 2, from: 1 }, [2, 3, 4], [2, 3, 2]),
  one('slice of rows', { op: 'slice', axis: 0, from: 2 }, [4, 3, 2], [2, 3, 2]),
  one('slice of a vector', { op: 'slice', axis: 0, from: 3 }, [7], [4]),
  one('upsample', { op: 'upsample', factors: [2, 3] }, [2, 3, 2], [4, 9, 2]),
  one('permute of channels to the front', { op: 'permute', axes: [2, 0, 1] }, [2, 3, 4], [4, 2, 3]),
  one('permute of height and width', { op: 'permute', axes: [1, 0, 2] }, [2, 3, 4], [3, 2, 4]),
  one('reshape of a map to a vector', { op: 'reshape' }, [2, 3, 4], [24]),
  one('reshape of a vector to a map', { op: 'reshape' }, [24], [2, 3, 4]),
  one('reshape of a map to a map', { op: 'reshape' }, [2, 3, 4], [4, 3, 2]),
];

export const OPERATION_CASES = [...CONVOLUTIONS, ...ELEMENTWISE, ...POOLS, ...COMBINATIONS, ...ARRANGEMENTS];

/** The inputs of a case by name. */
export function namedInputs(inputs: readonly Shape[]): Record<string, Shape> {
  return Object.fromEntries(inputs.map((shape, index) => [`x${index}`, shape]));
}

/** Cases as `it.each` takes them for a test name that starts with the case's name. */
export function byName<Case extends { readonly name: string }>(cases: readonly Case[]): (readonly [string, Case])[] {
  return cases.map((each) => [each.name, each]);
}
