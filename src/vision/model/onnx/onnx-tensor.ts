import { fromHalves } from '../../trunk/onnx/half.js';
import { sizeOf } from '../../trunk/plan.js';
import type { OnnxTensor } from './onnx-file.js';

/** The types of tensors by their numbers in the format. */
export const TENSOR_TYPE = {
  float: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  half: 10,
  double: 11,
  bfloat: 16,
};

const { float: FLOAT, uint8: UINT8, int8: INT8, int32: INT32, int64: INT64, bool: BOOL } = TENSOR_TYPE;
const { half: HALF, double: DOUBLE, bfloat: BFLOAT } = TENSOR_TYPE;

const BYTES: Readonly<Record<number, number>> = {
  [FLOAT]: 4,
  [UINT8]: 1,
  [INT8]: 1,
  [INT32]: 4,
  [INT64]: 8,
  [BOOL]: 1,
  [HALF]: 2,
  [DOUBLE]: 8,
  [BFLOAT]: 2,
};

/** Axes of a tensor: four times those of any classifier's. */
export const MOST_AXES = 32;

/** Whether numbers of the type are rounded to 16 bits. */
export function isRounded(type: number): boolean {
  return type === HALF || type === BFLOAT;
}

/** Whether numbers of the type are whole. */
export function isWhole(type: number): boolean {
  return type !== FLOAT && type !== DOUBLE && !isRounded(type);
}

/** A number of bfloat16 from its bits, which are the upper half of a float32's. */
function fromBfloat(bits: number, scratch: DataView): number {
  scratch.setUint32(0, bits * 65536);
  return scratch.getFloat32(0);
}

function numberAt(view: DataView, type: number, at: number, scratch: DataView): number {
  switch (type) {
    case BFLOAT:
      return fromBfloat(view.getUint16(at, true), scratch);
    case DOUBLE:
      return view.getFloat64(at, true);
    case INT64:
      return Number(view.getBigInt64(at, true));
    case INT32:
      return view.getInt32(at, true);
    case INT8:
      return view.getInt8(at);
    default:
      return view.getUint8(at);
  }
}

/** The numbers of a constant, without those of another file. */
export type ReadExternal = (external: ReadonlyMap<string, string>, bytes: number) => Uint8Array;

/**
 * The numbers of a constant as float32, row-major. Whole numbers above 2^24 are rounded, which those of shapes never are.
 *
 * @throws Error with the rest of a sentence about it.
 */
export function numbersOf(tensor: OnnxTensor, external: ReadExternal): Float32Array {
  const { type, shape, numbers: listed } = tensor;
  if (shape.length > MOST_AXES || shape.some((side) => !Number.isSafeInteger(side) || side < 0)) {
    throw new Error(`its constant "${tensor.name}" has the shape [${shape.slice(0, MOST_AXES).join(', ')}]`);
  }
  const size = sizeOf(shape);
  const each = BYTES[type];
  if (each === undefined) throw new Error(`its constant "${tensor.name}" has a type of numbers that is not read`);
  const raw = tensor.external === null ? tensor.raw : external(tensor.external, size * each);
  const scratch = new DataView(new ArrayBuffer(4));
  if (raw === null) {
    if (listed.length !== size)
      throw new Error(`its constant "${tensor.name}" has ${listed.length} of ${size} numbers`);
    if (type === HALF) return fromHalves(listed);
    return Float32Array.from(listed, (bits) => (type === BFLOAT ? fromBfloat(bits, scratch) : bits));
  }
  if (raw.byteLength !== size * each) {
    throw new Error(`its constant "${tensor.name}" has ${raw.byteLength} bytes, and needs ${size * each}`);
  }
  // A copy: numbers in the file may lie at any byte.
  if (type === FLOAT) return new Float32Array(new Uint8Array(raw).buffer);
  if (type === HALF) return fromHalves(new Uint16Array(new Uint8Array(raw).buffer));
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const result = new Float32Array(size);
  for (let index = 0; index < size; index++) result[index] = numberAt(view, type, index * each, scratch);
  return result;
}

/** `numbersOf`, or null of a constant that is broken: that is told of where a node is read that needs it. */
export function numbersIfAny(tensor: OnnxTensor, external: ReadExternal): Float32Array | null {
  try {
    return numbersOf(tensor, external);
  } catch {
    return null;
  }
}
