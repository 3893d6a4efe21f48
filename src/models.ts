import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VisionError } from './vision/vision-error.js';
import { recognise } from './vision/model/recognise.js';

/** The folder of models that come with the program or were added to it. */
export const MODELS_FOLDER = fileURLToPath(new URL('../models', import.meta.url));

/** The model used where none is named. */
export const DEFAULT_MODEL = 'imagenet-1000';

/** Models that came with the program once, and what came after them. */
const SUCCESSORS: ReadonlyMap<string, string> = new Map([['everyday-10', 'imagenet-1000']]);

/** What Keras, Teachable Machine and browsers call a file that nobody named: its folder's name says more. */
const EMPTY_NAMES: readonly string[] = ['model', 'keras_model', 'best_model', 'my_model', 'saved_model', 'download'];

/** A model that was found: what it is called, and the file or folder that is opened. */
export interface FoundModel {
  readonly name: string;
  readonly path: string;
}

/** Whether a folder is there, or a link to one. */
function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Names of the models in the models folder, whether they can be read or not. */
export function modelNames(): string[] {
  try {
    return readdirSync(MODELS_FOLDER)
      .filter((name) => !name.startsWith('.') && isFolder(join(MODELS_FOLDER, name)))
      .sort();
  } catch {
    return [];
  }
}

function namesText(): string {
  return modelNames().join(', ') || 'nothing';
}

/** What a model is called after: its file, or the folder it is in where the file's name says nothing. */
export function nameOfPath(path: string): string {
  const stem = basename(path).replace(/\.(?:h5|hdf5|keras|onnx|json|zip)$/i, '');
  return EMPTY_NAMES.includes(stem.toLowerCase()) && extname(path) !== '' ? basename(dirname(path)) : stem;
}

/**
 * Finds a model by name among the models folder, or by path. Only names and a file's first bytes are looked at.
 *
 * @throws VisionError `invalid-model` for what cannot be one: what helps, the names of those there are, or what came
 *   after it.
 */
export function findModel(nameOrPath: string): FoundModel {
  if (modelNames().includes(nameOrPath)) {
    const path = join(MODELS_FOLDER, nameOrPath);
    recognise(path);
    return { name: nameOrPath, path };
  }
  const path = resolve(nameOrPath);
  if (path === MODELS_FOLDER) {
    throw new VisionError('invalid-model', `"${nameOrPath}" is the folder of all models: name one of ${namesText()}.`);
  }
  if (existsSync(path)) {
    recognise(path);
    return { name: nameOfPath(path), path };
  }
  const successor = SUCCESSORS.get(nameOrPath);
  throw new VisionError(
    'invalid-model',
    successor === undefined
      ? `There is no model "${nameOrPath}": there is no such file or folder, and in models/ there is ${namesText()}.`
      : `The model "${nameOrPath}" no longer comes with Sorot: use "${successor}", its successor.`,
  );
}

/** What helps whoever gave what `findModel` refuses. What was given is repeated only where it is a path. */
export function modelHint(given: string): string {
  const successor = SUCCESSORS.get(given);
  if (successor !== undefined) return `it no longer comes with Sorot: its successor is ${successor}`;
  if (existsSync(given)) {
    try {
      findModel(given);
    } catch (error) {
      if (error instanceof VisionError) return error.message.replace(/\.$/, '');
    }
  }
  return `in models/: ${namesText()}`;
}
