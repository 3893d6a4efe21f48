import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { Explanation, Photo } from '../vision/engine.js';
import type { Legend } from '../vision/image/legend.js';
import type { Classifier, ClassOrGroup } from '../vision/model/classifier.js';
import { ByteBudget } from './byte-budget.js';
import type { Engines } from './engines.js';
import { visionCodeOf } from './failure-reasons.js';
import type { Fetching } from './fetching.js';
import { Garbage } from './garbage.js';
import { megabytes } from './memory.js';
import type { Memory } from './memory.js';
import { predictionOf } from './predictions.js';
import type { Heatmap, ModelFacts, PhotoSource, Prediction } from './types.js';

/**
 * Bytes of photos that are fetched or worked on at a time. Measured with files of 20 MB that also decode expensively,
 * which without this bound are fetched three at a time and take the process tree past 600 MB.
 */
const BYTES_IN_WORK = 24 * 2 ** 20;

/** Taken for a photo of unknown size: files, which may be large, come with their size. */
const USUAL_BYTES = 2 ** 20;

export interface PhotoWorkParts {
  readonly engines: Engines;
  readonly fetching: Fetching;
  readonly memory: Memory;
  readonly metrics: Metrics;
  readonly model: ModelFacts;
  readonly classifier: Classifier;
}

export interface HeatmapWork {
  readonly photo: PhotoSource;
  readonly about: ClassOrGroup;
  readonly legend: Legend;
  readonly log: Log;
}

/** The steps of one photo, each with its line in the log and its time in the metrics. */
export class PhotoWork {
  readonly #parts: PhotoWorkParts;
  readonly #budget = new ByteBudget(BYTES_IN_WORK);
  readonly #garbage = new Garbage();

  constructor(parts: PhotoWorkParts) {
    this.#parts = parts;
  }

  /** @throws what fetching and the engines throw. */
  async predict(source: PhotoSource, log: Log): Promise<Prediction> {
    const { engines, classifier } = this.#parts;
    return this.#withPhoto(source, log, undefined, async (photo, milliseconds) => {
      const prediction = predictionOf(await engines.predict(photo), classifier, milliseconds);
      this.#tellPrediction(prediction, log);
      return prediction;
    });
  }

  /** @throws what fetching and the engines throw, and the signal's reason. */
  async explain(work: HeatmapWork, signal: AbortSignal): Promise<Heatmap> {
    const explanation = await this.#explanation(work, signal);
    const { jpeg, picture, rows, columns, method, milliseconds } = explanation;
    const heatmap = { jpeg, picture, rows, columns, method, milliseconds };
    this.#tellHeatmap(heatmap, work);
    return heatmap;
  }

  /** From the feature map that an engine has, else from the photo, fetched again. */
  async #explanation({ photo: source, about, legend, log }: HeatmapWork, signal: AbortSignal): Promise<Explanation> {
    const { engines, model } = this.#parts;
    const classes = model.membersOf(about);
    if (engines.holds(source.key)) {
      try {
        return await engines.explain({ photo: { key: source.key }, classes, legend, signal });
      } catch (error) {
        if (visionCodeOf(error) !== 'photo-gone') throw error;
      }
    }
    return this.#withPhoto(source, log, signal, (photo) => engines.explain({ photo, classes, legend, signal }));
  }

  /** Fetches a photo once there is room for its bytes, and gives them back after the work on it. */
  async #withPhoto<T>(
    source: PhotoSource,
    log: Log,
    signal: AbortSignal | undefined,
    work: (photo: Photo, milliseconds: number) => Promise<T>,
  ): Promise<T> {
    const release = await this.#budget.take(source.bytes ?? USUAL_BYTES);
    try {
      const { photo, milliseconds } = await this.#fetch(source, log, signal);
      try {
        return await work(photo, milliseconds);
      } finally {
        this.#garbage.add(photo.bytes.byteLength);
      }
    } finally {
      release();
    }
  }

  async #fetch(source: PhotoSource, log: Log, signal?: AbortSignal): Promise<{ photo: Photo; milliseconds: number }> {
    const start = performance.now();
    const bytes = await this.#parts.fetching.fetch(source, signal);
    const milliseconds = performance.now() - start;
    this.#parts.metrics.seconds('fetch', milliseconds / 1000);
    log.info({ bytes: bytes.byteLength, ms: rounded(milliseconds) }, 'fetched');
    return { photo: { key: source.key, bytes }, milliseconds };
  }

  #tellPrediction({ photo, answer, top, milliseconds }: Prediction, log: Log): void {
    const { metrics, memory, model } = this.#parts;
    metrics.seconds('decode', milliseconds.decode / 1000);
    metrics.seconds('predict', milliseconds.predict / 1000);
    log.info(
      {
        original: `${photo.width}x${photo.height}`,
        input: `${model.input.width}x${model.input.height}`,
        answer: answer.type,
        top: top[0]?.index,
        ms: { decode: rounded(milliseconds.decode), predict: rounded(milliseconds.predict) },
        memoryMb: megabytes(memory.usedBytes),
      },
      'predicted',
    );
  }

  #tellHeatmap({ picture, method, milliseconds }: Heatmap, { about, log }: HeatmapWork): void {
    const { metrics, memory, model } = this.#parts;
    metrics.seconds('explain', milliseconds.explain / 1000);
    metrics.seconds('render', milliseconds.render / 1000);
    log.info(
      {
        [about.type]: about.index,
        layer: model.layer,
        map: model.map && `${model.map.rows}x${model.map.columns}x${model.map.channels}`,
        resized: `${picture.width}x${picture.height}`,
        method,
        ms: { explain: rounded(milliseconds.explain), render: rounded(milliseconds.render) },
        memoryMb: megabytes(memory.usedBytes),
      },
      'heatmap',
    );
  }
}

/** Tenths of a millisecond: more is noise. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
