import { quantile } from 'd3-array';
import { CAM } from '../vision/cam/methods.js';
import type { Method } from '../vision/cam/methods.js';
import { Engine } from '../vision/engine.js';
import type { EngineOptions } from '../vision/engine.js';
import { VisionError } from '../vision/vision-error.js';
import { Vocabulary } from '../vision/model/class-query.js';
import { nameOf } from '../vision/model/classifier.js';
import { HeatmapMeasures } from './heatmaps.js';
import { measureNone } from './none.js';
import { PhotoTally } from './photo-tally.js';
import { openSource } from './picture-source.js';
import type { Source } from './picture-source.js';
import type { Evaluation, EvaluationReport, Spread } from './report.js';
import { truthOf } from './truth.js';
import { predictPicture } from './watching.js';
import type { Watcher } from './watching.js';

export interface EvaluateOptions {
  readonly engine: EngineOptions;
  /** Folder or archive of photos whose class is known. */
  readonly data: string;
  /** Folder or archive of pictures of nothing the model knows. */
  readonly none: string | null;
  /** Photos at most whose heatmaps are measured; 0 for none. */
  readonly heatmaps: number;
  /** Methods that are measured beside the model's own. */
  readonly compared: readonly Method[];
  /** Whether the worst photos are kept to be shown. */
  readonly withPictures: boolean;
  readonly seed: number;
}

/** As long as measuring one heatmap takes, in predictions: what the progress is told in. */
const HEATMAP_STEPS = 40;

/** Maps that a method makes of a photo: two of a pair, one to perturb by, and two of shuffled networks. */
const MAPS = 5;

/** The same with other methods compared. */
function heatmapSteps(compared: readonly Method[]): number {
  const each = compared.map((method) => {
    const cam = CAM[method];
    return HEATMAP_STEPS / 4 + MAPS * (cam.needs === 'forward-passes' ? cam.mostPasses : 0);
  });
  return each.reduce((sum, steps) => sum + steps, HEATMAP_STEPS);
}

function spread(values: readonly number[]): Spread | null {
  const [median, p95] = [quantile(values, 0.5), quantile(values, 0.95)];
  return median === undefined || p95 === undefined ? null : { median, p95 };
}

/** Whether the one at `index` is among `count` of `total` evenly spread ones. */
function isChosen(index: number, count: number, total: number): boolean {
  return Math.floor(((index + 1) * count) / total) > Math.floor((index * count) / total);
}

/** Why a model's heatmaps are not measured, or null where they are. */
function withoutHeatmaps({ info }: Engine, asked: number): string | null {
  if (info.map === null) return 'The model has no feature map.';
  if (info.mismatch !== null) return info.mismatch;
  return asked === 0 ? 'None were asked for.' : null;
}

/**
 * Measures a model on photos whose class is known, and on pictures of nothing it knows. One photo is held at a time, and
 * of it only numbers stay, beside small pictures of the worst.
 *
 * @throws VisionError `invalid-argument` for folders and archives that do not fit the model, `invalid-model` where it
 *   does not load.
 */
export async function evaluate(options: EvaluateOptions, watcher: Watcher): Promise<Evaluation> {
  const data = await openSource(options.data, options.seed);
  const none = options.none === null ? null : await openSource(options.none, options.seed);
  const engine = await Engine.start(options.engine);
  watcher.noted(engine);
  try {
    const why = withoutHeatmaps(engine, options.heatmaps);
    const heatmaps = why === null ? await HeatmapMeasures.load(engine, options.compared, options.seed) : null;
    try {
      const tally = new PhotoTally(engine, heatmaps, options.withPictures);
      const measured = await measure(
        { engine, data, none, tally, heatmaps: heatmaps ? options.heatmaps : 0, steps: heatmapSteps(options.compared) },
        watcher,
      );
      const report = { ...measured, heatmaps: (await heatmaps?.report()) ?? { unavailable: why ?? '' } };
      return { report, shown: tally.worst.shown };
    } finally {
      await heatmaps?.close();
    }
  } finally {
    await engine.close();
  }
}

interface Run {
  readonly engine: Engine;
  readonly data: Source;
  readonly none: Source | null;
  readonly tally: PhotoTally;
  /** Photos at most whose heatmaps are measured. */
  readonly heatmaps: number;
  /** As long as measuring those of one photo takes, in predictions. */
  readonly steps: number;
}

async function measure(run: Run, watcher: Watcher): Promise<Omit<EvaluationReport, 'heatmaps'>> {
  const { engine, data, none, tally } = run;
  const { info, classifier } = engine;
  const vocabulary = new Vocabulary(classifier, info.classes);
  const classOf = (path: string): number | null => truthOf(path, info.classes, vocabulary);
  const paths = await data.paths();
  const known = paths.filter((path) => classOf(path) !== null).length;
  if (known === 0) {
    throw new VisionError(
      'invalid-argument',
      `Nothing in "${data.name}" says a class of the model: name folders by class, as in cat/1.jpg, or begin file names with an index, as in 0012_house_finch.jpg.`,
    );
  }
  const heatmaps = Math.min(run.heatmaps, known);
  const others = (await none?.paths())?.length ?? 0;
  watcher.total(paths.length + others + heatmaps * run.steps);

  let seen = 0;
  for await (const picture of data.pictures()) {
    const { path } = picture;
    const truth = classOf(path);
    if (truth === null) {
      watcher.refused(path, 'Neither its folder nor its name says a class of the model.');
      watcher.done(1);
      continue;
    }
    const measured = isChosen(seen++, heatmaps, known);
    const predicted = await predictPicture(engine, picture, watcher);
    if (predicted !== null) await tally.add({ path, truth, measured, ...predicted });
    watcher.done(measured ? 1 + run.steps : 1);
  }
  const { photos } = tally.accuracy;
  if (photos === 0) throw new VisionError('invalid-argument', `No file in "${data.name}" is a picture.`);
  const ofNone = none === null ? null : await measureNone(engine, none, tally.told, watcher);
  const { decode, predict, explain, render } = tally.milliseconds;
  return {
    model: {
      name: classifier.name,
      backend: info.backend,
      precision: info.precision.name,
      inputSize: [info.input.height, info.input.width],
      classes: Array.from({ length: info.classes }, (_, index) => nameOf(classifier, { type: 'class', index })),
      kinds: classifier.groups.length,
      threshold: classifier.threshold,
      temperature: classifier.temperature,
    },
    data: { from: data.name, none: none?.name ?? null, photos, refused: paths.length - photos },
    accuracy: tally.accuracy.accuracy,
    told: tally.told.own,
    confusion: tally.accuracy.confusion,
    calibration: tally.calibration.result(classifier.temperature),
    curve: tally.told.curve,
    none: ofNone,
    milliseconds: {
      decode: spread(decode),
      predict: spread(predict),
      explain: spread(explain),
      render: spread(render),
    },
    worst: tally.worst.examples,
  };
}
