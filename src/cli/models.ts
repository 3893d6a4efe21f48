import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VisionError } from '../vision/errors.js';

/** The folder of models that come with the program or were added to it. */
export const MODELS_FOLDER = fileURLToPath(new URL('../../models', import.meta.url));

/** The model used where none is named. */
export const DEFAULT_MODEL = 'everyday-10';

async function isModel(folder: string): Promise<boolean> {
  return stat(join(folder, 'model.json')).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

/** Names of the models in the models folder. */
export async function modelNames(): Promise<string[]> {
  const entries = await readdir(MODELS_FOLDER).catch(() => []);
  const found = await Promise.all(
    entries.map(async (name) => ((await isModel(join(MODELS_FOLDER, name))) ? [name] : [])),
  );
  return found.flat().sort();
}

/**
 * Finds a model by name among the models folder, or by path.
 *
 * @throws VisionError `invalid-model` where there is none, naming those there are.
 */
export async function findModel(nameOrFolder: string): Promise<{ name: string; folder: string }> {
  const named = join(MODELS_FOLDER, nameOrFolder);
  if (!nameOrFolder.includes('/') && (await isModel(named))) return { name: nameOrFolder, folder: named };
  const folder = resolve(nameOrFolder);
  if (await isModel(folder)) return { name: basename(folder), folder };
  const known = (await modelNames()).join(', ');
  const here = known === '' ? 'there are no models here' : `the models here are ${known}`;
  throw new VisionError(
    'invalid-model',
    `There is no model "${nameOrFolder}": it is no folder with a model.json, and ${here}.`,
  );
}
