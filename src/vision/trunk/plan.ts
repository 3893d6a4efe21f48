import type { OnnxGraph } from './onnx/proto.js';

/**
 * The plan: a network as a plain list of typed steps, independent of any library. Values are named; each step makes
 * one value from earlier ones. Shapes leave out the batch, which is always one: `[height, width, channels]` for
 * feature maps, `[units]` for vectors. Data is row-major in that order.
 */

/** A place in a file of numbers: float32, little-endian. */
export interface FilePlace {
  readonly file: string;
  /** In bytes. */
  readonly offset: number;
}

/** A constant tensor: `values` holds the product of `shape` numbers, row-major. */
export interface Weights {
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** Where the numbers lie in the order in which ONNX takes them, which reads them there itself. */
  readonly stored?: FilePlace;
}

export type Shape = readonly number[];

/** Element-wise functions, as Keras defines them. */
export type Activation =
  | {
      readonly kind: 'relu' | 'relu6' | 'sigmoid' | 'tanh' | 'swish' | 'softplus' | 'softsign' | 'selu' | 'exp' | 'erf';
    }
  /** clip(slope * x + offset, 0, 1): Keras 2 has slope 0.2, Keras 3 and hard-swish have 1/6. */
  | { readonly kind: 'hardSigmoid'; readonly slope: number; readonly offset: number }
  /** x * clip(x / 6 + 1/2, 0, 1) */
  | { readonly kind: 'hardSwish' }
  | { readonly kind: 'elu' | 'leakyRelu'; readonly alpha: number }
  /** min(max(x, 0), limit) */
  | { readonly kind: 'clippedRelu'; readonly limit: number }
  | { readonly kind: 'gelu'; readonly approximate: boolean };

/** What conv, depthwise and dense steps apply after their bias, in the same kernel. */
export type FusedActivation = 'linear' | 'relu' | 'relu6';

