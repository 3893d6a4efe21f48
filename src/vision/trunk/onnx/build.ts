import type { Activation, FusedActivation, Plan, Shape, Step, Weights } from '../plan.js';
import { INPUT, shapesOf } from '../plan.js';
import { channelsFirst, UnsupportedStepError } from '../runner.js';
import type { ValueRanges } from '../value-ranges.js';
import { convolutionNode, pads } from './convolution.js';
import type { Convolution } from './convolution.js';
import { onnxShape, toOnnxOrder } from './filter-order.js';
import { GraphWriter } from './graph.js';
import { cutName, SCORES_OUTPUT } from './graph-names.js';
import { Int8Steps } from './int8-steps.js';
import type { OnnxGraph } from './proto.js';

type Shapes = ReadonlyMap<string, Shape>;

function fuse(graph: GraphWriter, activation: FusedActivation, value: string): string {
  if (activation === 'linear') return value;
  return activation === 'relu' ? graph.node('Relu', [value]) : clip(graph, value, 6);
}

function clip(graph: GraphWriter, value: string, limit: number): string {
  return graph.node('Clip', [value, graph.scalar(0), graph.scalar(limit)]);
}

function gelu(graph: GraphWriter, value: string, approximate: boolean): string {
  let inner: string;
  if (approximate) {
    const cube = graph.node('Pow', [value, graph.scalar(3)]);
    const sum = graph.node('Add', [value, graph.node('Mul', [cube, graph.scalar(0.044715)])]);
    inner = graph.node('Tanh', [graph.node('Mul', [sum, graph.scalar(Math.sqrt(2 / Math.PI))])]);
  } else {
    inner = graph.node('Erf', [graph.node('Mul', [value, graph.scalar(Math.SQRT1_2)])]);
  }
  const gate = graph.node('Mul', [graph.node('Add', [inner, graph.scalar(1)]), graph.scalar(0.5)]);
  return graph.node('Mul', [value, gate]);
}

function activate(graph: GraphWriter, activation: Activation, value: string): string {
  switch (activation.kind) {
    case 'relu':
      return graph.node('Relu', [value]);
    case 'relu6':
      return clip(graph, value, 6);
    case 'clippedRelu':
      return clip(graph, value, activation.limit);
    case 'sigmoid':
      return graph.node('Sigmoid', [value]);
    case 'tanh':
      return graph.node('Tanh', [value]);
    case 'swish':
      return graph.node('Mul', [value, graph.node('Sigmoid', [value])]);
    case 'softplus':
      return graph.node('Softplus', [value]);
    case 'softsign':
      return graph.node('Softsign', [value]);
    case 'selu':
      return graph.node('Selu', [value]);
    case 'exp':
      return graph.node('Exp', [value]);
    case 'erf':
      return graph.node('Erf', [value]);
    case 'hardSigmoid':
      return graph.node('HardSigmoid', [value], {
        alpha: { float: activation.slope },
        beta: { float: activation.offset },
      });
    case 'hardSwish':
      return graph.node('HardSwish', [value]);
    case 'elu':
      return graph.node('Elu', [value], { alpha: { float: activation.alpha } });
    case 'leakyRelu':
      return graph.node('LeakyRelu', [value], { alpha: { float: activation.alpha } });
    case 'gelu':
      return gelu(graph, value, activation.approximate);
  }
}

const COMBINE = {
  add: 'Add',
  multiply: 'Mul',
  subtract: 'Sub',
  maximum: 'Max',
  minimum: 'Min',
  average: 'Mean',
} as const;

/** Which axis, counted with the batch, a plan's axis is in the graph's order. */
function graphAxis(shape: Shape, axis: number): number {
  return shape.length === 3 ? ([2, 3, 1][axis] ?? 1) : axis + 1;
}

function convolve(graph: GraphWriter, operation: Convolution, x: string): string {
  const { op, filter, bias, activation } = operation;
  const shape = onnxShape(filter.shape, op);
  const inputs = [x, graph.weights(filter, { shape, ordered: (values) => toOnnxOrder(values, filter.shape, op) })];
  if (bias !== null) inputs.push(graph.weights(bias));
  return fuse(graph, activation, convolutionNode(graph, operation, inputs));
}

/** A PReLU slope of [.., channels] in the graph's order. */
function slopeOf(graph: GraphWriter, shape: Shape, slope: Weights): string {
  if (shape.length !== 3) return graph.weights(slope);
  const [height = 1, width = 1, channels = 1] = [...Array<number>(3 - slope.shape.length).fill(1), ...slope.shape];
  return graph.floats([channels, height, width], toOnnxOrder(slope.values, [height, width, 1, channels], 'conv'));
}

