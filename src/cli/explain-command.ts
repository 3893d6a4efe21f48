import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import colours from 'picocolors';
import { PHOTO_LIMITS } from '../limits.js';
import { Engine, photoOf } from '../vision/engine.js';
import type { Explanation, Photo, Prediction } from '../vision/engine.js';
import { tooManyBytesRefusal } from '../vision/image/refusal.js';
import { VisionError } from '../vision/vision-error.js';
import { createLog } from '../log.js';
import type { ExplainArguments } from './arguments.js';
import { probabilityOf } from '../vision/model/answer.js';
import { Vocabulary } from '../vision/model/class-query.js';
import { nameOf } from '../vision/model/classifier.js';
import { isWarning } from '../vision/model/notes.js';
import { askedClass } from './asked-class.js';
import type { Asked } from './asked-class.js';
import { Progress } from './progress.js';
import { engineOptions } from './engine-options.js';
import { noteText } from './note-text.js';
import { oneLine } from './one-line.js';
import { jsonReport, refusal, textReport } from './photo-report.js';
import type { HeatmapResult, PhotoResult, RunFacts } from './photo-report.js';

/** Reads a photo file, checking its size first. */
async function readPhoto(file: string): Promise<Photo> {
  const entry = await stat(file).catch((error: unknown) => {
    throw new VisionError('unsupported-image', `There is no photo "${file}".`, { cause: error });
  });
  if (!entry.isFile()) throw new VisionError('unsupported-image', `"${file}" is not a file.`);
  if (entry.size > PHOTO_LIMITS.maxBytes) {
    throw tooManyBytesRefusal(entry.size, PHOTO_LIMITS.maxBytes);
  }
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new VisionError('unsupported-image', `"${file}" cannot be read.`, { cause: error });
  });
  return photoOf(bytes);
}

/** Where heatmaps go: the file that was asked for, into the folder that was, or beside where one stands. */
class OutputNames {
  readonly #taken = new Set<string>();

  constructor(
    readonly out: string | undefined,
    readonly intoFolder: boolean,
  ) {}

  next(photo: string): string {
    if (this.out !== undefined && !this.intoFolder) return this.out;
    const stem = join(this.out ?? '', `${basename(photo, extname(photo))}-heatmap`);
    let name = `${stem}.jpg`;
    for (let copy = 2; this.#taken.has(name); copy++) name = `${stem}-${copy}.jpg`;
    this.#taken.add(name);
    return name;
  }
}

/** Refuses an `--out` that cannot be written or is one of the photos, before any work is done. */
async function outputNames(out: string | undefined, photos: readonly string[]): Promise<OutputNames> {
  if (out !== undefined && photos.some((photo) => resolve(photo) === resolve(out))) {
    throw new VisionError('invalid-argument', `--out "${out}" is the photo itself.`);
  }
  const folder =
    out !== undefined &&
    (await stat(out).then(
      (entry) => entry.isDirectory(),
      () => false,
    ));
  if (out !== undefined && !folder && photos.length > 1) {
    throw new VisionError('invalid-argument', `--out must be an existing folder for several photos; "${out}" is none.`);
  }
  const place = out === undefined ? '.' : folder ? out : dirname(out);
  await access(place, constants.W_OK).catch((error: unknown) => {
    const message = `The heatmap cannot be written to "${out ?? place}": there is no writable folder "${place}".`;
    throw new VisionError('invalid-argument', message, { cause: error });
  });
  return new OutputNames(out, folder);
}

/** One run: the engine, what was asked of it, and where heatmaps go. */
interface Run {
  readonly engine: Engine;
  readonly asked: Asked;
  readonly names: OutputNames;
}

async function heatmapOf(
  { engine, asked, names }: Run,
  photo: Photo,
  { probabilities }: Prediction,
  file: string,
): Promise<HeatmapResult> {
  const { classifier } = engine;
  const about = asked(probabilities);
  const label = nameOf(classifier, about);
  const percent = Math.round(probabilityOf(probabilities, classifier, about) * 100);
  let explanation: Explanation;
  try {
    explanation = await engine.explain({
      photo,
      class: about,
      legend: { title: `${label} ${percent} %`, note: "relative to this picture's maximum", low: 'low', high: 'high' },
    });
  } catch (error) {
    if (!(error instanceof VisionError)) throw error;
    return { status: 'unavailable', reason: error.code, message: error.message };
  }
  const destination = names.next(file);
  try {
    await writeFile(destination, explanation.jpeg);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { status: 'unavailable', reason: 'invalid-argument', message: `It could not be written: ${why}.` };
  }
  return { status: 'written', file: destination, about, label, explanation };
}

async function explainPhoto(run: Run, file: string): Promise<PhotoResult> {
  let photo: Photo;
  let prediction: Prediction;
  try {
    photo = await readPhoto(file);
    prediction = await run.engine.predict(photo);
  } catch (error) {
    return refusal(file, error);
  }
  return { status: 'predicted', file, prediction, heatmap: await heatmapOf(run, photo, prediction, file) };
}

/**
 * `sorot explain`: predicts and explains photos and reports on them.
 *
 * @returns the exit code: 0 where every photo got a prediction, else 1.
 * @throws VisionError `invalid-argument` for options that do not fit the model, others where the model does not load.
 */
export async function explain(files: readonly string[], given: ExplainArguments): Promise<number> {
  const names = await outputNames(given.out, files);
  const options = engineOptions(given.model, given);
  const started = performance.now();
  const engine = await Engine.start(options);
  try {
    const { info, classifier } = engine;
    if (info.fallback !== null) {
      createLog(process.env['LOG_LEVEL']).warn(
        { backend: info.backend, why: info.fallback },
        'not on the default backend',
      );
    }
    for (const note of engine.notes.filter(isWarning)) process.stderr.write(`sorot: ${oneLine(noteText(note))}\n`);
    const facts: RunFacts = {
      engine,
      method: engine.method,
      loadMilliseconds: performance.now() - started,
    };
    const vocabulary = new Vocabulary(classifier, info.classes);
    const run: Run = { engine, asked: askedClass(given.class, vocabulary, classifier, info.classes), names };
    return await report(files, given.json === true, facts, (file) => explainPhoto(run, file));
  } finally {
    await engine.close();
  }
}

/** Writes to stdout and waits until a slow reader has room for more. */
async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** Explains the photos and prints each as soon as it is done: of thousands only one is held at a time. */
async function report(
  files: readonly string[],
  json: boolean,
  facts: RunFacts,
  explainOne: (file: string) => Promise<PhotoResult>,
): Promise<number> {
  const palette = colours.createColors(isatty(1) && (process.env['NO_COLOR'] ?? '') === '');
  const bar = new Progress();
  const list = json && files.length > 1;
  const refused: string[] = [];
  let printed = 0;
  if (list) await print('[');
  for (const [index, file] of files.entries()) {
    const result = await explainOne(file);
    bar.end();
    if (result.status === 'refused') refused.push(`sorot: ${file}: ${result.message}\n`);
    if (json) {
      await print(`${printed++ > 0 ? ',' : ''}${JSON.stringify(jsonReport(result, facts))}`);
    } else if (result.status === 'predicted') {
      await print(`${printed++ > 0 ? '\n' : ''}${textReport(result, facts, palette)}`);
    }
    if (files.length > 1) bar.show(index + 1, files.length);
  }
  if (json) await print(list ? ']\n' : '\n');
  bar.end();
  process.stderr.write(refused.join(''));
  return refused.length === 0 ? 0 : 1;
}
