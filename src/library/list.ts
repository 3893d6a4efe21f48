import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_MODEL, MODELS_FOLDER, modelNames } from '../models.js';
import { VisionError } from '../vision/vision-error.js';
import { readChoice } from '../vision/model/classifier.js';
import { openModel } from '../vision/model/source.js';
import type { ModelSource } from '../vision/model/source.js';
import { refused } from './refused.js';

/** One model of the models folder, or why it is none. */
export type ListedModel =
  | {
      readonly name: string;
      readonly form: ModelSource['form'];
      /** 0 where its classes have no names. */
      readonly labels: number;
      readonly bytes: number;
    }
  | { readonly name: string; readonly broken: string };

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder)) {
    const entry = await stat(join(folder, name));
    if (entry.isFile()) bytes += entry.size;
  }
  return bytes;
}

/** The models of the models folder. */
export async function listModels(): Promise<ListedModel[]> {
  return Promise.all(
    modelNames().map(async (name): Promise<ListedModel> => {
      const folder = join(MODELS_FOLDER, name);
      try {
        const { form, folder: described } = await openModel(folder);
        const { labels } = await readChoice(described);
        return { name, form, labels, bytes: await sizeOf(described) };
      } catch (error) {
        if (!(error instanceof VisionError)) throw error;
        return { name, broken: error.message };
      }
    }),
  );
}

/**
 * Takes a model out of the models folder.
 *
 * @throws VisionError `invalid-argument` for what is not in it, and for the model that came with the program.
 */
export async function removeModel(name: string): Promise<void> {
  if (!modelNames().includes(name)) {
    const known = modelNames().join(', ') || 'nothing';
    throw refused(`There is no model "${name}" in models/, where there is ${known}. Others are not removed.`);
  }
  if (name === DEFAULT_MODEL) {
    throw refused(`"${name}" came with Sorot and stays: it is what the bot uses where MODEL names no other.`);
  }
  await rm(join(MODELS_FOLDER, name), { recursive: true, force: true });
}
