import type { Activation, FusedActivation } from '../trunk/plan.js';
import { inputSize, only } from './differentiable.js';
import type { Differentiable, OperationOf } from './differentiable.js';

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;
const GELU_TANH = Math.sqrt(2 / Math.PI);

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Error function by Abramowitz and Stegun 7.1.26, absolute error below 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

/** Value and derivative of an activation as functions of its argument. */
interface Curve {
  value(x: number): number;
  slope(x: number): number;
}

function curveOf(activation: Activation): Curve {
  switch (activation.kind) {
    case 'relu':
      return { value: (x) => (x > 0 ? x : 0), slope: (x) => (x > 0 ? 1 : 0) };
    case 'relu6':
      return { value: (x) => Math.min(Math.max(x, 0), 6), slope: (x) => (x > 0 && x < 6 ? 1 : 0) };
    case 'clippedRelu': {
      const { limit } = activation;
      return { value: (x) => Math.min(Math.max(x, 0), limit), slope: (x) => (x > 0 && x < limit ? 1 : 0) };
    }
    case 'sigmoid':
      return { value: sigmoid, slope: (x) => sigmoid(x) * (1 - sigmoid(x)) };
    case 'tanh':
      return { value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 };
    case 'swish':
      return { value: (x) => x * sigmoid(x), slope: (x) => sigmoid(x) * (1 + x * (1 - sigmoid(x))) };
    case 'softplus':
      return { value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), slope: sigmoid };
    case 'softsign':
      return { value: (x) => x / (1 + Math.abs(x)), slope: (x) => 1 / (1 + Math.abs(x)) ** 2 };
    case 'selu':
      return {
        value: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
        slope: (x) => SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * Math.exp(x)),
      };
    case 'exp':
      return { value: Math.exp, slope: Math.exp };
    case 'erf':
      return { value: erf, slope: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) };
    case 'hardSigmoid': {
      const { slope, offset } = activation;
      const inner = (x: number): number => slope * x + offset;
      return {
        value: (x) => Math.min(Math.max(inner(x), 0), 1),
        slope: (x) => (inner(x) > 0 && inner(x) < 1 ? slope : 0),
      };
    }
    case 'hardSwish':
      return {
        value: (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
        slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
      };
    case 'elu': {
      const { alpha } = activation;
      return { value: (x) => (x > 0 ? x : alpha * Math.expm1(x)), slope: (x) => (x > 0 ? 1 : alpha * Math.exp(x)) };
    }
    case 'leakyRelu': {
      const { alpha } = activation;
      return { value: (x) => (x > 0 ? x : alpha * x), slope: (x) => (x > 0 ? 1 : alpha) };
    }
    case 'gelu':
      return activation.approximate ? geluTanh : geluExact;
  }
}

const geluExact: Curve = {
  value: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  slope: (x) => 0.5 * (1 + erf(x / Math.SQRT2)) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
};

const geluTanh: Curve = {
  value: (x) => 0.5 * x * (1 + Math.tanh(GELU_TANH * (x + 0.044715 * x ** 3))),
  slope: (x) => {
    const t = Math.tanh(GELU_TANH * (x + 0.044715 * x ** 3));
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * GELU_TANH * (1 + 3 * 0.044715 * x * x);
  },
};

export const activation: Differentiable<OperationOf<'activation'>> = {
  forward: (operation, data) => {
    const curve = curveOf(operation.activation);
    return only(data).map((x) => curve.value(x));
  },
  backward: (operation, data, _output, gradient) => {
    const curve = curveOf(operation.activation);
    const input = only(data);
    return [gradient.map((g, index) => (g === 0 ? 0 : g * curve.slope(input[index] ?? 0)))];
  },
};

/** Applies a fused activation in place. */
export function applyFused(kind: FusedActivation, values: Float32Array): Float32Array {
  if (kind === 'linear') return values;
  const limit = kind === 'relu6' ? 6 : Infinity;
  for (let i = 0; i < values.length; i++) values[i] = Math.min(Math.max(values[i] ?? 0, 0), limit);
  return values;
}

/** Gradient before a fused activation, told from its output: zero where it clips. */
export function throughFused(kind: FusedActivation, output: Float32Array, gradient: Float32Array): Float32Array {
  if (kind === 'linear') return gradient;
  const limit = kind === 'relu6' ? 6 : Infinity;
  return gradient.map((g, index) => {
    const value = output[index] ?? 0;
    return value > 0 && value < limit ? g : 0;
  });
}

