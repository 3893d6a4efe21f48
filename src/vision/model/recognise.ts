import { closeSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { VisionError } from '../vision-error.js';

/** A file that a network can be read from; whether a zip is a `.keras` file or holds a folder is in its list of files. */
export interface Recognised {
  readonly form: 'tfjs' | 'keras-h5' | 'onnx' | 'zip';
  readonly file: string;
}

/** First bytes of HDF5 (the format's specification, section II.A), of zip files and of gzip. */
const HDF5 = '\x89HDF\r\n\x1a\n';
const ZIP = ['PK\x03\x04', 'PK\x05\x06'];
const GZIP = '\x1f\x8b';

/** What TensorFlow Lite files have after their first four bytes. */
const TFLITE = 'TFL3';

/** Bytes that tell one kind of file from another. */
const START = 64;

/** How deep a model may lie: exports have one folder around it. */
const DEEPEST = 3;

/** Where repositories of Hugging Face's have ONNX files: below the files that describe them, several of one network. */
export const HUB_EXPORTS = 'onnx';

const READ =
  'a Keras file (.keras or .h5), an ONNX file (.onnx), a TensorFlow.js model.json, a folder with one of them, or a zip of it';

/** What is no model here, and how it becomes one; reads on from a name. */
const WAYS_OUT = {
  savedModel:
    'is a TensorFlow SavedModel, which is not read. In Python, tf_keras.models.load_model("folder").save("model.h5") ' +
    'makes a file that is; Teachable Machine exports TensorFlow.js or Keras.',
  tflite: 'is a TensorFlow Lite model, which is not read: export it as Keras (.keras or .h5) or TensorFlow.js.',
  torch:
    'is a PyTorch model, which is code and is not read: export it with torch.onnx.export(model, picture, "model.onnx").',
  graph: 'is a TensorFlow graph, which is not read: save the model with model.save("model.keras").',
  checkpoint: 'holds weights only, without the layers: save the whole model with model.save("model.keras").',
  pickle: 'is a Python pickle, which holds code and is never read: save the model with model.save("model.keras").',
  packed: 'is packed in a way that is not read: unpack it and give the folder, or pack it as zip.',
  labels: 'holds labels, not a network: give the model, and put the labels beside it as labels.txt.',
  page: 'is a web page, not a model: give the file itself, which a download button often has behind it.',
  unpacked: 'is an unpacked .keras file: give the .keras file itself.',
} as const;

const BY_EXTENSION: Readonly<Record<string, keyof typeof WAYS_OUT>> = {
  '.tflite': 'tflite',
  '.pt': 'torch',
  '.pth': 'torch',
  '.safetensors': 'torch',
  '.pb': 'graph',
  '.pbtxt': 'graph',
  '.ckpt': 'checkpoint',
  '.npz': 'checkpoint',
  '.pkl': 'pickle',
  '.pickle': 'pickle',
  '.joblib': 'pickle',
  '.tar': 'packed',
  '.tgz': 'packed',
  '.gz': 'packed',
  '.rar': 'packed',
  '.7z': 'packed',
  '.txt': 'labels',
  '.csv': 'labels',
};

function invalid(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-model', message, { cause });
}

function noModel(path: string, why: keyof typeof WAYS_OUT): VisionError {
  return invalid(`"${path}" ${WAYS_OUT[why]}`);
}

function startOf(file: string): Buffer {
  const start = Buffer.alloc(START);
  try {
    const handle = openSync(file, 'r');
    try {
      return start.subarray(0, readSync(handle, start, 0, START, 0));
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw invalid(`"${file}" cannot be read.`, error);
  }
}

/** Keys of an ONNX file's first fields: the version of the format, then who made it, the graph or the operator set. */
const ONNX = { version: 0x08, next: [0x12, 0x1a, 0x22, 0x28, 0x3a, 0x42] } as const;

/** An ONNX file has no magic number: by its name, or by its first fields. */
function isOnnx(file: string, [version, number = 0, next = 0]: Uint8Array): boolean {
  if (version !== ONNX.version) return false;
  if (extname(file).toLowerCase() === '.onnx') return true;
  return number >= 3 && number < 32 && ONNX.next.some((key) => key === next);
}

/** Recognises a file by its first bytes: names are often wrong, and serve for the way out only. */
function recogniseFile(file: string): Recognised {
  const bytes = startOf(file);
  const start = bytes.toString('latin1');
  if (start === '') throw invalid(`"${file}" is empty.`);
  const byName = BY_EXTENSION[extname(file).toLowerCase()];
  if (start.startsWith(HDF5)) return { form: 'keras-h5', file };
  // PyTorch and NumPy pack their files as zip as well.
  if (ZIP.some((magic) => start.startsWith(magic)) && byName === undefined) return { form: 'zip', file };
  if (start.startsWith(GZIP)) throw noModel(file, 'packed');
  if (start.slice(4, 8) === TFLITE) throw noModel(file, 'tflite');
  if (isOnnx(file, bytes)) return { form: 'onnx', file };
  if (byName !== undefined) throw noModel(file, byName);
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text.startsWith('{')) return { form: 'tfjs', file };
  if (text.startsWith('[')) throw noModel(file, 'labels');
  if (text.startsWith('<')) throw noModel(file, 'page');
  throw invalid(`"${file}" is no model: expected ${READ}.`);
}

/** What is at a path, or null: a path may also lead through a file, in a circle, or where nobody may look. */
function at(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

const isFile = (path: string): boolean => at(path)?.isFile() ?? false;
const isFolder = (path: string): boolean => at(path)?.isDirectory() ?? false;

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.') && name !== '__MACOSX');
  } catch (error) {
    throw invalid(`"${folder}" cannot be read.`, error);
  }
}

