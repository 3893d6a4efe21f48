import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VisionError } from './vision/errors.js';

/** The folder of models that come with the program or were added to it. */
export const MODELS_FOLDER = fileURLToPath(new URL('../models', import.meta.url));

/** The model used where none is named. */
export const DEFAULT_MODEL = 'imagenet-1000';

/** Models that came with the program once, and what came after them. */
const SUCCESSORS: ReadonlyMap<string, string> = new Map([['everyday-10', 'imagenet-1000']]);

/** What came after a model that no longer comes with the program; null of any other name. */
export function successorOf(name: string): string | null {
  return SUCCESSORS.get(name) ?? null;
}

function isModel(folder: string): boolean {
  try {
    return statSync(join(folder, 'model.json')).isFile();
  } catch {
    return false;
  }
}

/** Names of the models in the models folder. */
export function modelNames(): string[] {
  try {
    return readdirSync(MODELS_FOLDER)
      .filter((name) => isModel(join(MODELS_FOLDER, name)))
      .sort();
  } catch {
    return [];
  }
}

/**
 * Finds a model by name among the models folder, or by path.
 *
 * @throws VisionError `invalid-model` where there is none, naming those there are, or what came after it.
 */
export function findModel(nameOrFolder: string): { name: string; folder: string } {
  const named = join(MODELS_FOLDER, nameOrFolder);
  if (!nameOrFolder.includes('/') && isModel(named)) return { name: nameOrFolder, folder: named };
  const folder = resolve(nameOrFolder);
  if (isModel(folder)) return { name: basename(folder), folder };
  const successor = successorOf(nameOrFolder);
  if (successor !== null) {
    throw new VisionError(
      'invalid-model',
      `The model "${nameOrFolder}" no longer comes with Sorot: use "${successor}", its successor.`,
    );
  }
  const known = modelNames().join(', ');
  const here = known === '' ? 'there are no models here' : `the models here are ${known}`;
  throw new VisionError(
    'invalid-model',
    `There is no model "${nameOrFolder}": it is no folder with a model.json, and ${here}.`,
  );
}
