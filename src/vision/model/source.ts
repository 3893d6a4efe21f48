import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { VisionError } from '../vision-error.js';
import { Archive } from './archive.js';
import { parseJson, readDescription } from './bounded-json.js';
import { checksumOf, hashInto } from './checksum.js';
import { sizeOf } from '../trunk/plan.js';
import { HUGGING_FACE_FILES } from './hugging-face.js';
import { HUB_EXPORTS, recognise, recogniseArchive } from './recognise.js';
import type { Recognised } from './recognise.js';
import { unpackedFolder } from './unpacked-store.js';

/** Bounds on what is read of a model: the largest common classifiers are a tenth of these. */
export const MAX_TOPOLOGY_BYTES = 32 * 2 ** 20;
export const MAX_WEIGHT_BYTES = 512 * 2 ** 20;
export const MAX_KERAS_BYTES = 560 * 2 ** 20;
const MAX_ARCHIVE_BYTES = 640 * 2 ** 20;

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

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const modelJson = v.looseObject({
  format: v.nullish(v.string()),
  // Not `record`, which copies: of a hostile file twice its memory.
  modelTopology: v.custom<Record<string, unknown>>(isObject, 'expected an object'),
  weightsManifest: v.array(
    v.object({ paths: v.pipe(v.array(v.string()), v.maxLength(4096)), weights: v.array(weightSpec) }),
  ),
  signature: v.optional(v.unknown()),
});

type ModelJson = v.InferOutput<typeof modelJson>;

/** What `model.to_json()` gives. */
const kerasArchitecture = v.looseObject({ class_name: v.string(), config: v.unknown() });

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

/** An ONNX file, and the file of its weights beside it, where it has one. */
export interface OnnxSource extends Source {
  readonly form: 'onnx';
  readonly weightFile: string | null;
}

/** A network found on this machine, recognised by what is in its files. */
export type ModelSource = GraphSource | LayersSource | KerasSource | OnnxSource;

export type GraphSource = TfjsSource & { readonly form: 'tfjs-graph' };
export type LayersSource = TfjsSource & { readonly form: 'tfjs-layers' };