export const affine: Differentiable<OperationOf<'affine'>> = {
  forward: ({ scale, shift }, data) => {
    const [scales, shifts] = [scale.values, shift.values];
    return only(data).map(
      (x, index) => x * (scales[index % scales.length] ?? 0) + (shifts[index % shifts.length] ?? 0),
    );
  },
  backward: ({ scale }, _data, _output, gradient) => [
    gradient.map((g, index) => g * (scale.values[index % scale.values.length] ?? 0)),
  ],
};

/** Mean and 1 / sqrt(variance + epsilon) of a row. */
function momentsOf(row: Float32Array, epsilon: number): { mean: number; inverse: number } {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const variance = row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length;
  return { mean, inverse: 1 / Math.sqrt(variance + epsilon) };
}

/** With n = (x - mean) / deviation and h = gradient * scale, the gradient is (h - mean(h) - n mean(h n)) / deviation. */
export const layerNorm: Differentiable<OperationOf<'layerNorm'>> = {
  forward: ({ scale, shift, epsilon }, data) => {
    const input = only(data);
    const length = scale.values.length;
    const output = new Float32Array(input.length);
    for (let start = 0; start < input.length; start += length) {
      const { mean, inverse } = momentsOf(input.subarray(start, start + length), epsilon);
      for (let i = 0; i < length; i++) {
        const normal = ((input[start + i] ?? 0) - mean) * inverse;
        output[start + i] = normal * (scale.values[i] ?? 0) + (shift.values[i] ?? 0);
      }
    }
    return output;
  },
  backward: ({ scale, epsilon }, data, _output, gradient) => {
    const input = only(data);
    const length = scale.values.length;
    const result = new Float32Array(input.length);
    for (let start = 0; start < input.length; start += length) {
      const { mean, inverse } = momentsOf(input.subarray(start, start + length), epsilon);
      const scaled = (i: number): number => (gradient[start + i] ?? 0) * (scale.values[i] ?? 0);
      const normal = (i: number): number => ((input[start + i] ?? 0) - mean) * inverse;
      let [sum, dot] = [0, 0];
      for (let i = 0; i < length; i++) {
        sum += scaled(i);
        dot += scaled(i) * normal(i);
      }
      for (let i = 0; i < length; i++) {
        result[start + i] = inverse * (scaled(i) - sum / length - (normal(i) * dot) / length);
      }
    }
    return [result];
  },
};

/** Slopes broadcast over leading axes or over height and width (Keras' shared axes). */
function slopeAt(operation: OperationOf<'prelu'>, index: number): number {
  const { values } = operation.slope;
  return values[index % values.length] ?? 0;
}

export const prelu: Differentiable<OperationOf<'prelu'>> = {
  forward: (operation, data) => only(data).map((x, index) => (x > 0 ? x : x * slopeAt(operation, index))),
  backward: (operation, data, _output, gradient) => {
    const input = only(data);
    return [gradient.map((g, index) => ((input[index] ?? 0) > 0 ? g : g * slopeAt(operation, index)))];
  },
};

export const softmax: Differentiable<OperationOf<'softmax'>> = {
  forward: (_operation, data) => {
    const length = data.outputShape.at(-1) ?? 1;
    const output = Float32Array.from(only(data));
    for (let start = 0; start < output.length; start += length) {
      const row = output.subarray(start, start + length);
      const largest = row.reduce((best, x) => Math.max(best, x), -Infinity);
      let total = 0;
      for (let i = 0; i < length; i++) total += row[i] = Math.exp((row[i] ?? 0) - largest);
      for (let i = 0; i < length; i++) row[i] = (row[i] ?? 0) / total;
    }
    return output;
  },
  backward: (_operation, data, output, gradient) => {
    const length = data.outputShape.at(-1) ?? 1;
    const result = new Float32Array(inputSize(data));
    for (let start = 0; start < output.length; start += length) {
      let dot = 0;
      for (let i = start; i < start + length; i++) dot += (output[i] ?? 0) * (gradient[i] ?? 0);
      for (let i = start; i < start + length; i++) result[i] = (output[i] ?? 0) * ((gradient[i] ?? 0) - dot);
    }
    return [result];
  },
};
