import { INPUT, sizeOf } from '../trunk/plan.js';
import type { Activation, Operation, Padding, Pair, Shape, Step, Weights } from '../trunk/plan.js';
import { NO_PADDING, windowedSize } from './network.js';
import type { Network, NetworkOutput } from './network.js';

/** How a window moves over its input; the builder works out the shape of what comes out. */
interface WindowOptions {
  strides: Pair;
  padding: Padding;
}

/** Numbers of one value: four times those of the largest map over the largest picture that is taken. */
const MOST_NUMBERS = 2 ** 28;

/** Something known but not in this form: it is no mistake of the model, and TensorFlow.js may still run it. */
export class NoStepError extends Error {
  override readonly name = 'NoStepError';
}

/**
 * Collects the steps of a network as a reader finds them, working out each shape from its inputs, so that no reader
 * has to trust the shapes a file claims.
 */
export class NetworkBuilder {
  readonly #steps: Step[] = [];
  readonly #shapes = new Map<string, Shape>();
  readonly #layers = new Map<string, string>();

  constructor(readonly input: Network['input']) {
    this.#shapes.set(INPUT, [input.height, input.width, input.channels]);
  }

  /** Shape of a value made earlier. */
  shape(value: string): Shape {
    const shape = this.#shapes.get(value);
    if (shape === undefined) throw new Error(`value "${value}" is used before it is made`);
    return shape;
  }

