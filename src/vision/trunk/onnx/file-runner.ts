import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { VisionError } from '../../vision-error.js';
import type { FileTensor, Plan, Shape, WholeFile } from '../plan.js';
import { sizeOf } from '../plan.js';
import { channelsFirst } from '../runner.js';
import type { ForwardPass, Runner } from '../runner.js';
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

/** Numbers of a tensor; of other types than float32 there are none that anyone here reads. */
function outputOf(tensor: Tensor): FileOutput {
  const { data, dims } = tensor;
  return { shape: dims, values: data instanceof Float32Array ? Float32Array.from(data) : new Float32Array() };
}

/**
 * Loads an ONNX file into ONNX Runtime as it is.
 *
 * @param input the name of its picture.
 * @param added tensors that it is to give beside its own outputs.
 * @throws VisionError `invalid-model` where ONNX Runtime cannot load it, and when a run fails.
 */
export async function openOnnxFile(
  file: string,
  input: string,
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
      const given = new Tensor('float32', picture, [...shape]);
      let results: Readonly<Record<string, Tensor>>;
      try {
        results = await session.run({ [input]: given }, [...names]);
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
export function pictureShape({ height, width, channels }: Plan['input'], layout: 'nchw' | 'nhwc'): number[] {
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
  const session = await openOnnxFile(file, input.name, names, threads);
  const shape = pictureShape(plan.input, input.layout);
  return {
    backend: 'onnx',
    layout: input.layout,
    run: async (picture): Promise<ForwardPass> => {
      const outputs = await session.run(picture, shape, names);
      const valuesOf = (tensor: FileTensor): Float32Array => {
        const values = outputs.get(tensor.name)?.values;
        if (values?.length !== sizeOf(tensor.shape)) {
          throw new VisionError('invalid-model', `The model gives no float32 numbers as "${tensor.name}".`);
        }
        return inPlanOrder(values, tensor);
      };
      return { cut: cut.map(valuesOf), scores: valuesOf(scores) };
    },
    tensorCount: () => names.length + 1,
    close: () => session.close(),
  };
}
