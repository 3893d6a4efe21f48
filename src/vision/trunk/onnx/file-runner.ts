import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { VisionError } from '../../vision-error.js';
import type { FileInput, FileTensor, Plan, Shape, WholeFile } from '../plan.js';
import { sizeOf } from '../plan.js';
import { channelsFirst } from '../runner.js';
import type { ForwardPass, Runner } from '../runner.js';
import { fromHalves, toHalves } from './half.js';
import { withOutputs } from './proto.js';
import { sessionOptions } from './session-options.js';

/** A tensor that an ONNX file gave. */
export interface FileOutput {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** An ONNX file in ONNX Runtime. */
export interface OnnxFileSession {
  /** The tensors of these names for a picture of that shape. */
  run(
    picture: Float32Array,
    shape: readonly number[],
    names: readonly string[],
  ): Promise<ReadonlyMap<string, FileOutput>>;
  close(): Promise<void>;
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]?.replace(/\.$/, '') ?? '';
}

/** A picture as a file takes it. */
function inputOf(picture: Float32Array, type: FileInput['type'], shape: readonly number[]): Tensor {
  switch (type) {
    case 'float32':
      return new Tensor(type, picture, [...shape]);
    case 'float16': {
      const bits = toHalves(picture);
      // From Node.js 24 on a tensor has them as numbers, of which ONNX Runtime finds no bytes
      // (https://github.com/microsoft/onnxruntime/pull/32323).
      return Object.defineProperty(new Tensor(type, bits, [...shape]), 'data', { value: bits });
    }
    case 'uint8':
      // Rounded and kept within 0 to 255.
      return new Tensor(type, Uint8Array.from(Uint8ClampedArray.from(picture)), [...shape]);
  }
}

/** Numbers of a tensor, whole ones as shapes are computed with; of other types there are none that anyone here reads. */
function outputOf({ data, dims, type }: Tensor): FileOutput {
  if (data instanceof BigInt64Array) return { shape: dims, values: Float32Array.from(data, Number) };
  if (data instanceof Float32Array) return { shape: dims, values: Float32Array.from(data) };
  // As bits, or from Node.js 24 on as numbers.
  const isHalf = type === 'float16' && ArrayBuffer.isView(data);
  const bits = isHalf ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2) : [];
  return { shape: dims, values: fromHalves(bits) };
}

/**
 * Loads an ONNX file into ONNX Runtime as it is.
 *
 * @param added tensors that it is to give beside its own outputs.
 * @throws VisionError `invalid-model` where ONNX Runtime cannot load it, and when a run fails.
 */
export async function openOnnxFile(
  file: string,
  input: FileInput,
  added: readonly string[],
  threads: number,
): Promise<OnnxFileSession> {
  const failed = (error: unknown): VisionError =>
    new VisionError('invalid-model', `ONNX Runtime cannot run the model: ${reason(error)}.`, { cause: error });
  let session: InferenceSession;
  try {
    const model = withOutputs(await readFile(file), added);
    session = await InferenceSession.create(model, sessionOptions(threads, dirname(file)));
  } catch (error) {
    throw failed(error);
  }
  return {
    run: async (picture, shape, names) => {
      const given = inputOf(picture, input.type, shape);
      let results: Readonly<Record<string, Tensor>>;
      try {
        results = await session.run({ [input.name]: given }, [...names]);
      } catch (error) {
        throw failed(error);
      }
      const outputs = new Map<string, FileOutput>();
      for (const [name, tensor] of Object.entries(results)) {
        outputs.set(name, outputOf(tensor));
        tensor.dispose();
      }
      return outputs;
    },
    close: () => session.release(),
  };
}

/** The picture's shape as a file wants it. */
export function pictureShape({ height, width, channels }: Plan['input'], { layout }: FileInput): number[] {
  return layout === 'nchw' ? channelsFirst([height, width, channels]) : [1, height, width, channels];
}

/** Numbers of a tensor in the order that the plan has them in. */
function inPlanOrder(values: Float32Array, { axes, shape }: FileTensor): Float32Array {
  if (axes.every((axis, index) => index === 0 || axis > (axes[index - 1] ?? 0))) return values;
  const sides: Shape = axes.map((_, index) => shape[axes.indexOf(index + 1)] ?? 1);
  const strides = axes.map((axis) => sizeOf(sides.slice(axis)));
  const result = new Float32Array(values.length);
  const steps = shape.map((_, index) => sizeOf(shape.slice(index + 1)));
  for (let to = 0; to < result.length; to++) {
    let [rest, from] = [to, 0];
    steps.forEach((step, index) => {
      from += Math.floor(rest / step) * (strides[index] ?? 0);
      rest %= step;
    });
    result[to] = values[from] ?? 0;
  }
  return result;
}

/**
 * A runner for an ONNX file that has no plan of its trunk: ONNX Runtime executes it as it is, and gives the feature map
 * and the scores as outputs.
 *
 * @throws VisionError `invalid-model` where ONNX Runtime cannot load it.
 */
export async function createFileRunner(plan: Plan, whole: WholeFile, file: string, threads: number): Promise<Runner> {
  const { input, cut, scores } = whole;
  const names = [...new Set([...cut, scores].map(({ name }) => name))];
  const session = await openOnnxFile(file, input, names, threads);
  const shape = pictureShape(plan.input, input);
  return {
    backend: 'onnx',
    layout: input.layout,
    run: async (picture): Promise<ForwardPass> => {
      const outputs = await session.run(picture, shape, names);
      const valuesOf = (tensor: FileTensor): Float32Array => {
        const { name, from, shape } = tensor;
        const values = outputs.get(name)?.values.subarray(from, from + sizeOf(shape));
        if (values?.length !== sizeOf(shape)) {
          throw new VisionError('invalid-model', `The model gives other numbers than float32 as "${name}".`);
        }
        return inPlanOrder(values, tensor);
      };
      return { cut: cut.map(valuesOf), scores: valuesOf(scores) };
    },
    tensorCount: () => names.length + 1,
    close: () => session.close(),
  };
}
