import type { Shape } from '../plan.js';

/** The operations whose filters ONNX has in another order. */
export type FilterKind = 'conv' | 'depthwise';

/** How many places, inputs and outputs a filter [height, width, in, out] has; each of a depthwise one takes one input. */
function sidesOf([height = 1, width = 1, third = 1, fourth = 1]: Shape, kind: FilterKind) {
  const area = height * width;
  return kind === 'depthwise' ? { area, fanIn: 1, fanOut: third * fourth } : { area, fanIn: third, fanOut: fourth };
}

/** The shape that ONNX has a filter in: [out, in, height, width], or a grouped convolution's [out, 1, height, width]. */
export function onnxShape(shape: Shape, kind: FilterKind): Shape {
  const { fanIn, fanOut } = sidesOf(shape, kind);
  return [fanOut, fanIn, ...shape.slice(0, 2)];
}

function reordered(values: Float32Array, shape: Shape, kind: FilterKind, to: 'onnx' | 'plan'): Float32Array {
  const { area, fanIn, fanOut } = sidesOf(shape, kind);
  const result = new Float32Array(values.length);
  let inPlan = 0;
  for (let tap = 0; tap < area; tap++) {
    for (let i = 0; i < fanIn; i++) {
      for (let o = 0; o < fanOut; o++, inPlan++) {
        const inOnnx = (o * fanIn + i) * area + tap;
        if (to === 'onnx') result[inOnnx] = values[inPlan] ?? 0;
        else result[inPlan] = values[inOnnx] ?? 0;
      }
    }
  }
  return result;
}

/** The numbers of a filter of the plan, [height, width, in, out], in ONNX' order. */
export function toOnnxOrder(values: Float32Array, shape: Shape, kind: FilterKind): Float32Array {
  return reordered(values, shape, kind, 'onnx');
}

/** What `toOnnxOrder` was given. */
export function fromOnnxOrder(values: Float32Array, shape: Shape, kind: FilterKind): Float32Array {
  return reordered(values, shape, kind, 'plan');
}
