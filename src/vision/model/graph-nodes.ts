import type { Activation, Padding, Pair, Weights } from '../trunk/plan.js';
import { NoStepError } from './builder.js';
import type { NetworkBuilder } from './builder.js';
import { batchNormAffine, paddingOf, vector } from './network.js';

interface Attribute {
  readonly s?: string | undefined;
  readonly b?: boolean | undefined;
  readonly f?: number | undefined;
  readonly i?: string | number | undefined;
  readonly shape?:
    { readonly dim?: readonly { readonly size?: string | number | undefined }[] | undefined } | undefined;
  readonly list?:
    | {
        readonly i?: readonly (string | number)[] | undefined;
        readonly s?: readonly string[] | undefined;
      }
    | undefined;
}

/** One node of a TensorFlow graph, control inputs left out. */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

function text(value: string | undefined): string {
  return value === undefined ? '' : Buffer.from(value, 'base64').toString('utf8');
}

/** Height and width out of an NHWC list such as strides. */
function spatialPair(attribute: Attribute | undefined): Pair {
  const [, height = 1, width = 1] = (attribute?.list?.i ?? []).map(Number);
  return [height, width];
}

/** A node on its way to steps: its inputs told apart into values of the picture and constants. */
class NodeCall {
  constructor(
    readonly builder: NetworkBuilder,
    readonly node: GraphNode,
    readonly values: ReadonlyMap<string, string>,
    readonly constants: ReadonlyMap<string, Weights>,
  ) {}

  value(index: number): string {
    const name = this.node.inputs[index] ?? '';
    const value = this.values.get(name);
    if (value === undefined) throw new NoStepError(`input ${index} does not depend on the picture`);
    return value;
  }

  constant(index: number): Weights {
    const weights = this.constants.get(this.node.inputs[index] ?? '');
    if (weights === undefined) throw new NoStepError(`input ${index} is not a constant`);
    return weights;
  }

  isConstant(index: number): boolean {
    return this.constants.has(this.node.inputs[index] ?? '');
  }

  /** Whether the layout is the one TensorFlow.js runs. */
  get channelsLast(): boolean {
    const format = text(this.node.attributes['data_format']?.s);
    return format === '' || format === 'NHWC';
  }

  padding(window: Pair, strides: Pair, dilations: Pair): Padding {
    const rule = text(this.node.attributes['padding']?.s);
    if (rule === 'EXPLICIT') {
      const sides = (this.node.attributes['explicit_paddings']?.list?.i ?? []).map(Number);
      const [, , top = 0, bottom = 0, left = 0, right = 0] = sides;
      return { top, right, bottom, left };
    }
    return paddingOf(rule === 'SAME' ? 'same' : 'valid', this.builder.shape(this.value(0)), window, strides, dilations);
  }
}

/** Activations by the operation that computes them; none of them ever falls. */
export const ELEMENTWISE: Readonly<Record<string, Activation>> = {
  Relu: { kind: 'relu' },
  Relu6: { kind: 'relu6' },
  Sigmoid: { kind: 'sigmoid' },
  Tanh: { kind: 'tanh' },
  Elu: { kind: 'elu', alpha: 1 },
  Selu: { kind: 'selu' },
  Softplus: { kind: 'softplus' },
  Softsign: { kind: 'softsign' },
  Exp: { kind: 'exp' },
};

/** BiasAdd and an activation that a fused node carries; null for anything else fused in. */
function fused(call: NodeCall): { bias: Weights | null; activation: Activation | null } | null {
  let bias: Weights | null = null;
  let activation: Activation | null = null;
  for (const name of (call.node.attributes['fused_ops']?.list?.s ?? []).map(text)) {
    if (name === 'BiasAdd') bias = call.constant(2);
    else if (name === 'LeakyRelu') {
      activation = { kind: 'leakyRelu', alpha: call.node.attributes['leakyrelu_alpha']?.f ?? 0.2 };
    } else {
      activation = ELEMENTWISE[name] ?? null;
      if (activation === null) return null;
    }
  }
  return { bias, activation };
}

function convolution(call: NodeCall, kind: 'conv' | 'depthwise'): string | null {
  const extras = fused(call);
  if (!call.channelsLast || extras === null) return null;
  const filter = call.constant(1);
  const strides = spatialPair(call.node.attributes['strides']);
  const dilations = spatialPair(call.node.attributes['dilations']);
  const padding = call.padding([filter.shape[0] ?? 1, filter.shape[1] ?? 1], strides, dilations);
  const options = { filter, bias: extras.bias, strides, dilations, padding };
  const linear = extras.activation === null;
  const name = linear ? call.node.name : `${call.node.name}/${kind}`;
  const value = call.builder[kind](name, call.value(0), options);
  return extras.activation === null ? value : call.builder.activation(call.node.name, value, extras.activation);
}