  /** Adds a step with a shape worked out by the caller; returns the value's name, unique in the network. */
  add(name: string, inputs: readonly string[], operation: Operation, shape: Shape): string {
    if (shape.some((side) => !Number.isInteger(side) || side < 1) || sizeOf(shape) > MOST_NUMBERS) {
      throw new Error(`its output would have the shape [${shape.join(', ')}]`);
    }
    let unique = name;
    for (let copy = 2; this.#shapes.has(unique); copy++) unique = `${name}#${copy}`;
    this.#steps.push({ name: unique, inputs, operation, shape });
    this.#shapes.set(unique, shape);
    return unique;
  }

  /** Lets people ask for `value` by the name of a layer or graph node; the first of equal names wins. */
  nameLayer(layer: string, value: string): void {
    if (!this.#layers.has(layer)) this.#layers.set(layer, value);
  }

  /** filter [height, width, in / groups, out] */
  conv(
    name: string,
    input: string,
    options: WindowOptions & { filter: Weights; bias: Weights | null; dilations: Pair },
  ): string {
    const { filter, dilations, strides, padding } = options;
    const [kernelHeight = 1, kernelWidth = 1, perGroup = 1, out = 1] = filter.shape;
    const shape = this.shape(input);
    const channels = shape[2] ?? 0;
    if (channels % perGroup !== 0) throw new Error(`its filter takes ${perGroup} channels, its input has ${channels}`);
    const [height, width] = windowedSize(shape, [kernelHeight, kernelWidth], strides, dilations, padding);
    const operation: Operation = { op: 'conv', ...options, groups: channels / perGroup, activation: 'linear' };
    return this.add(name, [input], operation, [height, width, out]);
  }

  /** filter [height, width, channels, multiplier] */
  depthwise(
    name: string,
    input: string,
    options: WindowOptions & { filter: Weights; bias: Weights | null; dilations: Pair },
  ): string {
    const { filter, dilations, strides, padding } = options;
    const [kernelHeight = 1, kernelWidth = 1, channels = 1, multiplier = 1] = filter.shape;
    const shape = this.shape(input);
    if (shape[2] !== channels) throw new Error(`its filter takes ${channels} channels, its input has ${shape[2] ?? 0}`);
    const [height, width] = windowedSize(shape, [kernelHeight, kernelWidth], strides, dilations, padding);
    return this.add(name, [input], { op: 'depthwise', ...options, activation: 'linear' }, [
      height,
      width,
      channels * multiplier,
    ]);
  }

  /** kernel [in, out]; over a feature map it is a 1 x 1 convolution. */
  dense(name: string, input: string, kernel: Weights, bias: Weights | null): string {
    const shape = this.shape(input);
    const [fanIn = 0, fanOut = 0] = kernel.shape;
    if (shape.at(-1) !== fanIn)
      throw new Error(`its kernel takes ${fanIn} numbers, its input has ${shape.at(-1) ?? 0}`);
    if (shape.length === 3) {
      const filter = { shape: [1, 1, fanIn, fanOut], values: kernel.values };
      return this.conv(name, input, { filter, bias, strides: [1, 1], dilations: [1, 1], padding: NO_PADDING });
    }
    if (shape.length !== 1) throw new NoStepError(`it is dense over an input of rank ${shape.length + 1}`);
    return this.add(name, [input], { op: 'dense', kernel, bias, activation: 'linear' }, [fanOut]);
  }

  /** Element-wise steps, shape kept. */
  unary(name: string, input: string, operation: Operation): string {
    return this.add(name, [input], operation, this.shape(input));
  }

  /** The named activation's step; the input itself for 'linear'. */
  activation(name: string, input: string, activation: Activation | 'linear' | 'softmax'): string {
    if (activation === 'linear') return input;
    return this.unary(name, input, activation === 'softmax' ? { op: 'softmax' } : { op: 'activation', activation });
  }

  pool(name: string, input: string, kind: 'max' | 'average', size: Pair, options: WindowOptions): string {
    const shape = this.shape(input);
    const [height, width] = windowedSize(shape, size, options.strides, [1, 1], options.padding);
    return this.add(name, [input], { op: 'pool', kind, size, ...options }, [height, width, shape[2] ?? 0]);
  }

  globalPool(name: string, input: string, kind: 'max' | 'average', keepDimensions: boolean): string {
    const shape = this.shape(input);
    if (shape.length !== 3) throw new Error(`it pools an input of rank ${shape.length + 1}`);
    const channels = shape[2] ?? 0;
    return this.add(name, [input], { op: 'globalPool', kind }, keepDimensions ? [1, 1, channels] : [channels]);
  }

  /** Element-wise over inputs of equal shape, or of [1, 1, c] beside [h, w, c]. */
  combine(
    name: string,
    inputs: readonly string[],
    kind: 'add' | 'multiply' | 'subtract' | 'maximum' | 'minimum' | 'average',
  ): string {
    const shapes = inputs.map((input) => this.shape(input));
    const largest = shapes.reduce((best, shape) => (sizeOf(shape) > sizeOf(best) ? shape : best));
    for (const shape of shapes) {
      const fits = shape.length === largest.length && shape.every((side, axis) => side === 1 || side === largest[axis]);
      if (!fits) throw new NoStepError(`it combines shapes [${shape.join(', ')}] and [${largest.join(', ')}]`);
    }
    return this.add(name, inputs, { op: 'combine', kind }, largest);
  }

  /** `axis` counts without the batch. */
  concat(name: string, inputs: readonly string[], axis: number): string {
    const shapes = inputs.map((input) => this.shape(input));
    const [first = []] = shapes;
    const shape = first.map((side, index) =>
      index === axis ? shapes.reduce((sum, other) => sum + (other[index] ?? 0), 0) : side,
    );
    return this.add(name, inputs, { op: 'concat', axis }, shape);
  }

  pad(name: string, input: string, padding: Padding, value = 0): string {
    return this.add(name, [input], { op: 'pad', padding, value }, this.#resized(input, padding, 1));
  }

  crop(name: string, input: string, padding: Padding): string {
    return this.add(name, [input], { op: 'crop', padding }, this.#resized(input, padding, -1));
  }

  /** `axis` counts without the batch. */
  slice(name: string, input: string, axis: number, from: number, to: number): string {
    const shape = this.shape(input);
    if (from < 0 || to > (shape[axis] ?? 0)) throw new Error(`it takes ${from} to ${to} of ${shape[axis] ?? 0}`);
    return this.add(name, [input], { op: 'slice', axis, from }, shape.with(axis, to - from));
  }

  upsample(name: string, input: string, factors: Pair): string {
    const [height = 0, width = 0, channels = 0] = this.shape(input);
    return this.add(name, [input], { op: 'upsample', factors }, [height * factors[0], width * factors[1], channels]);
  }

  /** One side may be -1: what is left. A reshape to the same shape is no step. */
  reshape(name: string, input: string, target: readonly number[]): string {
    const size = sizeOf(this.shape(input));
    const known = sizeOf(target.filter((side) => side !== -1));
    const shape = target.map((side) => (side === -1 ? size / known : side));
    if (sizeOf(shape) !== size) throw new Error(`it reshapes ${size} numbers to [${target.join(', ')}]`);
    const same = shape.length === this.shape(input).length && shape.every((side, i) => side === this.shape(input)[i]);
    return same ? input : this.add(name, [input], { op: 'reshape' }, shape);
  }

  /** `axes` count without the batch: output axis i is input axis axes[i]. */
  permute(name: string, input: string, axes: readonly number[]): string {
    const shape = this.shape(input);
    return this.add(
      name,
      [input],
      { op: 'permute', axes },
      axes.map((axis) => shape[axis] ?? 0),
    );
  }

  /** @param outputs all of them, or the value of the only one. */
  finish(outputs: string | readonly NetworkOutput[]): Network {
    const all = typeof outputs === 'string' ? [{ name: outputs, value: outputs }] : outputs;
    return { input: this.input, steps: this.#steps, outputs: all, layers: this.#layers };
  }

  #resized(input: string, by: Padding, sign: 1 | -1): Shape {
    const [height = 0, width = 0, channels = 0] = this.shape(input);
    return [height + sign * (by.top + by.bottom), width + sign * (by.left + by.right), channels];
  }
}
