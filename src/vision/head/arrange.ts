import type { Padding, Shape } from '../trunk/plan.js';
import { sizeOf } from '../trunk/plan.js';
import { inputSize, only } from './differentiable.js';
import type { Differentiable, OperationOf, StepData } from './differentiable.js';

/** For each output element, the index of the input element it is a copy of, or -1 for filling. */
function gather(input: Float32Array, sources: Int32Array, filling: number): Float32Array {
  return Float32Array.from(sources, (source) => (source < 0 ? filling : (input[source] ?? 0)));
}

function scatter(size: number, sources: Int32Array, gradient: Float32Array): Float32Array {
  const result = new Float32Array(size);
  sources.forEach((source, index) => {
    if (source >= 0) result[source] = (result[source] ?? 0) + (gradient[index] ?? 0);
  });
  return result;
}

/** An operation that only moves elements, given by where each output element comes from. */
function moving<Tag extends 'pad' | 'crop' | 'slice' | 'upsample' | 'permute'>(
  sourcesOf: (operation: OperationOf<Tag>, data: StepData) => Int32Array,
  fillingOf: (operation: OperationOf<Tag>) => number,
): Differentiable<OperationOf<Tag>> {
  return {
    forward: (operation, data) => gather(only(data), sourcesOf(operation, data), fillingOf(operation)),
    backward: (operation, data, _output, gradient) => [scatter(inputSize(data), sourcesOf(operation, data), gradient)],
  };
}

/** Sources of a [height, width, channels] output, place by place. */
function placeSources(data: StepData, source: (y: number, x: number) => [y: number, x: number]): Int32Array {
  const [height = 0, width = 0, channels = 0] = data.inputShapes[0] ?? [];
  const [outHeight = 0, outWidth = 0] = data.outputShape;
  const sources = new Int32Array(sizeOf(data.outputShape)).fill(-1);
  for (let y = 0, at = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++, at += channels) {
      const [fromY, fromX] = source(y, x);
      if (fromY < 0 || fromY >= height || fromX < 0 || fromX >= width) continue;
      for (let c = 0; c < channels; c++) sources[at + c] = (fromY * width + fromX) * channels + c;
    }
  }
  return sources;
}

const shifted = (data: StepData, padding: Padding, sign: 1 | -1): Int32Array =>
  placeSources(data, (y, x) => [y - sign * padding.top, x - sign * padding.left]);

export const pad = moving<'pad'>(
  (operation, data) => shifted(data, operation.padding, 1),
  (operation) => operation.value,
);

export const crop = moving<'crop'>(
  (operation, data) => shifted(data, operation.padding, -1),
  () => 0,
);

export const upsample = moving<'upsample'>(
  ({ factors }, data) => placeSources(data, (y, x) => [Math.floor(y / factors[0]), Math.floor(x / factors[1])]),
  () => 0,
);

/** Distance between neighbours along each axis of a row-major array. */
function stridesOf(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

export const permute = moving<'permute'>(
  ({ axes }, data) => {
    const inputStrides = stridesOf(data.inputShapes[0] ?? []);
    const outputStrides = stridesOf(data.outputShape);
    return Int32Array.from({ length: sizeOf(data.outputShape) }, (_, index) => {
      let rest = index;
      let source = 0;
      outputStrides.forEach((stride, axis) => {
        source += Math.floor(rest / stride) * (inputStrides[axes[axis] ?? 0] ?? 0);
        rest %= stride;
      });
      return source;
    });
  },
  () => 0,
);

export const slice = moving<'slice'>(
  ({ axis, from }, data) => {
    const inner = sizeOf(data.outputShape.slice(axis + 1));
    const side = data.outputShape[axis] ?? 0;
    const before = data.inputShapes[0]?.[axis] ?? 0;
    return Int32Array.from({ length: sizeOf(data.outputShape) }, (_, index) => {
      const [row, rest] = [Math.floor(index / inner), index % inner];
      return (Math.floor(row / side) * before + from + (row % side)) * inner + rest;
    });
  },
  () => 0,
);

export const reshape: Differentiable<OperationOf<'reshape'>> = {
  forward: (_operation, data) => only(data),
  backward: (_operation, _data, _output, gradient) => [gradient],
};

/** Elements before `axis` and elements from it on, of each input. */
function blocks(axis: number, shapes: readonly Shape[]): { outer: number; lengths: number[]; total: number } {
  const lengths = shapes.map((shape) => sizeOf(shape.slice(axis)));
  return {
    outer: sizeOf((shapes[0] ?? []).slice(0, axis)),
    lengths,
    total: lengths.reduce((sum, length) => sum + length, 0),
  };
}

export const concat: Differentiable<OperationOf<'concat'>> = {
  forward: ({ axis }, data) => {
    const { outer, lengths, total } = blocks(axis, data.inputShapes);
    const output = new Float32Array(outer * total);
    let offset = 0;
    data.inputs.forEach((input, index) => {
      const length = lengths[index] ?? 0;
      for (let i = 0; i < outer; i++) output.set(input.subarray(i * length, (i + 1) * length), i * total + offset);
      offset += length;
    });
    return output;
  },
  backward: ({ axis }, data, _output, gradient) => {
    const { outer, lengths, total } = blocks(axis, data.inputShapes);
    let offset = 0;
    return lengths.map((length) => {
      const result = new Float32Array(outer * length);
      for (let i = 0; i < outer; i++) {
        const from = i * total + offset;
        result.set(gradient.subarray(from, from + length), i * length);
      }
      offset += length;
      return result;
    });
  },
};