function writeStep(graph: GraphWriter, step: Step, inputs: readonly string[], shapes: Shapes): string {
  const { operation, shape } = step;
  const [x = ''] = inputs;
  const inputShape = shapes.get(step.inputs[0] ?? INPUT) ?? [];
  switch (operation.op) {
    case 'conv':
    case 'depthwise':
      return convolve(graph, operation, x);
    case 'dense': {
      const { kernel, bias, activation } = operation;
      const gemm = [x, graph.weights(kernel)];
      if (bias !== null) gemm.push(graph.weights(bias));
      return fuse(graph, activation, graph.node('Gemm', gemm));
    }
    case 'affine': {
      const scaled = graph.node('Mul', [x, graph.perChannel(shape, operation.scale)]);
      return graph.node('Add', [scaled, graph.perChannel(shape, operation.shift)]);
    }
    case 'layerNorm': {
      const { scale, shift, epsilon } = operation;
      const inputs = [
        graph.channelsLast(x, shape),
        graph.floats(scale.shape, scale.values),
        graph.floats(shift.shape, shift.values),
      ];
      const attributes = { axis: { int: -1 }, epsilon: { float: epsilon } };
      return graph.channelsFirst(graph.node('LayerNormalization', inputs, attributes), shape);
    }
    case 'activation':
      return activate(graph, operation.activation, x);
    case 'prelu':
      return graph.node('PRelu', [x, slopeOf(graph, shape, operation.slope)]);
    case 'pool': {
      const attributes = {
        kernel_shape: { ints: operation.size },
        strides: { ints: operation.strides },
        pads: pads(operation.padding),
      };
      return graph.node(operation.kind === 'max' ? 'MaxPool' : 'AveragePool', [x], attributes);
    }
    case 'globalPool': {
      const value = graph.node(operation.kind === 'max' ? 'GlobalMaxPool' : 'GlobalAveragePool', [x]);
      return shape.length === 1 ? graph.node('Flatten', [value]) : value;
    }
    case 'combine':
      return inputs.reduce((sum, input, index) => {
        if (operation.kind === 'average') return index === 1 ? graph.node('Mean', inputs) : sum;
        return graph.node(COMBINE[operation.kind], [sum, input]);
      });
    case 'concat':
      return graph.node('Concat', inputs, { axis: { int: graphAxis(shape, operation.axis) } });
    case 'pad': {
      const { top, left, bottom, right } = operation.padding;
      const sides = graph.integers([0, 0, top, left, 0, 0, bottom, right]);
      return graph.node('Pad', [x, sides, graph.scalar(operation.value)]);
    }
    case 'crop': {
      const { top, left } = operation.padding;
      const [height = 0, width = 0] = shape;
      const axes = graph.integers([2, 3]);
      return graph.node('Slice', [x, graph.integers([top, left]), graph.integers([top + height, left + width]), axes]);
    }
    case 'slice': {
      const { axis, from } = operation;
      const places = [[from], [from + (shape[axis] ?? 0)], [graphAxis(shape, axis)]];
      return graph.node('Slice', [x, ...places.map((place) => graph.integers(place))]);
    }
    case 'upsample': {
      const scales = graph.floats([4], [1, 1, ...operation.factors]);
      return graph.node('Resize', [x, '', scales], {
        mode: { text: 'nearest' },
        coordinate_transformation_mode: { text: 'asymmetric' },
        nearest_mode: { text: 'floor' },
      });
    }
    case 'reshape': {
      const flat = graph.node('Reshape', [graph.channelsLast(x, inputShape), graph.integers([1, ...shape])]);
      return graph.channelsFirst(flat, shape);
    }
    case 'permute': {
      const perm = [0, ...operation.axes.map((axis) => axis + 1)];
      const moved = graph.node('Transpose', [graph.channelsLast(x, inputShape)], { perm: { ints: perm } });
      return graph.channelsFirst(moved, shape);
    }
    case 'softmax':
      return graph.node('Softmax', [x], { axis: { int: shape.length === 3 ? 1 : -1 } });
    case 'layer':
      throw new UnsupportedStepError(step.name, `ONNX has no form of the layer class ${operation.className}`);
  }
}

/**
 * A plan, trunk and head, as an ONNX graph. Its input is the picture, channels first; its outputs are the scores and
 * the cut values, channels last.
 *
 * @param ranges of values of the trunk, for one that computes in int8 where that is possible; else null.
 * @throws UnsupportedStepError for a step that has no ONNX form.
 */
export function buildGraph(plan: Plan, ranges: ValueRanges | null = null): OnnxGraph {
  const graph = new GraphWriter();
  const int8 = ranges && new Int8Steps(graph, ranges);
  const shapes = shapesOf(plan);
  const values = new Map<string, string>([[INPUT, 'picture']]);
  const named = (value: string): string => {
    const name = values.get(value);
    if (name === undefined) throw new UnsupportedStepError(value, 'it is read before it is made');
    return name;
  };
  const write = (step: Step): string => writeStep(graph, step, step.inputs.map(named), shapes);
  for (const step of plan.trunk) values.set(step.name, int8?.takes(step) ? int8.write(step, named) : write(step));
  for (const step of plan.head) values.set(step.name, write(step));
  const outputs = plan.cut.map((value, index) => {
    const shape = shapes.get(value) ?? [];
    return { name: graph.channelsLast(named(value), shape, cutName(index)), shape: [1, ...shape] };
  });
  const scoresShape = shapes.get(plan.scores) ?? [];
  const scores = graph.channelsLast(named(plan.scores), scoresShape, SCORES_OUTPUT);
  const { height, width, channels } = plan.input;
  const picture = { name: 'picture', shape: channelsFirst([height, width, channels]) };
  return graph.finish([picture], [...outputs, { name: scores, shape: [1, ...scoresShape] }]);
}
