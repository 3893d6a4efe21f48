import { sizeOf } from '../trunk/plan.js';
import type { Shape, Weights } from '../trunk/plan.js';
import { applyFused, throughFused } from './elementwise.js';
import { inputSize, only } from './differentiable.js';
import type { Differentiable, OperationOf, StepData } from './differentiable.js';

function startFromBias(length: number, bias: Weights | null): Float32Array {
  const output = new Float32Array(length);
  if (bias !== null) {
    for (let start = 0; start < length; start += bias.values.length) output.set(bias.values, start);
  }
  return output;
}

export const dense: Differentiable<OperationOf<'dense'>> = {
  forward: (operation, data) => {
    const input = only(data);
    const { values } = operation.kernel;
    const units = data.outputShape[0] ?? 0;
    const output = startFromBias(units, operation.bias);
    for (let i = 0; i < input.length; i++) {
      const x = input[i] ?? 0;
      // After a ReLU about half of the inputs are zero.
      if (x === 0) continue;
      const row = i * units;
      for (let j = 0; j < units; j++) output[j] = (output[j] ?? 0) + x * (values[row + j] ?? 0);
    }
    return applyFused(operation.activation, output);
  },
  backward: (operation, data, output, gradient) => {
    const through = throughFused(operation.activation, output, gradient);
    const { values } = operation.kernel;
    const units = through.length;
    // One class at a time starts from a one-hot vector, and ReLU leaves zeros: only the rest is worth a multiplication.
    const active = Array.from(through.keys()).filter((unit) => through[unit] !== 0);
    const result = new Float32Array(inputSize(data));
    if (active.length * 4 < units) {
      for (const unit of active) {
        const g = through[unit] ?? 0;
        for (let i = 0, at = unit; i < result.length; i++, at += units) {
          result[i] = (result[i] ?? 0) + g * (values[at] ?? 0);
        }
      }
      return [result];
    }
    for (let i = 0, row = 0; i < result.length; i++, row += units) {
      let sum = 0;
      for (let j = 0; j < units; j++) sum += (through[j] ?? 0) * (values[row + j] ?? 0);
      result[i] = sum;
    }
    return [result];
  },
};

type Windowed = OperationOf<'conv'> | OperationOf<'depthwise'>;

/**
 * Calls `visit` for every pair of an output place and an input place that a filter tap connects, with the offsets of
 * their first channels and of the tap's first weight.
 */
function forEachTap(
  operation: Windowed,
  input: Shape,
  output: Shape,
  visit: (inputAt: number, outputAt: number, tapAt: number) => void,
): void {
  const [height = 0, width = 0, inChannels = 0] = input;
  const [outHeight = 0, outWidth = 0, outChannels = 0] = output;
  const [kernelHeight = 0, kernelWidth = 0, c = 0, d = 0] = operation.filter.shape;
  const { strides, dilations, padding } = operation;
  for (let y = 0; y < outHeight; y++) {
    for (let ky = 0; ky < kernelHeight; ky++) {
      const inY = y * strides[0] + ky * dilations[0] - padding.top;
      if (inY < 0 || inY >= height) continue;
      for (let x = 0; x < outWidth; x++) {
        for (let kx = 0; kx < kernelWidth; kx++) {
          const inX = x * strides[1] + kx * dilations[1] - padding.left;
          if (inX < 0 || inX >= width) continue;
          visit((inY * width + inX) * inChannels, (y * outWidth + x) * outChannels, (ky * kernelWidth + kx) * c * d);
        }
      }
    }
  }
}

function shapes(data: StepData): [input: Shape, output: Shape] {
  return [data.inputShapes[0] ?? [], data.outputShape];
}

export const conv: Differentiable<OperationOf<'conv'>> = {
  forward: (operation, data) => {
    const input = only(data);
    const { values, shape } = operation.filter;
    const [, , perGroup = 0, units = 0] = shape;
    const unitsPerGroup = units / operation.groups;
    const output = startFromBias(sizeOf(data.outputShape), operation.bias);
    forEachTap(operation, ...shapes(data), (inputAt, outputAt, tapAt) => {
      for (let group = 0; group < operation.groups; group++) {
        const first = group * unitsPerGroup;
        for (let i = 0; i < perGroup; i++) {
          const x = input[inputAt + group * perGroup + i] ?? 0;
          if (x === 0) continue;
          const row = tapAt + i * units;
          for (let j = first; j < first + unitsPerGroup; j++) {
            output[outputAt + j] = (output[outputAt + j] ?? 0) + x * (values[row + j] ?? 0);
          }
        }
      }
    });
    return applyFused(operation.activation, output);
  },
  backward: (operation, data, output, gradient) => {
    const through = throughFused(operation.activation, output, gradient);
    const { values, shape } = operation.filter;
    const [, , perGroup = 0, units = 0] = shape;
    const unitsPerGroup = units / operation.groups;
    const result = new Float32Array(inputSize(data));
    forEachTap(operation, ...shapes(data), (inputAt, outputAt, tapAt) => {
      for (let group = 0; group < operation.groups; group++) {
        const first = group * unitsPerGroup;
        for (let i = 0; i < perGroup; i++) {
          const row = tapAt + i * units;
          let sum = 0;
          for (let j = first; j < first + unitsPerGroup; j++) {
            sum += (through[outputAt + j] ?? 0) * (values[row + j] ?? 0);
          }
          const at = inputAt + group * perGroup + i;
          result[at] = (result[at] ?? 0) + sum;
        }
      }
    });
    return [result];
  },
};

export const depthwise: Differentiable<OperationOf<'depthwise'>> = {
  forward: (operation, data) => {
    const input = only(data);
    const { values, shape } = operation.filter;
    const [, , channels = 0, multiplier = 0] = shape;
    const output = startFromBias(sizeOf(data.outputShape), operation.bias);
    forEachTap(operation, ...shapes(data), (inputAt, outputAt, tapAt) => {
      for (let j = 0; j < channels * multiplier; j++) {
        const x = input[inputAt + Math.floor(j / multiplier)] ?? 0;
        output[outputAt + j] = (output[outputAt + j] ?? 0) + x * (values[tapAt + j] ?? 0);
      }
    });
    return applyFused(operation.activation, output);
  },
  backward: (operation, data, output, gradient) => {
    const through = throughFused(operation.activation, output, gradient);
    const { values, shape } = operation.filter;
    const [, , channels = 0, multiplier = 0] = shape;
    const result = new Float32Array(inputSize(data));
    forEachTap(operation, ...shapes(data), (inputAt, outputAt, tapAt) => {
      for (let j = 0; j < channels * multiplier; j++) {
        const at = inputAt + Math.floor(j / multiplier);
        result[at] = (result[at] ?? 0) + (through[outputAt + j] ?? 0) * (values[tapAt + j] ?? 0);
      }
    });
    return [result];
  },
};