export interface Padding {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export type Pair = readonly [height: number, width: number];

interface Window {
  readonly strides: Pair;
  readonly padding: Padding;
}

export type Operation =
  /** filter [height, width, channels in / groups, channels out], bias [channels out] */
  | (Window & {
      readonly op: 'conv';
      readonly filter: Weights;
      readonly bias: Weights | null;
      readonly dilations: Pair;
      readonly groups: number;
      readonly activation: FusedActivation;
    })
  /** filter [height, width, channels, multiplier], bias [channels * multiplier] */
  | (Window & {
      readonly op: 'depthwise';
      readonly filter: Weights;
      readonly bias: Weights | null;
      readonly dilations: Pair;
      readonly activation: FusedActivation;
    })
  /** kernel [in, out] of a vector; bias [out] */
  | {
      readonly op: 'dense';
      readonly kernel: Weights;
      readonly bias: Weights | null;
      readonly activation: FusedActivation;
    }
  /** x * scale + shift, each [channels] or [1], over the last axis: what is left of a batch norm or a rescaling */
  | { readonly op: 'affine'; readonly scale: Weights; readonly shift: Weights }
  /** (x - mean) / sqrt(variance + epsilon) * scale + shift over the last axis, place by place (Ba et al. 2016) */
  | { readonly op: 'layerNorm'; readonly scale: Weights; readonly shift: Weights; readonly epsilon: number }
  | { readonly op: 'activation'; readonly activation: Activation }
  /** max(x, 0) + slope * min(x, 0); slope broadcasts over the input's shape */
  | { readonly op: 'prelu'; readonly slope: Weights }
  /** Averages leave the padding out of the count. */
  | (Window & { readonly op: 'pool'; readonly kind: 'max' | 'average'; readonly size: Pair })
  | { readonly op: 'globalPool'; readonly kind: 'max' | 'average' }
  /** Element-wise over two or more inputs; a [1, 1, c] input broadcasts over a [h, w, c] one. */
  | { readonly op: 'combine'; readonly kind: 'add' | 'multiply' | 'subtract' | 'maximum' | 'minimum' | 'average' }
  | { readonly op: 'concat'; readonly axis: number }
  | { readonly op: 'pad'; readonly padding: Padding; readonly value: number }
  | { readonly op: 'crop'; readonly padding: Padding }
  /** From one place on along an axis, as far as the shape says. */
  | { readonly op: 'slice'; readonly axis: number; readonly from: number }
  /** Each place repeated factors[0] times down and factors[1] times across. */
  | { readonly op: 'upsample'; readonly factors: Pair }
  | { readonly op: 'reshape' }
  | { readonly op: 'permute'; readonly axes: readonly number[] }
  /** Over the last axis. */
  | { readonly op: 'softmax' }
  /** A TensorFlow.js layer this plan has no step for, kept as its class, configuration and weights. */
  | {
      readonly op: 'layer';
      readonly className: string;
      readonly config: Readonly<Record<string, unknown>>;
      readonly weights: readonly Weights[];
    };

/** One operation with the names of what it reads and of what it makes. */
export interface Step {
  /** The value this step makes; unique in the plan. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly operation: Operation;
  /** Shape of the value made, without the batch. */
  readonly shape: Shape;
}

/** How the scores become probabilities. */
export type OutputKind = 'softmax' | 'sigmoids' | 'one-sigmoid' | 'linear';

/** The name every plan gives its picture input. */
export const INPUT = '@input';

/**
 * A network cut in two at its target layer. The trunk turns the picture into the `cut` values, the head turns those
 * into class scores before softmax or sigmoid.
 */
export interface Plan {
  readonly input: { readonly height: number; readonly width: number; readonly channels: number };
  readonly trunk: readonly Step[];
  readonly head: readonly Step[];
  /** What the head reads from the trunk; the target's feature map first, if there is one. */
  readonly cut: readonly string[];
  /** The explained feature map, or null where the network has none. */
  readonly target: { readonly value: string; readonly layer: string; readonly shape: Shape } | null;
  /** The value holding the scores: [classes], before softmax or sigmoid. */
  readonly scores: string;
  readonly output: OutputKind;
  /** Number of outputs of the network; one for a single sigmoid, which stands for two classes. */
  readonly outputs: number;
}

/** A graph model that runs whole on TensorFlow.js. */
export interface WholeGraph {
  readonly on: 'tensorflow';
  /** For the operator, as part of a sentence: it has operations without a step, or its plan did not come to the same. */
  readonly why: string;
  readonly inputNode: string;
  readonly scoresNode: string;
}

/** A tensor of an ONNX file, or a part of one, and how it becomes a value of the plan. */
export interface FileTensor {
  readonly name: string;
  /** Which of its numbers is the first; a part lies in one piece. */
  readonly from: number;
  /** Which of the tensor's axes each axis of the plan's value is; the batch is axis 0. */
  readonly axes: readonly number[];
  /** As the plan has it. */
  readonly shape: Shape;
}

/** How an ONNX file takes the picture. */
export interface FileInput {
  readonly name: string;
  readonly layout: 'nchw' | 'nhwc';
  readonly type: 'float32' | 'float16' | 'uint8';
}

/** An ONNX file that runs as it is: ONNX Runtime gives what the head reads as more outputs of it. */
export interface WholeFile {
  readonly on: 'onnx';
  /** For the operator, as with a graph. */
  readonly why: string;
  readonly input: FileInput;
  /** Those of the plan's cut, in its order. */
  readonly cut: readonly FileTensor[];
  readonly scores: FileTensor;
  /** What follows the cut, with its gradient, where the plan has no steps for it; ONNX Runtime computes it, too. */
  readonly head: OnnxGraph | null;
}

/**
 * What compiling gives. With a whole graph, the plan has no steps: its target and scores name nodes of it. With a whole
 * file, the plan has a head only, or none where the file has it as a graph.
 */
export interface Compiled {
  readonly plan: Plan;
  readonly whole: WholeGraph | WholeFile | null;
}

/** Shape of a value of the plan: the input's or that of the step that makes it. */
export function shapesOf(plan: Plan): Map<string, Shape> {
  const { height, width, channels } = plan.input;
  const shapes = new Map<string, Shape>([[INPUT, [height, width, channels]]]);
  for (const step of [...plan.trunk, ...plan.head]) shapes.set(step.name, step.shape);
  return shapes;
}

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Whether a value of this shape has more than one place: above 1 x 1. */
export function isSpatial(shape: Shape): boolean {
  const [height, width] = shape;
  return shape.length === 3 && height !== undefined && width !== undefined && height * width > 1;
}
