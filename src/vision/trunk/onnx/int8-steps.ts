import type { FusedActivation, Step } from '../plan.js';
import { computesInInt8 } from '../value-ranges.js';
import type { ValueRanges } from '../value-ranges.js';
import { convolutionNode } from './convolution.js';
import type { Convolution } from './convolution.js';
import { onnxShape, toOnnxOrder } from './filter-order.js';
import type { GraphWriter } from './graph.js';

/** Weights are whole multiples of their channel's scale from -127 to 127. */
const MOST_STEPS = 127;

/** A bias is a whole multiple of a product of two scales; beyond this it would not fit 32 bits. */
const MOST_BIAS_STEPS = 2 ** 30;

/** The numbers that 8 bits stand for: `scale * (byte - zero)`. */
export interface Grid {
  readonly scale: number;
  readonly zero: number;
}

/** What an activation makes of numbers, as bounds: a grid that ends there needs no activation. */
const BOUNDS: Readonly<Record<FusedActivation, readonly [number, number]>> = {
  linear: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
};

/** The grid over a range. Zero lies on it, as padding is made of zeros. */
export function gridOf([low, high]: readonly [number, number], activation: FusedActivation = 'linear'): Grid {
  const [least, most] = BOUNDS[activation];
  const from = Math.min(Math.max(low, least), 0);
  const to = Math.max(Math.min(high, most), 0);
  const scale = (to - from) / 255 || 1;
  return { scale, zero: Math.round((0 - from) / scale) };
}

/** A filter in ONNX' order as whole numbers, and the scale of each of its output channels. */
export interface WholeFilter {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/**
 * Rounds a filter, each output channel by its own scale.
 *
 * @param least the scale that a channel has at least.
 */
export function roundFilter({ op, filter }: Convolution, least: (channel: number) => number): WholeFilter {
  const ordered = toOnnxOrder(filter.values, filter.shape, op);
  const [channels = 1] = onnxShape(filter.shape, op);
  const size = ordered.length / channels;
  const values = new Int8Array(ordered.length);
  const scales = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    const [from, to] = [channel * size, (channel + 1) * size];
    let largest = 0;
    for (let at = from; at < to; at++) largest = Math.max(largest, Math.abs(ordered[at] ?? 0));
    const scale = Math.max(largest / MOST_STEPS, least(channel)) || 1;
    for (let at = from; at < to; at++) values[at] = Math.round((ordered[at] ?? 0) / scale);
    scales[channel] = scale;
  }
  return { values, scales };
}

/**
 * Writes steps of the trunk that compute with whole numbers of 8 bits, as ONNX Runtime finds them in a graph: a node
 * between DequantizeLinear and QuantizeLinear, which it makes one of the two and the node
 * (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html). Activations are bytes without a sign,
 * weights bytes with one, by a scale for each output channel; sums have 32 bits.
 */
export class Int8Steps {
  readonly #graph: GraphWriter;
  readonly #ranges: ValueRanges;
  readonly #grids = new Map<string, Grid>();
  /** Names in the graph of values that lie on their grid, by their names in the plan. */
  readonly #rounded = new Map<string, string>();

  constructor(graph: GraphWriter, ranges: ValueRanges) {
    this.#graph = graph;
    this.#ranges = ranges;
  }

  /** Whether the step computes in int8: it can, and the ranges of what it reads and makes are known. */
  takes(step: Step): boolean {
    return computesInInt8(step) && [...step.inputs, step.name].every((value) => this.#ranges.has(value));
  }

  /**
   * @param named gives the name in the graph of a value of the plan.
   * @returns the name of what the step makes, on its grid.
   */
  write(step: Step, named: (value: string) => string): string {
    const { operation, name, inputs } = step;
    const [x = '', ...others] = inputs.map((value) => this.#rounded.get(value) ?? this.#round(value, named(value)));
    if (operation.op !== 'conv' && operation.op !== 'depthwise') {
      return this.#round(name, this.#graph.node('Add', [x, ...others]));
    }
    const value = convolutionNode(this.#graph, operation, [x, ...this.#constants(operation, inputs[0] ?? '')]);
    return this.#round(name, value, operation.activation);
  }

  #round(value: string, name: string, activation?: FusedActivation): string {
    const grid = gridOf(this.#ranges.get(value) ?? [0, 0], activation);
    const places = [this.#graph.scalar(grid.scale), this.#graph.whole([], Uint8Array.of(grid.zero))];
    const bytes = this.#graph.node('QuantizeLinear', [name, ...places]);
    const rounded = this.#graph.node('DequantizeLinear', [bytes, ...places]);
    this.#grids.set(value, grid);
    this.#rounded.set(value, rounded);
    return rounded;
  }

  /** A convolution's filter and bias, on their grids. */
  #constants(operation: Convolution, input: string): string[] {
    const { op, filter, bias } = operation;
    const { scale } = this.#grids.get(input) ?? { scale: 1 };
    const { values, scales } = roundFilter(
      operation,
      (channel) => Math.abs(bias?.values[channel] ?? 0) / (scale * MOST_BIAS_STEPS),
    );
    const perChannel = (numbers: string, by: Float32Array, zeros: Int8Array | Int32Array): string =>
      this.#graph.node(
        'DequantizeLinear',
        [numbers, this.#graph.floats([by.length], by), this.#graph.whole([by.length], zeros)],
        { axis: { int: 0 } },
      );
    const whole = this.#graph.whole(onnxShape(filter.shape, op), values);
    const rounded = [perChannel(whole, scales, new Int8Array(scales.length))];
    if (bias === null) return rounded;
    const steps = scales.map((each) => each * scale);
    const sums = Int32Array.from(bias.values, (each, channel) => Math.round(each / (steps[channel] ?? 1)));
    return [...rounded, perChannel(this.#graph.whole([sums.length], sums), steps, new Int32Array(sums.length))];
  }
}
