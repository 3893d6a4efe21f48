import { constants } from 'node:fs';
import { access, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import { SingleBar } from 'cli-progress';
import colours from 'picocolors';
import { DEFAULT_PHOTO_LIMITS } from '../vision/image/limits.js';
import { Engine, photoOf } from '../vision/engine.js';
import type { Explanation, Photo, Prediction } from '../vision/engine.js';
import { VisionError } from '../vision/errors.js';
import type { Log } from '../log.js';
import type { ExplainArguments } from './arguments.js';
import { parseClassQuery } from '../vision/model/class-query.js';
import { askedClass } from './asked-class.js';
import { findModel } from '../models.js';
import { jsonReport, refusal, textReport } from './report.js';
import type { HeatmapResult, PhotoResult, RunFacts } from './report.js';

/** Reads a photo file, checking its size first. */
async function readPhoto(file: string): Promise<Photo> {
  const entry = await stat(file).catch((error: unknown) => {
    throw new VisionError('unsupported-image', `There is no photo "${file}".`, { cause: error });
  });
  if (!entry.isFile()) throw new VisionError('unsupported-image', `"${file}" is not a file.`);
  if (entry.size > DEFAULT_PHOTO_LIMITS.maxBytes) {
    const [has, limit] = [entry.size, DEFAULT_PHOTO_LIMITS.maxBytes].map((bytes) => Math.ceil(bytes / 1e6));
    throw new VisionError('too-large', `The photo has ${has ?? 0} MB; at most ${limit ?? 0} MB are read.`);
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

async function heatmapOf(
  engine: Engine,
  photo: Photo,
  prediction: Prediction,
  classIndex: number,
  destination: string,
): Promise<HeatmapResult> {
  let explanation: Explanation;
  try {
    const ranked = prediction.classes.find(({ index }) => index === classIndex);
    const percent = Math.round((ranked?.probability ?? 0) * 100);
    explanation = await engine.explain(photo, classIndex, {
      legend: {
        title: `${ranked?.label ?? ''} ${percent} %`,
        note: "relative to this picture's maximum",
        low: 'low',
        high: 'high',
      },
    });
  } catch (error) {
    if (!(error instanceof VisionError)) throw error;
    return { status: 'unavailable', reason: error.code, message: error.message };
  }
  try {
    await writeFile(destination, explanation.jpeg);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { status: 'unavailable', reason: 'invalid-argument', message: `It could not be written: ${why}.` };
  }
  return { status: 'written', file: destination, explanation };
}

async function explainPhoto(
  engine: Engine,
  file: string,
  given: ExplainArguments,
  names: OutputNames,
): Promise<PhotoResult> {
  let photo: Photo;
  let prediction: Prediction;
  try {
    photo = await readPhoto(file);
    prediction = await engine.predict(photo);
  } catch (error) {
    return refusal(file, error);
  }
  const classIndex = askedClass(parseClassQuery(given.class ?? '1'), prediction, engine.classifier);
  const heatmap = await heatmapOf(engine, photo, prediction, classIndex, names.next(file));
  return { status: 'predicted', file, prediction, heatmap };
}

function progressBar(total: number): SingleBar | null {
  if (total < 2 || !process.stderr.isTTY) return null;
  const bar = new SingleBar({
    format: '{bar} {value}/{total} photos, {eta_formatted} to go',
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  bar.start(total, 0);
  return bar;
}

/**
 * `sorot explain`: predicts and explains photos and reports on them.
 *
 * @returns the exit code: 0 where every photo got a prediction, else 1.
 * @throws VisionError `invalid-argument` for options that do not fit the model, others where the model does not load.
 */
export async function explain(files: readonly string[], given: ExplainArguments, log: Log): Promise<number> {
  const names = await outputNames(given.out, files);
  const { name, folder } = findModel(given.model);
  const started = performance.now();
  const engine = await Engine.start({
    model: folder,
    name,
    ...(given.layer !== undefined && { layer: given.layer }),
    ...(given.method !== undefined && { method: given.method }),
    ...(given.range !== undefined && { range: given.range }),
    ...(given.backend !== undefined && { backend: given.backend }),
  });
  try {
    const { info } = engine;
    if (info.fallback !== null) log.warn({ backend: info.backend, why: info.fallback }, 'not on the default backend');
    const facts: RunFacts = {
      engine,
      method: given.method ?? engine.classifier.method ?? info.defaultMethod,
      loadMilliseconds: performance.now() - started,
    };
    const palette = colours.createColors(isatty(1) && (process.env['NO_COLOR'] ?? '') === '');
    const bar = progressBar(files.length);
    const results: PhotoResult[] = [];
    for (const file of files) {
      results.push(await explainPhoto(engine, file, given, names));
      bar?.increment();
    }
    bar?.stop();
    if (given.json === true) {
      const documents = results.map((result) => jsonReport(result, facts));
      process.stdout.write(`${JSON.stringify(documents.length === 1 ? documents[0] : documents)}\n`);
    } else {
      const predicted = results.filter((result) => result.status === 'predicted');
      process.stdout.write(predicted.map((result) => textReport(result, facts, palette)).join('\n'));
    }
    const refused = results.filter((result) => result.status === 'refused');
    for (const { file, message } of refused) process.stderr.write(`sorot: ${file}: ${message}\n`);
    return refused.length === 0 ? 0 : 1;
  } finally {
    await engine.close();
  }
}