function matrixProduct(call: NodeCall): string | null {
  const extras = fused(call);
  const { attributes } = call.node;
  if (extras === null || attributes['transpose_a']?.b === true || attributes['transpose_b']?.b === true) return null;
  const value = call.builder.dense(call.node.name, call.value(0), call.constant(1), extras.bias);
  return extras.activation === null
    ? value
    : call.builder.activation(`${call.node.name}/activation`, value, extras.activation);
}

function pooling(call: NodeCall, kind: 'max' | 'average'): string | null {
  if (!call.channelsLast) return null;
  const size = spatialPair(call.node.attributes['ksize']);
  const strides = spatialPair(call.node.attributes['strides']);
  return call.builder.pool(call.node.name, call.value(0), kind, size, {
    strides,
    padding: call.padding(size, strides, [1, 1]),
  });
}

function globalPooling(call: NodeCall, kind: 'max' | 'average'): string | null {
  const axes = [...call.constant(1).values].map((axis) => (axis < 0 ? axis + 4 : axis)).sort();
  const shape = call.builder.shape(call.value(0));
  if (shape.length !== 3 || axes.length !== 2 || axes[0] !== 1 || axes[1] !== 2) return null;
  return call.builder.globalPool(call.node.name, call.value(0), kind, call.node.attributes['keep_dims']?.b === true);
}

function batchNorm(call: NodeCall): string | null {
  if (!call.channelsLast) return null;
  const affine = batchNormAffine(call.builder.shape(call.value(0)).at(-1) ?? 0, {
    gamma: call.constant(1),
    beta: call.constant(2),
    mean: call.constant(3),
    variance: call.constant(4),
    epsilon: call.node.attributes['epsilon']?.f ?? 1e-4,
  });
  return call.builder.unary(call.node.name, call.value(0), { op: 'affine', ...affine });
}

/** x op constant as scale and shift; two values of the picture as an element-wise combination. */
function arithmetic(call: NodeCall, kind: 'add' | 'multiply' | 'subtract' | 'divide'): string | null {
  const { builder, node } = call;
  const constantAt = call.isConstant(0) ? 0 : call.isConstant(1) ? 1 : null;
  if (constantAt === null) {
    return kind === 'divide' ? null : builder.combine(node.name, [call.value(0), call.value(1)], kind);
  }
  const value = call.value(1 - constantAt);
  const constant = call.constant(constantAt);
  const channels = builder.shape(value).at(-1) ?? 0;
  const perChannel = constant.values.length === channels && constant.shape.at(-1) === channels;
  if (!perChannel && constant.values.length !== 1) return null;
  if (constantAt === 0 && kind === 'divide') return null;
  const ones = vector(new Float32Array(constant.values.length).fill(1));
  const zeros = vector(new Float32Array(constant.values.length));
  const given = vector(constant.values);
  const negated = vector(constant.values.map((each) => -each));
  const inverse = vector(constant.values.map((each) => 1 / each));
  const minusOnes = vector(ones.values.map((each) => -each));
  const affine = {
    add: { scale: ones, shift: given },
    multiply: { scale: given, shift: zeros },
    divide: { scale: inverse, shift: zeros },
    subtract: constantAt === 1 ? { scale: ones, shift: negated } : { scale: minusOnes, shift: given },
  }[kind];
  return builder.unary(node.name, value, { op: 'affine', ...affine });
}

function sum(call: NodeCall): string {
  const terms = call.node.inputs.map((_, index) => call.value(index));
  return call.builder.combine(call.node.name, terms, 'add');
}

function padding(call: NodeCall): string | null {
  const sides = call.constant(1).values;
  const [batchBefore, batchAfter, top = 0, bottom = 0, left = 0, right = 0, before, after] = sides;
  if (sides.length !== 8 || batchBefore !== 0 || batchAfter !== 0 || before !== 0 || after !== 0) return null;
  const value = call.node.op === 'PadV2' ? (call.constant(2).values[0] ?? 0) : 0;
  return call.builder.pad(call.node.name, call.value(0), { top, right, bottom, left }, value);
}

function concatenation(call: NodeCall): string | null {
  const count = call.node.inputs.length - 1;
  const axis = call.constant(count).values[0] ?? -1;
  const inputs = Array.from({ length: count }, (_, index) => call.value(index));
  const rank = call.builder.shape(call.value(0)).length;
  const index = axis < 0 ? rank + axis : axis - 1;
  return index < 0 ? null : call.builder.concat(call.node.name, inputs, index);
}

/** A target shape starts with the batch: -1, 1, or what is left for it. */
function reshape(call: NodeCall): string | null {
  if (!call.isConstant(1)) return null;
  const [, ...sides] = call.constant(1).values;
  return call.builder.reshape(call.node.name, call.value(0), sides);
}

