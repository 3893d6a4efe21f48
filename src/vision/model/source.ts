import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { VisionError } from '../errors.js';
import { parseJson, readDescription } from './bounded-json.js';

/** Bounds on what is read from a model folder: the largest common classifiers are a tenth of these. */
const MAX_TOPOLOGY_BYTES = 64 * 2 ** 20;
const MAX_WEIGHT_BYTES = 512 * 2 ** 20;

const weightSpec = v.looseObject({
  name: v.string(),
  shape: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  dtype: v.picklist(['float32', 'int32', 'bool', 'string', 'complex64']),
  quantization: v.optional(
    v.looseObject({
      dtype: v.picklist(['uint8', 'uint16', 'float16']),
      scale: v.optional(v.number()),
      min: v.optional(v.number()),
    }),
  ),
});

const modelJson = v.looseObject({
  format: v.nullish(v.string()),
  modelTopology: v.record(v.string(), v.unknown()),
  weightsManifest: v.array(
    v.object({ paths: v.pipe(v.array(v.string()), v.maxLength(4096)), weights: v.array(weightSpec) }),
  ),
  signature: v.optional(v.unknown()),
});

/** One entry of a weights manifest: how a tensor lies in the weight files. */
export type WeightSpec = v.InferOutput<typeof weightSpec>;

/** The manifest entries as TensorFlow.js' types want them: what was checked here is what it reads. */
export function manifestEntries(source: TfjsSource): io.WeightsManifestEntry[] {
  return source.weightSpecs.map((spec) => spec as io.WeightsManifestEntry);
}

interface Source {
  /** The network's own file: `model.json`, or a Keras file. */
  readonly file: string;
  /** Where `classifier.json` and labels lie that describe it. */
  readonly folder: string;
  /** SHA-256 over every file of the network: changes when anything of it does. */
  readonly fingerprint: string;
}

/** A TensorFlow.js model, its topology read and checked, its weights still in their files. */
export interface TfjsSource extends Source {
  readonly form: 'tfjs-layers' | 'tfjs-graph';
  readonly topology: Record<string, unknown>;
  readonly signature: unknown;
  readonly weightSpecs: readonly WeightSpec[];
  readonly weightFiles: readonly string[];
}

/** A model in one file that Keras saved: HDF5, or the archive of Keras 3. */
export interface KerasSource extends Source {
  readonly form: 'keras-h5' | 'keras-archive';
}

/** A network found on this machine, recognised by what is in its files. */
export type ModelSource = TfjsSource | KerasSource;

function invalid(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-model', message, { cause });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Reads a `model.json` and fingerprints the model. */
async function openTfjs(path: string): Promise<TfjsSource> {
  const folder = dirname(path);
  const bytes = await readDescription(path, MAX_TOPOLOGY_BYTES);
  if (bytes === null) throw invalid(`There is no model in "${folder}": it has no model.json.`);
  let document: v.InferOutput<typeof modelJson>;
  try {
    document = v.parse(modelJson, parseJson(bytes));
  } catch (error) {
    const why = (v.isValiError(error) ? v.summarize(error.issues) : reason(error)).replaceAll(/\s+/g, ' ');
    throw invalid(`"${path}" is not a TensorFlow.js model: ${why}`, error);
  }
  const hash = createHash('sha256').update(bytes);
  const weightFiles = document.weightsManifest.flatMap((group) =>
    group.paths.map((name) => {
      const file = resolve(folder, name);
      const inside = relative(folder, file);
      if (inside.startsWith('..') || isAbsolute(inside)) throw invalid(`"${path}" names a file outside its folder.`);
      return file;
    }),
  );
  let total = 0;
  for (const file of weightFiles) {
    const entry = await stat(file).catch((error: unknown) => {
      throw invalid(`The weight file "${file}" is missing.`, error);
    });
    if (!entry.isFile()) throw invalid(`The weight file "${file}" is not a file.`);
    total += entry.size;
    if (total > MAX_WEIGHT_BYTES) throw invalid(`The weights have more than ${MAX_WEIGHT_BYTES / 2 ** 20} MB.`);
    hash.update(await readFile(file));
  }
  const { modelTopology } = document;
  return {
    file: path,
    folder,
    form: document.format === 'graph-model' || Array.isArray(modelTopology['node']) ? 'tfjs-graph' : 'tfjs-layers',
    topology: modelTopology,
    signature: document.signature,
    weightSpecs: document.weightsManifest.flatMap((group) => group.weights),
    weightFiles,
    fingerprint: hash.digest('hex'),
  };
}

/**
 * Finds the network in a folder, or takes the file that is named, and fingerprints it.
 *
 * @throws VisionError `invalid-model` where there is no model, or not all of it.
 */
export async function openModel(path: string): Promise<ModelSource> {
  const entry = await stat(path).catch((error: unknown) => {
    throw invalid(`There is no model in "${path}": there is no such file or folder.`, error);
  });
  return openTfjs(entry.isDirectory() ? join(path, 'model.json') : path);
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

/**
 * The weight files one after the other, as the manifest lays tensors over them.
 *
 * @throws VisionError `invalid-model` when they hold less than the manifest promises.
 */
export async function readWeightData(source: TfjsSource): Promise<ArrayBuffer> {
  let expected = 0;
  for (const spec of source.weightSpecs) {
    const bytes = BYTES[spec.quantization?.dtype ?? spec.dtype];
    if (bytes === undefined) throw invalid(`The weight "${spec.name}" has the unsupported type ${spec.dtype}.`);
    expected += bytes * spec.shape.reduce((product, side) => product * side, 1);
  }
  const parts: Buffer[] = [];
  for (const file of source.weightFiles) parts.push(await readFile(file));
  const data = Buffer.concat(parts);
  if (data.byteLength < expected) {
    throw invalid(`The weight files have ${data.byteLength} bytes, the model needs ${expected}.`);
  }
  return data.buffer.slice(data.byteOffset, data.byteOffset + expected);
}
