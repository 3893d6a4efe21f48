import { sizeOf } from '../trunk/plan.js';
import { inputSize, only } from './differentiable.js';
import type { Differentiable, OperationOf, StepData } from './differentiable.js';

type Pool = OperationOf<'pool'>;

/** Calls `visit` with the output offset and the input offsets of each window, padding left out. */
function forEachWindow(
  operation: Pool,
  data: StepData,
  visit: (output: number, inputs: readonly number[]) => void,
): void {
  const [height = 0, width = 0, channels = 0] = data.inputShapes[0] ?? [];
  const [outHeight = 0, outWidth = 0] = data.outputShape;
  const { size, strides, padding } = operation;
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const places: number[] = [];
      for (let ky = 0; ky < size[0]; ky++) {
        for (let kx = 0; kx < size[1]; kx++) {
          const inY = y * strides[0] + ky - padding.top;
          const inX = x * strides[1] + kx - padding.left;
          if (inY >= 0 && inY < height && inX >= 0 && inX < width) places.push((inY * width + inX) * channels);
        }
      }
      visit((y * outWidth + x) * channels, places);
    }
  }
}

function argMax(input: Float32Array, places: readonly number[], channel: number): number {
  let best = -1;
  let value = -Infinity;
  for (const place of places) {
    const candidate = input[place + channel] ?? -Infinity;
    if (candidate > value || best < 0) {
      best = place + channel;
      value = candidate;
    }
  }
  return best;
}

/** Max pooling passes the gradient to the first largest of a window, as TensorFlow does. */
export const pool: Differentiable<Pool> = {
  forward: (operation, data) => {
    const input = only(data);
    const channels = data.outputShape[2] ?? 0;
    const output = new Float32Array(sizeOf(data.outputShape));
    forEachWindow(operation, data, (at, places) => {
      for (let c = 0; c < channels; c++) {
        if (operation.kind === 'max') {
          output[at + c] = input[argMax(input, places, c)] ?? 0;
        } else {
          let sum = 0;
          for (const place of places) sum += input[place + c] ?? 0;
          output[at + c] = sum / places.length;
        }
      }
    });
    return output;
  },
  backward: (operation, data, _output, gradient) => {
    const input = only(data);
    const channels = data.outputShape[2] ?? 0;
    const result = new Float32Array(input.length);
    forEachWindow(operation, data, (at, places) => {
      for (let c = 0; c < channels; c++) {
        const g = gradient[at + c] ?? 0;
        if (operation.kind === 'max') {
          const winner = argMax(input, places, c);
          result[winner] = (result[winner] ?? 0) + g;
        } else {
          for (const place of places) result[place + c] = (result[place + c] ?? 0) + g / places.length;
        }
      }
    });
    return [result];
  },
};

/** Global max pooling splits the gradient evenly among equal largest values, as TensorFlow's reduce_max does. */
export const globalPool: Differentiable<OperationOf<'globalPool'>> = {
  forward: ({ kind }, data) => {
    const input = only(data);
    const channels = data.outputShape.at(-1) ?? 0;
    const places = input.length / channels;
    const output = new Float32Array(channels).fill(kind === 'max' ? -Infinity : 0);
    for (let at = 0; at < input.length; at += channels) {
      for (let c = 0; c < channels; c++) {
        const x = input[at + c] ?? 0;
        const before = output[c] ?? 0;
        output[c] = kind === 'max' ? Math.max(before, x) : before + x;
      }
    }
    return kind === 'max' ? output : output.map((sum) => sum / places);
  },
  backward: ({ kind }, data, output, gradient) => {
    const input = only(data);
    const channels = output.length;
    const shares = new Float32Array(channels);
    for (let at = 0; at < input.length; at += channels) {
      for (let c = 0; c < channels; c++) {
        if (kind === 'average' || input[at + c] === output[c]) shares[c] = (shares[c] ?? 0) + 1;
      }
    }
    const result = new Float32Array(inputSize(data));
    for (let at = 0; at < input.length; at += channels) {
      for (let c = 0; c < channels; c++) {
        if (kind === 'average' || input[at + c] === output[c]) {
          result[at + c] = (gradient[c] ?? 0) / (shares[c] ?? 1);
        }
      }
    }
    return [result];
  },
};