function squeeze(call: NodeCall): string | null {
  const axes = (call.node.attributes['squeeze_dims']?.list?.i ?? []).map(Number);
  const shape = call.builder.shape(call.value(0));
  const kept = shape.filter((side, axis) => (axes.length === 0 ? side !== 1 : !axes.includes(axis + 1)));
  return call.builder.reshape(call.node.name, call.value(0), kept);
}

/** Of a batch of any size, which is -1 as in a target shape. */
function shapeOf(call: NodeCall): Weights {
  return vector([-1, ...call.builder.shape(call.value(0))]);
}

/** One number of a vector, as Keras takes the batch out of a shape. */
function numberOf(call: NodeCall): Weights | null {
  const [all, begin] = [call.constant(0), call.constant(1)];
  const number = all.values[begin.values[0] ?? -1];
  const takesOne = Number(call.node.attributes['shrink_axis_mask']?.i ?? 0) === 1 && begin.values.length === 1;
  return takesOne && number !== undefined ? { shape: [], values: Float32Array.of(number) } : null;
}

/** A vector of numbers, as Keras makes a target shape of them. */
function packed(call: NodeCall): Weights | null {
  const numbers = call.node.inputs.map((_, index) => call.constant(index));
  const areNumbers = numbers.every(({ shape }) => shape.length === 0);
  return areNumbers ? vector(numbers.map(({ values }) => values[0] ?? NaN)) : null;
}

/** Reads that pass a value or constant on as it is. */
function passOn(call: NodeCall): string | Weights {
  return call.isConstant(0) ? call.constant(0) : call.value(0);
}

const CONVERTERS: Readonly<Record<string, (call: NodeCall) => string | Weights | null>> = {
  Identity: passOn,
  StopGradient: passOn,
  Conv2D: (call) => convolution(call, 'conv'),
  _FusedConv2D: (call) => convolution(call, 'conv'),
  FusedConv2D: (call) => convolution(call, 'conv'),
  DepthwiseConv2dNative: (call) => convolution(call, 'depthwise'),
  FusedDepthwiseConv2dNative: (call) => convolution(call, 'depthwise'),
  _FusedDepthwiseConv2dNative: (call) => convolution(call, 'depthwise'),
  MatMul: matrixProduct,
  _FusedMatMul: matrixProduct,
  BiasAdd: (call) => (call.channelsLast ? arithmetic(call, 'add') : null),
  Add: (call) => arithmetic(call, 'add'),
  AddV2: (call) => arithmetic(call, 'add'),
  AddN: sum,
  Sub: (call) => arithmetic(call, 'subtract'),
  Mul: (call) => arithmetic(call, 'multiply'),
  RealDiv: (call) => arithmetic(call, 'divide'),
  Maximum: (call) => call.builder.combine(call.node.name, [call.value(0), call.value(1)], 'maximum'),
  Minimum: (call) => call.builder.combine(call.node.name, [call.value(0), call.value(1)], 'minimum'),
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  MaxPool: (call) => pooling(call, 'max'),
  AvgPool: (call) => pooling(call, 'average'),
  Mean: (call) => globalPooling(call, 'average'),
  Max: (call) => globalPooling(call, 'max'),
  Pad: padding,
  PadV2: padding,
  ConcatV2: concatenation,
  Reshape: reshape,
  Squeeze: squeeze,
  Shape: shapeOf,
  StridedSlice: numberOf,
  Pack: packed,
  Softmax: (call) => call.builder.activation(call.node.name, call.value(0), 'softmax'),
  LeakyRelu: (call) =>
    call.builder.activation(call.node.name, call.value(0), {
      kind: 'leakyRelu',
      alpha: call.node.attributes['alpha']?.f ?? 0.2,
    }),
};

/** Operations that are computed of constants too. */
const OF_CONSTANTS: ReadonlySet<string> = new Set(['Identity', 'StridedSlice', 'Pack']);

/**
 * Adds the steps of one graph node.
 *
 * @returns the value it makes, the constant it is, or null when there is no step for it.
 * @throws Error with the rest of a sentence about the node.
 */
export function convertNode(
  builder: NetworkBuilder,
  node: GraphNode,
  values: ReadonlyMap<string, string>,
  constants: ReadonlyMap<string, Weights>,
): string | Weights | null {
  const activation = ELEMENTWISE[node.op];
  const call = new NodeCall(builder, node, values, constants);
  if (activation !== undefined) return builder.activation(node.name, call.value(0), activation);
  const dependsOnPicture = node.inputs.some((input) => values.has(input));
  if (!dependsOnPicture && !OF_CONSTANTS.has(node.op)) return null;
  try {
    return CONVERTERS[node.op]?.(call) ?? null;
  } catch (error) {
    if (error instanceof NoStepError) return null;
    throw error;
  }
}
