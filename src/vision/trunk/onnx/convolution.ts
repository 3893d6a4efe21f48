import type { Operation, Padding } from '../plan.js';
import { onnxShape } from './filter-order.js';
import type { GraphWriter } from './graph.js';

export type Convolution = Extract<Operation, { op: 'conv' | 'depthwise' }>;

export function pads({ top, left, bottom, right }: Padding): { ints: number[] } {
  return { ints: [top, left, bottom, right] };
}

/** A convolution without its activation, of the names of its input, its filter in ONNX' order and its bias, if any. */
export function convolutionNode(graph: GraphWriter, operation: Convolution, inputs: readonly string[]): string {
  const { op, filter, strides, dilations, padding } = operation;
  return graph.node('Conv', inputs, {
    kernel_shape: { ints: onnxShape(filter.shape, op).slice(2) },
    strides: { ints: strides },
    dilations: { ints: dilations },
    pads: pads(padding),
    group: { int: op === 'depthwise' ? (filter.shape[2] ?? 1) : operation.groups },
  });
}
