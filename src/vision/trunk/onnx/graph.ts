import { sizeOf } from '../plan.js';
import type { Shape, Weights } from '../plan.js';
import type { Attribute, OnnxConstant, OnnxGraph, OnnxNode, OnnxValue, WholeNumbers } from './proto.js';

/** Constants from this many bytes on are read from the file that they lie in. */
export const FROM_FILE_BYTES = 1024;

/** Axes that take [batch, height, width, channels] to [batch, channels, height, width], and back. */
const TO_CHANNELS_FIRST = [0, 3, 1, 2];
const TO_CHANNELS_LAST = [0, 2, 3, 1];

/**
 * Collects nodes and constants of an ONNX graph. Feature maps lie channels first, as ONNX wants them; vectors and
 * everything else keep the plan's order.
 */
export class GraphWriter {
  readonly #nodes: OnnxNode[] = [];
  readonly #constants: OnnxConstant[] = [];
  #count = 0;

  /** Adds a node with one output; returns the output's name. */
  node(type: string, inputs: readonly string[], attributes: Record<string, Attribute> = {}, output?: string): string {
    const name = output ?? this.#fresh();
    this.#nodes.push({ type, inputs, outputs: [name], attributes });
    return name;
  }

  /**
   * Weights as they are, or in another shape and order: the one in which they are stored, where they are.
   */
  weights(weights: Weights, to = { shape: weights.shape, ordered: (values: Float32Array) => values }): string {
    const { shape, ordered } = to;
    const bytes = sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT;
    const { stored } = weights;
    if (stored === undefined || bytes < FROM_FILE_BYTES) return this.#constant(shape, ordered(weights.values));
    return this.#constant(shape, { ...stored, bytes });
  }

  floats(shape: readonly number[], values: ArrayLike<number>): string {
    return this.#constant(shape, values instanceof Float32Array ? values : Float32Array.from(values));
  }

  scalar(value: number): string {
    return this.floats([], [value]);
  }

  integers(values: readonly number[]): string {
    return this.#constant([values.length], BigInt64Array.from(values, BigInt));
  }

  whole(shape: readonly number[], values: WholeNumbers): string {
    return this.#constant(shape, values);
  }

  /** A constant over the last axis of a value of `shape`: [channels] or [1]. */
  perChannel(shape: Shape, weights: Weights): string {
    const { values } = weights;
    return shape.length === 3 ? this.floats([1, values.length, 1, 1], values) : this.floats([values.length], values);
  }

  /** A feature map in the plan's order, channels last; other values as they are. */
  channelsLast(value: string, shape: Shape, output?: string): string {
    if (shape.length === 3) return this.node('Transpose', [value], { perm: { ints: TO_CHANNELS_LAST } }, output);
    return output === undefined ? value : this.node('Identity', [value], {}, output);
  }

  channelsFirst(value: string, shape: Shape, output?: string): string {
    if (shape.length === 3) return this.node('Transpose', [value], { perm: { ints: TO_CHANNELS_FIRST } }, output);
    return output === undefined ? value : this.node('Identity', [value], {}, output);
  }

  /** Shapes with the batch. */
  finish(inputs: readonly OnnxValue[], outputs: readonly OnnxValue[]): OnnxGraph {
    return { nodes: this.#nodes, constants: this.#constants, inputs, outputs };
  }

  #fresh(): string {
    this.#count += 1;
    return `@${this.#count}`;
  }

  #constant(shape: readonly number[], values: OnnxConstant['values']): string {
    const name = this.#fresh();
    this.#constants.push({ name, shape, values });
    return name;
  }
}