function invalid(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-model', message, { cause });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Files that the manifest names, all of them in the folder and together of a size that is read. */
async function weightFilesOf(path: string, { weightsManifest }: ModelJson): Promise<string[]> {
  const folder = dirname(path);
  const files = weightsManifest.flatMap((group) =>
    group.paths.map((name) => {
      const file = resolve(folder, name);
      const inside = relative(folder, file);
      if (inside.startsWith('..') || isAbsolute(inside)) throw invalid(`"${path}" names a file outside its folder.`);
      return file;
    }),
  );
  let total = 0;
  for (const file of files) {
    const entry = await stat(file).catch((error: unknown) => {
      throw invalid(`The weight file "${file}" is missing.`, error);
    });
    if (!entry.isFile()) throw invalid(`The weight file "${file}" is not a file.`);
    total += entry.size;
    if (total > MAX_WEIGHT_BYTES) throw invalid(`The weights have more than ${MAX_WEIGHT_BYTES / 2 ** 20} MB.`);
  }
  return files;
}

/** What a JSON file holds, as a TensorFlow.js model. */
function parseModel(path: string, bytes: Uint8Array): ModelJson {
  try {
    const document = parseJson(bytes);
    if (v.is(kerasArchitecture, document)) {
      throw invalid(`"${path}" has the layers without their weights: save the model with model.save("model.keras").`);
    }
    return v.parse(modelJson, document);
  } catch (error) {
    if (error instanceof VisionError) throw error;
    const why = (v.isValiError(error) ? v.summarize(error.issues) : reason(error)).replaceAll(/\s+/g, ' ');
    throw invalid(`"${path}" is not a TensorFlow.js model: ${why}`, error);
  }
}

/** Reads a `model.json` and fingerprints the model. */
async function openTfjs(file: string): Promise<GraphSource | LayersSource> {
  const bytes = await readDescription(file, MAX_TOPOLOGY_BYTES);
  if (bytes === null) throw invalid(`There is no "${file}".`);
  const document = parseModel(file, bytes);
  const weightFiles = await weightFilesOf(file, document);
  const hash = createHash('sha256').update(bytes);
  for (const weights of weightFiles) await hashInto(hash, weights);
  const { modelTopology } = document;
  const isGraph = document.format === 'graph-model' || Array.isArray(modelTopology['node']);
  const opened = {
    file,
    folder: dirname(file),
    topology: modelTopology,
    signature: document.signature,
    weightSpecs: document.weightsManifest.flatMap((group) => group.weights),
    weightFiles,
    fingerprint: hash.digest('hex'),
  };
  return isGraph ? { ...opened, form: 'tfjs-graph' } : { ...opened, form: 'tfjs-layers' };
}

async function openKeras(form: KerasSource['form'], file: string): Promise<KerasSource> {
  return { form, file, folder: dirname(file), fingerprint: await checksumOf(file, MAX_KERAS_BYTES) };
}

/** The file of an ONNX model's weights, as PyTorch writes it beside those that do not have them inside. */
async function openOnnx(file: string): Promise<OnnxSource> {
  const beside = `${file}.data`;
  const entry = await stat(beside).catch(() => null);
  const weightFile = entry?.isFile() === true ? beside : null;
  const own = await checksumOf(file, MAX_KERAS_BYTES);
  const fingerprint =
    weightFile === null
      ? own
      : createHash('sha256')
          .update(own)
          .update(await checksumOf(weightFile, MAX_WEIGHT_BYTES))
          .digest('hex');
  return { form: 'onnx', file, folder: await describedIn(file), fingerprint, weightFile };
}

/** Where the files lie that describe an ONNX file: beside it, or above it as in repositories of Hugging Face's. */
async function describedIn(file: string): Promise<string> {
  const folder = dirname(file);
  if (basename(folder) !== HUB_EXPORTS) return folder;
  const above = dirname(folder);
  const isThere = async (place: string): Promise<boolean> =>
    (await stat(join(place, HUGGING_FACE_FILES[0])).catch(() => null)) !== null;
  return !(await isThere(folder)) && (await isThere(above)) ? above : folder;
}

/** All files of a network. */
export function filesOf(source: ModelSource): string[] {
  if (source.form === 'onnx') return source.weightFile === null ? [source.file] : [source.file, source.weightFile];
  return 'weightFiles' in source ? [source.file, ...source.weightFiles] : [source.file];
}

/** A zip: a `.keras` file, or a folder with a model in it, which is unpacked into this user's cache folder. */
async function openZip(file: string, inArchive: boolean): Promise<ModelSource> {
  const folder = await Archive.with(file, async (archive) => {
    if (recogniseArchive(file, archive.names) === 'keras') return null;
    if (inArchive) throw invalid(`"${file}" is an archive in an archive: unpack the outer one.`);
    return unpackedFolder(archive, await checksumOf(file, MAX_ARCHIVE_BYTES));
  });
  if (folder === null) return openKeras('keras-archive', file);
  try {
    return await openRecognised(recognise(folder), true);
  } catch (error) {
    if (!(error instanceof VisionError)) throw error;
    // Where it was unpacked tells nobody anything.
    throw invalid(error.message.replaceAll(folder, file), error);
  }
}

function openRecognised({ form, file }: Recognised, inArchive: boolean): Promise<ModelSource> {
  switch (form) {
    case 'tfjs':
      return openTfjs(file);
    case 'keras-h5':
      return openKeras('keras-h5', file);
    case 'onnx':
      return openOnnx(file);
    case 'zip':
      return openZip(file, inArchive);
  }
}

/**
 * Opens a network and fingerprints it.
 *
 * @param path its file, the folder it is in, or a zip of either.
 * @throws VisionError `invalid-model` where there is no model or not all of it, with a way out where there is one.
 */
export async function openModel(path: string): Promise<ModelSource> {
  return openRecognised(recognise(path), false);
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 };

/**
 * Bytes that a tensor takes in the weight files.
 *
 * @throws VisionError `invalid-model` for types that are not read.
 */
export function bytesOf({ name, dtype, quantization, shape }: WeightSpec): number {
  const bytes = BYTES[quantization?.dtype ?? dtype];
  if (bytes === undefined) throw invalid(`The weight "${name}" has the type ${dtype}, which is not read.`);
  return bytes * sizeOf(shape);
}

/**
 * The weight files one after the other, as the manifest lays tensors over them.
 *
 * @throws VisionError `invalid-model` when they hold less than the manifest promises.
 */
export async function readWeightData(source: TfjsSource): Promise<ArrayBuffer> {
  const expected = source.weightSpecs.reduce((sum, spec) => sum + bytesOf(spec), 0);
  const parts: Buffer[] = [];
  for (const file of source.weightFiles) parts.push(await readFile(file));
  const data = Buffer.concat(parts);
  if (data.byteLength < expected) {
    throw invalid(`The weight files have ${data.byteLength} bytes, the model needs ${expected}.`);
  }
  return data.buffer.slice(data.byteOffset, data.byteOffset + expected);
}
