import { quantile } from 'd3-array';
import { Engine, photoOf } from '../vision/engine.js';
import type { EngineOptions, Prediction } from '../vision/engine.js';
import { VisionError } from '../vision/errors.js';
import { Vocabulary } from '../vision/model/class-query.js';
import { nameOf } from '../vision/model/classifier.js';
import { AccuracyTally } from './accuracy.js';
import { CalibrationTally } from './calibration.js';
import { openSource } from './pictures.js';
import type { Picture, Source } from './pictures.js';
import type { EvaluationReport, NoneOfKind, Spread } from './report.js';
import { ToldTally } from './told.js';
import { excusedOf, kindOfPicture, truthOf } from './truth.js';

export interface EvaluateOptions {
  readonly engine: EngineOptions;
  /** Folder or archive of photos whose class is known. */
  readonly data: string;
  /** Folder or archive of pictures of nothing the model knows. */
  readonly none: string | null;
  readonly seed: number;
}

/** Who watches: how much there is to do, each step done, and files that are left out. */
export interface Watcher {
  total(steps: number): void;
  step(): void;
  refused(file: string, message: string): void;
}

/** What says that a file is no picture, rather than that the model or the program fails. */
const REFUSALS: readonly string[] = ['unsupported-image', 'too-large', 'timeout', 'crashed'];

/** Predicts a picture, or tells the watcher why it is none. */
async function predict(
  engine: Engine,
  { path, read }: Picture,
  watcher: Watcher,
): Promise<{ bytes: Uint8Array; prediction: Prediction } | null> {
  try {
    const bytes = await read();
    return { bytes, prediction: await engine.predict(photoOf(bytes)) };
  } catch (error) {
    if (!(error instanceof VisionError) || !REFUSALS.includes(error.code)) throw error;
    watcher.refused(path, error.message);
    return null;
  }
}

function spread(values: readonly number[]): Spread | null {
  const [median, p95] = [quantile(values, 0.5), quantile(values, 0.95)];
  return median === undefined || p95 === undefined ? null : { median, p95 };
}

async function measureNone(
  engine: Engine,
  source: Source,
  told: ToldTally,
  watcher: Watcher,
): Promise<NonNullable<EvaluationReport['none']>> {
  const counts = new Map<string, { pictures: number; right: number }>();
  for await (const picture of source.pictures()) {
    const predicted = await predict(engine, picture, watcher);
    watcher.step();
    if (predicted === null) continue;
    const excused = excusedOf(picture.path, engine.info.classes);
    const right = told.addNone(predicted.prediction.probabilities, excused);
    const kind = kindOfPicture(picture.path);
    const count = counts.get(kind) ?? { pictures: 0, right: 0 };
    counts.set(kind, { pictures: count.pictures + 1, right: count.right + (right ? 1 : 0) });
  }
  const pictures = [...counts.values()].reduce((sum, each) => sum + each.pictures, 0);
  const right = [...counts.values()].reduce((sum, each) => sum + each.right, 0);
  if (pictures === 0) throw new VisionError('invalid-argument', `No file in "${source.name}" is a picture.`);
  const kinds = [...counts].map(([kind, each]): NoneOfKind => {
    return { kind, pictures: each.pictures, right: each.right / each.pictures };
  });
  return { pictures, right: right / pictures, kinds: kinds.sort((a, b) => a.kind.localeCompare(b.kind)) };
}

/**
 * Measures a model on photos whose class is known, and on pictures of nothing it knows. Of a photo only counts and times
 * stay; one is held at a time.
 *
 * @throws VisionError `invalid-argument` for folders and archives that do not fit the model, `invalid-model` where it
 *   does not load.
 */
export async function evaluate(options: EvaluateOptions, watcher: Watcher): Promise<EvaluationReport> {
  const data = await openSource(options.data, options.seed);
  const none = options.none === null ? null : await openSource(options.none, options.seed);
  const engine = await Engine.start(options.engine);
  try {
    return await measure(engine, data, none, watcher);
  } finally {
    await engine.close();
  }
}

async function measure(engine: Engine, data: Source, none: Source | null, watcher: Watcher): Promise<EvaluationReport> {
  const { info, classifier } = engine;
  const vocabulary = new Vocabulary(classifier, info.classes);
  const classOf = (path: string): number | null => truthOf(path, info.classes, vocabulary);
  const paths = await data.paths();
  if (!paths.some((path) => classOf(path) !== null)) {
    throw new VisionError(
      'invalid-argument',
      `Nothing in "${data.name}" says a class of the model: name folders by class, as in cat/1.jpg, or begin file names with an index, as in 0012_house_finch.jpg.`,
    );
  }
  watcher.total(paths.length + ((await none?.paths())?.length ?? 0));

  const accuracy = new AccuracyTally(classifier, info.classes);
  const calibration = new CalibrationTally(info.exclusive);
  const told = new ToldTally(classifier);
  const times = { decode: [] as number[], predict: [] as number[] };
  for await (const picture of data.pictures()) {
    const truth = classOf(picture.path);
    if (truth === null) watcher.refused(picture.path, 'Neither its folder nor its name says a class of the model.');
    const predicted = truth === null ? null : await predict(engine, picture, watcher);
    watcher.step();
    if (truth === null || predicted === null) continue;
    const { probabilities, milliseconds } = predicted.prediction;
    const best = probabilities.indexOf(Math.max(...probabilities));
    accuracy.add(probabilities, best, truth);
    calibration.add(probabilities, best, truth);
    told.add(probabilities, truth);
    times.decode.push(milliseconds.decode);
    times.predict.push(milliseconds.predict);
  }
  if (accuracy.photos === 0) throw new VisionError('invalid-argument', `No file in "${data.name}" is a picture.`);
  const ofNone = none === null ? null : await measureNone(engine, none, told, watcher);
  return {
    model: {
      name: classifier.name,
      backend: info.backend,
      inputSize: [info.input.height, info.input.width],
      classes: Array.from({ length: info.classes }, (_, index) => nameOf(classifier, { type: 'class', index })),
      kinds: classifier.groups.length,
      threshold: classifier.threshold,
      temperature: classifier.temperature,
    },
    data: {
      from: data.name,
      none: none?.name ?? null,
      photos: accuracy.photos,
      refused: paths.length - accuracy.photos,
    },
    accuracy: accuracy.accuracy,
    told: told.own,
    confusion: accuracy.confusion,
    calibration: calibration.result(classifier.temperature),
    curve: told.curve,
    none: ofNone,
    milliseconds: { decode: spread(times.decode), predict: spread(times.predict), explain: null, render: null },
  };
}