const isSaved = (name: string): boolean => /\.(?:h5|hdf5|keras|onnx)$/i.test(name);
const isWeights = (name: string): boolean => /\.weights\.h5$/i.test(name);

/** The one model in a folder, or in the only folder in it. */
function recogniseFolder(folder: string, depth: number): Recognised {
  const names = namesIn(folder);
  if (names.includes('model.json')) {
    const file = join(folder, 'model.json');
    if (!isFile(file)) throw invalid(`"${file}" is not a file.`);
    return { form: 'tfjs', file };
  }
  if (names.includes('config.json') && names.includes('model.weights.h5')) throw noModel(folder, 'unpacked');
  const saved = names.filter((name) => isSaved(name) && isFile(join(folder, name)));
  const whole = saved.filter((name) => !isWeights(name));
  const [only, ...others] = whole.length > 0 ? whole : saved;
  if (others.length > 0) {
    throw invalid(`There are several models in "${folder}" (${saved.join(', ')}): give one of them.`);
  }
  if (only !== undefined) return recogniseFile(join(folder, only));
  const exported = join(folder, HUB_EXPORTS, 'model.onnx');
  if (names.includes('config.json') && isFile(exported)) return recogniseFile(exported);
  if (names.includes('saved_model.pb')) throw noModel(folder, 'savedModel');
  const [first, ...rest] = names;
  if (first !== undefined && rest.length === 0 && depth < DEEPEST && isFolder(join(folder, first))) {
    return recogniseFolder(join(folder, first), depth + 1);
  }
  // Teachable Machine has it beside the labels.
  const graph = names.find((name) => isFile(join(folder, name, 'saved_model.pb')));
  if (graph !== undefined) throw noModel(join(folder, graph), 'savedModel');
  for (const name of names) {
    const foreign = BY_EXTENSION[extname(name).toLowerCase()];
    if (foreign !== undefined && foreign !== 'labels') throw noModel(join(folder, name), foreign);
  }
  throw invalid(
    `There is no model in "${folder}": it has no model.json, no Keras file (.keras or .h5) and no .onnx file.`,
  );
}

/**
 * Recognises what a network can be read from, by names in a folder and by a file's first bytes. Nothing else is read.
 *
 * @param path a file or a folder.
 * @throws VisionError `invalid-model` for anything else, with a way out where there is one.
 */
export function recognise(path: string): Recognised {
  const entry = at(path);
  if (entry === null) throw invalid(`There is no model in "${path}": there is no such file or folder.`);
  if (entry.isDirectory()) return recogniseFolder(path, 0);
  // A pipe would be waited for for ever, and a device never ends.
  if (!entry.isFile()) throw invalid(`"${path}" is neither a file nor a folder.`);
  return recogniseFile(path);
}

/**
 * What an archive is by the names of the files in it.
 *
 * @throws VisionError `invalid-model` for archives of other programs.
 */
export function recogniseArchive(file: string, names: readonly string[]): 'keras' | 'folder' {
  if (names.includes('config.json') && names.includes('model.weights.h5')) return 'keras';
  if (names.some((name) => basename(name) === 'data.pkl')) throw noModel(file, 'torch');
  if (names.some((name) => name.endsWith('.npy'))) throw noModel(file, 'checkpoint');
  if (names.includes('config.json') && names.includes('metadata.json')) {
    throw invalid(`"${file}" is a .keras file without its weights: save the model again.`);
  }
  return 'folder';
}
