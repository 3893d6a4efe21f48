import type { Activation } from '../../trunk/plan.js';
import { NoStepError } from '../builder.js';
import {
  cast,
  concatenation,
  flatten,
  passOn,
  reshape,
  shape,
  slice,
  split,
  squeeze,
  transpose,
  unsqueeze,
} from './onnx-arrange.js';
import type { Made, OnnxCall } from './onnx-call.js';
import { foldConstants } from './onnx-constants.js';
import type { Constant } from './onnx-constants.js';
import {
  activating,
  arithmetic,
  batchNormalization,
  clip,
  combining,
  layerNormalization,
  mish,
  power,
  prelu,
  softmax,
} from './onnx-elementwise.js';
import type { OnnxTensor } from './onnx-file.js';
import { isWhole } from './onnx-tensor.js';
import { convolution, globally, padding, pooling, product, reduction, resizing } from './onnx-windows.js';

/** Activations by the operator that computes them, with the defaults of its attributes. */
function activationOf(call: OnnxCall): Activation | null {
  switch (call.node.op) {
    case 'Relu':
      return { kind: 'relu' };
    case 'Sigmoid':
      return { kind: 'sigmoid' };
    case 'Tanh':
      return { kind: 'tanh' };
    case 'Softplus':
      return { kind: 'softplus' };
    case 'Softsign':
      return { kind: 'softsign' };
    case 'Exp':
      return { kind: 'exp' };
    case 'Erf':
      return { kind: 'erf' };
    case 'HardSwish':
      return { kind: 'hardSwish' };
    case 'HardSigmoid':
      return { kind: 'hardSigmoid', slope: call.float('alpha', 0.2), offset: call.float('beta', 0.5) };
    case 'Elu':
      return { kind: 'elu', alpha: call.float('alpha', 1) };
    case 'LeakyRelu':
      return { kind: 'leakyRelu', alpha: call.float('alpha', 0.01) };
    case 'Gelu':
      return { kind: 'gelu', approximate: call.text('approximate') === 'tanh' };
    default:
      return null;
  }
}

type Converter = (call: OnnxCall) => Made | readonly Made[];

const CONVERTERS: Readonly<Record<string, Converter>> = {
  Conv: convolution,
  MaxPool: pooling('max'),
  AveragePool: pooling('average'),
  GlobalAveragePool: (call) => globally(call, 'average', true),
  GlobalMaxPool: (call) => globally(call, 'max', true),
  ReduceMean: reduction('average'),
  ReduceMax: reduction('max'),
  Pad: padding,
  Resize: resizing,
  Gemm: product,
  MatMul: product,
  Add: arithmetic('add'),
  Sub: arithmetic('subtract'),
  Mul: arithmetic('multiply'),
  Div: arithmetic('divide'),
  Sum: combining('add'),
  Max: combining('maximum'),
  Min: combining('minimum'),
  Mean: combining('average'),
  Pow: power,
  Clip: clip,
  Mish: mish,
  PRelu: prelu,
  Softmax: softmax,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  Identity: passOn,
  Dropout: passOn,
  Cast: (call) => cast(call, isWhole),
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Shape: shape,
  Concat: concatenation,
  Slice: slice,
  Split: split,
};

/** What is computed of constants as it is of values. */
const OF_EITHER: ReadonlySet<string> = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Shape',
]);

/** A constant that is an attribute of its node. */
function constantIn(call: OnnxCall, read: (tensor: OnnxTensor) => Constant): Constant {
  const { attributes } = call.node;
  const [tensor, ints, floats] = [
    attributes.get('value')?.tensor,
    attributes.get('value_ints'),
    attributes.get('value_floats'),
  ];
  if (tensor) return read(tensor);
  const list = ints?.ints ?? floats?.floats;
  if (list !== undefined) return { shape: [list.length], values: Float32Array.from(list), whole: ints !== undefined };
  const [int, float] = [attributes.get('value_int'), attributes.get('value_float')];
  const value = int?.int ?? float?.float;
  if (value === undefined) throw new NoStepError('it is a constant of another kind');
  return { shape: [], values: Float32Array.of(value), whole: int !== undefined };
}

/**
 * Adds the steps of one node of a graph.
 *
 * @param read the numbers of a constant that is an attribute.
 * @returns what it makes, an entry an output, or null where there is no step for it.
 * @throws Error with the rest of a sentence about the node.
 */
export function convertOnnxNode(call: OnnxCall, read: (tensor: OnnxTensor) => Constant): readonly Made[] | null {
  const { op, inputs } = call.node;
  try {
    if (op === 'Constant') return [constantIn(call, read)];
    // What every object has, `constructor` say, is an entry of every table of operators.
    if (op in Object.prototype) return null;
    const given = inputs.flatMap((_, index) => (call.has(index) ? [index] : []));
    const ofConstants = given.every((index) => call.isConstant(index));
    if (ofConstants && !OF_EITHER.has(op)) {
      const fill = call.node.attributes.get('value')?.tensor;
      const folded = foldConstants({
        op,
        inputs: given.map((index) => call.constant(index)),
        axis: call.int('axis', 0),
        perm: call.ints('perm'),
        fill: fill ? read(fill) : null,
      });
      return folded === null ? null : [folded];
    }
    const activation = activationOf(call);
    const made = activation === null ? CONVERTERS[op]?.(call) : activating(call, activation);
    if (made === undefined) return null;
    return Array.isArray(made) ? (made as readonly Made[]) : [made as Made];
  } catch (error) {
    if (error instanceof NoStepError) return null;
    throw error;
  }
}
