import { copyFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import * as v from 'valibot';
import { parseJson, readDescription } from '../vision/model/bounded-json.js';
import { HUGGING_FACE_FILES } from '../vision/model/hugging-face.js';
import { labelsFile, parseLabelLines } from '../vision/model/labels.js';
import type { PixelRange } from '../vision/pixel-range.js';
import { refused } from './refused.js';

/** Files that say something about a classifier, beside its network. */
const DESCRIPTIONS = [
  ...['classifier.json', 'metadata.json', 'labels.json', 'labels.txt', 'int8.json'],
  ...HUGGING_FACE_FILES,
];

/** What is said of a model when it is added; null where nothing is. */
export interface Said {
  /** What it is called. */
  readonly name: string | null;
  /** A file of labels: one a line, or JSON. */
  readonly labels: string | null;
  readonly range: PixelRange | null;
}

/** The labels in a file, as `classifier.json` has them. */
async function labelsIn(file: string): Promise<unknown[]> {
  const bytes = await readDescription(file);
  if (bytes === null) throw refused(`There is no file "${file}" with labels.`);
  if (extname(file).toLowerCase() !== '.json')
    return parseLabelLines(bytes.toString('utf8')).map(({ names }) => names.en);
  try {
    return v.parse(labelsFile, parseJson(bytes));
  } catch (error) {
    throw refused(`"${file}" is no JSON list of labels, and no object of class index to label.`, error);
  }
}

/** Adds what was said to `classifier.json`, where it comes before everything that the model brings along. */
async function addToClassifier(folder: string, { name, labels, range }: Said): Promise<void> {
  const added = {
    ...(name !== null && { name }),
    ...(labels !== null && { labels: await labelsIn(labels) }),
    ...(range !== null && { range }),
  };
  if (Object.keys(added).length === 0) return;
  const path = join(folder, 'classifier.json');
  const bytes = await readDescription(path);
  let before: Record<string, unknown> = {};
  try {
    if (bytes !== null) before = v.parse(v.looseObject({}), parseJson(bytes));
  } catch (error) {
    throw refused('The classifier.json beside the model is no JSON object.', error);
  }
  await writeFile(path, `${JSON.stringify({ ...before, ...added }, null, 2)}\n`);
}

/**
 * Writes what describes a model into its new folder: the files beside it, and what was said.
 *
 * @throws VisionError `invalid-argument` or `invalid-model`, saying which file and why.
 */
export async function writeDescriptions(from: string, to: string, said: Said): Promise<void> {
  for (const name of DESCRIPTIONS) {
    // Looked at first: a pipe of that name would be waited for for ever.
    if ((await readDescription(join(from, name))) !== null) await copyFile(join(from, name), join(to, name));
  }
  await addToClassifier(to, said);
}
