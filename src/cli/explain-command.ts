import { percentage } from '../percentage.js';
import { backendReasonText } from '../vision/backend-choice.js';
import { Engine } from '../vision/engine.js';
import type { Explanation, Photo, Prediction } from '../vision/engine.js';
import { VisionError } from '../vision/vision-error.js';
import type { ExplainArguments } from './arguments.js';
import { probabilityOf } from '../vision/model/answer.js';
import { Vocabulary } from '../vision/model/class-query.js';
import { nameOf } from '../vision/model/classifier.js';
import { askedClass } from './asked-class.js';
import type { Asked } from './asked-class.js';
import { HeatmapFiles } from './heatmap-files.js';
import { photosAt, readPhoto } from './photo-files.js';
import { print, say } from './output.js';
import { Progress } from './progress.js';
import { engineOptions } from './engine-options.js';
import { sayNotes } from './note-text.js';
import { jsonReport, refusal, textReport } from './photo-report.js';
import type { HeatmapResult, PhotoResult, RunFacts } from './photo-report.js';

/** One run: the engine, what was asked of it, and where heatmaps go. */
interface Run {
  readonly engine: Engine;
  readonly asked: Asked;
  readonly heatmaps: HeatmapFiles;
}

async function heatmapOf(
  { engine, asked, heatmaps }: Run,
  photo: Photo,
  { probabilities }: Prediction,
  file: string,
): Promise<HeatmapResult> {
  const { classifier } = engine;
  const about = asked(probabilities);
  const label = nameOf(classifier, about);
  const title = `${label} ${percentage(probabilityOf(probabilities, classifier, about))}`;
  let explanation: Explanation;
  try {
    explanation = await engine.explain({
      photo,
      class: about,
      legend: { title, note: "relative to this picture's maximum", low: 'weak', high: 'strong' },
    });
  } catch (error) {
    if (!(error instanceof VisionError)) throw error;
    return { status: 'unavailable', reason: error.code, message: error.message };
  }
  try {
    const written = await heatmaps.write(file, explanation.jpeg);
    return { status: 'written', file: written, about, label, explanation };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { status: 'unavailable', reason: 'not-written', message: `It could not be written: ${why}.` };
  }
}

async function explainPhoto(run: Run, file: string): Promise<PhotoResult> {
  try {
    const photo = await readPhoto(file);
    const prediction = await run.engine.predict(photo);
    return { status: 'predicted', file, prediction, heatmap: await heatmapOf(run, photo, prediction, file) };
  } catch (error) {
    return refusal(file, error);
  }
}

/**
 * `sorot explain`: predicts and explains photos and reports on them.
 *
 * @param paths of photos and of folders with photos
 * @returns the exit code: 0 where every photo got a prediction and what it has of a heatmap is written, else 1.
 * @throws VisionError `invalid-argument` for options that do not fit the model, others where the model does not load;
 *   OutputEnded where nothing more can be printed.
 */
export async function explain(paths: readonly string[], given: ExplainArguments): Promise<number> {
  const files = await photosAt(paths);
  const heatmaps = await HeatmapFiles.at(given.out ?? '.', files);
  const started = performance.now();
  const engine = await Engine.start(engineOptions(given.model, given));
  try {
    const { info, classifier } = engine;
    if ('why' in info.reason) say(`the model runs on ${info.backend}, ${backendReasonText(info.reason)}`);
    sayNotes(engine);
    const facts = { engine, loadMilliseconds: performance.now() - started };
    const vocabulary = new Vocabulary(classifier, info.classes);
    const asked = askedClass(given.class, vocabulary, classifier, info.classes);
    await heatmaps.prepare();
    const form = given.jsonLines === true ? 'lines' : given.json === true ? 'array' : 'text';
    return await report({ engine, asked, heatmaps }, files, form, facts);
  } finally {
    await engine.close();
  }
}

/** How results are printed: to read, as one array of objects, or an object a line. */
type Form = 'text' | 'array' | 'lines';

/** Explains the photos and prints each as soon as it is done: of thousands only one is held at a time. */
async function report(run: Run, files: readonly string[], form: Form, facts: RunFacts): Promise<number> {
  const bar = new Progress();
  let printed = 0;
  let failed = 0;
  if (form === 'array') await print('[');
  for (const [index, file] of files.entries()) {
    const result = await explainPhoto(run, file);
    bar.end();
    const { heatmap } = result.status === 'refused' ? { heatmap: null } : result;
    if (heatmap === null || (heatmap.status === 'unavailable' && heatmap.reason === 'not-written')) failed += 1;
    if (form !== 'text') {
      const [before, after] = form === 'lines' ? ['', '\n'] : [index > 0 ? ',' : '', ''];
      await print(`${before}${JSON.stringify(jsonReport(result, facts))}${after}`);
    } else if (result.status === 'refused') {
      say(`${file}: ${result.message}`);
    } else {
      await print(`${printed > 0 ? '\n' : ''}${textReport(result, facts, printed === 0)}`);
      printed += 1;
    }
    if (files.length > 1) bar.show(index + 1, files.length);
  }
  if (form === 'array') await print(']\n');
  bar.end();
  return failed === 0 ? 0 : 1;
}
