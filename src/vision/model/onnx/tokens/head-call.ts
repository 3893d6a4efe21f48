import type { GraphWriter } from '../../../trunk/onnx/graph.js';
import type { Shape } from '../../../trunk/plan.js';
import type { OnnxFileNode } from '../onnx-file.js';

/** A node of a file's head on its way into a graph that computes it and its gradient. */
export interface HeadCall {
  readonly node: OnnxFileNode;
  readonly opset: number;
  readonly graph: GraphWriter;
  /** The graph's name of what the node reads; undefined of what is left out. */
  readonly input: (index: number) => string | undefined;
  /** Shapes of the file's tensors, with the batch. */
  readonly shapes: readonly Shape[];
  readonly outputShapes: readonly Shape[];
  /** Whether the input depends on the feature map. */
  readonly depends: (index: number) => boolean;
  /** The numbers of a constant; null of what is none, or is left out. */
  readonly numbers: (index: number) => readonly number[] | null;
}

/** A gradient with respect to each output of a node; undefined of one that the score does not depend on. */
export type Gradients = readonly (string | undefined)[];

/** What a node has become: its outputs, and the vector-Jacobian product with respect to one of its inputs. */
export interface HeadStep {
  readonly outputs: readonly string[];
  /** Null where that input has none. */
  readonly gradient: (input: number, outputs: Gradients) => string | null;
}

export type Rule = (call: HeadCall) => HeadStep;

/** The head has a node that there is no gradient of here. */
export class NoGradientError extends Error {
  override readonly name = 'NoGradientError';
}

/** A node with one output. */
export function one(output: string, gradient: (gradient: string, input: number) => string | null): HeadStep {
  return {
    outputs: [output],
    gradient: (input, [given]) => (given === undefined ? null : gradient(given, input)),
  };
}

export function input(call: HeadCall, index: number): string {
  const name = call.input(index);
  if (name === undefined) throw new NoGradientError(`it has no input ${index}`);
  return name;
}

export function allInputs({ input, shapes }: HeadCall): string[] {
  return shapes.flatMap((_, index) => input(index) ?? []);
}

export const shapeOf = ({ shapes }: HeadCall, index: number): Shape => shapes[index] ?? [];
export const outputShape = ({ outputShapes }: HeadCall): Shape => outputShapes[0] ?? [];
export const int = ({ node }: HeadCall, name: string, otherwise: number): number =>
  node.attributes.get(name)?.int ?? otherwise;
export const fromStart = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

export function reshaped({ graph }: HeadCall, value: string, shape: Shape): string {
  return graph.node('Reshape', [value, graph.integers(shape)]);
}

export function summed({ graph }: HeadCall, value: string, axes: readonly number[]): string {
  return graph.node('ReduceSum', [value, graph.integers(axes)], { keepdims: { int: 1 } });
}

/** The gradient of what was broadcast: summed over the axes that it was repeated along. */
export function unbroadcast(call: HeadCall, gradient: string, from: Shape, to: Shape): string {
  const added = from.length - to.length;
  const axes = from.flatMap((side, axis) => (axis < added || (to[axis - added] === 1 && side !== 1) ? [axis] : []));
  const sum = axes.length === 0 ? gradient : summed(call, gradient, axes);
  return added === 0 ? sum : reshaped(call, sum, to);
}
