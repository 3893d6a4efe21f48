import type { Log } from '../log.js';
import type { Metrics, Step } from '../metrics.js';
import type { Explanation, Photo } from '../vision/engine.js';
import type { Classifier } from '../vision/model/classifier.js';
import { ByteBudget } from './byte-budget.js';
import type { Engines } from './engines.js';
import { visionCodeOf } from './failure-reasons.js';
import { fetchPhoto } from './fetching.js';
import { Garbage } from './garbage.js';
import { megabytes } from './memory.js';
import type { Memory } from './memory.js';
import { predictionOf } from './predictions.js';
import type { AnalysisError } from './reasons.js';
import type { Heatmap, HeatmapJob, ModelFacts, PhotoSource, Prediction } from './types.js';

/**
 * Bytes of photos that are fetched or worked on at a time. Measured with files of 20 MB that also decode expensively,
 * which without this bound are fetched three at a time and take the process tree past 600 MB.
 */
const BYTES_IN_WORK = 24 * 2 ** 20;

/** Taken for a photo of unknown size: files, which may be large, come with their size. */
const USUAL_BYTES = 2 ** 20;

export interface PhotoWorkParts {
  readonly engines: Engines;
  readonly fetchTimeoutMs: number;
  readonly memory: Memory;
  readonly metrics: Metrics;
  readonly model: ModelFacts;
  readonly classifier: Classifier;
}

/** The steps of one photo, each with its line in the log and its time in the metrics. */
export class PhotoWork {
  readonly #parts: PhotoWorkParts;
  readonly #budget = new ByteBudget(BYTES_IN_WORK);
  readonly #garbage = new Garbage();
  readonly #stopping = new AbortController();

  constructor(parts: PhotoWorkParts) {
    this.#parts = parts;
  }

  /** @throws what fetching and the engines throw. */
  async predict(source: PhotoSource, log: Log): Promise<Prediction> {
    const { engines, classifier, model } = this.#parts;
    const deaths = await engines.refuseDeadly(source.key);
    return this.#withPhoto(source, { log }, async (bytes, fetched) => {
      const prediction = predictionOf(await engines.predict(bytes, deaths), classifier, fetched);
      const { photo, answer, milliseconds } = prediction;
      const { type, about } = answer;
      const input = `${model.input.width}x${model.input.height}`;
      const details = { original: `${photo.width}x${photo.height}`, input, answer: type, [about.type]: about.index };
      this.#tell('predicted', log, { decode: milliseconds.decode, predict: milliseconds.predict }, details);
      return prediction;
    });
  }

  /** @throws what fetching and the engines throw, and the signal's reason. */
  async explain(job: HeatmapJob): Promise<Heatmap> {
    const { jpeg, picture, rows, columns, method, milliseconds } = await this.#explanation(job);
    const { layer, map: shape } = this.#parts.model;
    const map = shape && `${shape.rows}x${shape.columns}x${shape.channels}`;
    const details = { layer, map, resized: `${picture.width}x${picture.height}`, method };
    this.#tell('heatmap', job.log, milliseconds, { [job.class.type]: job.class.index, ...details });
    return { jpeg, picture, rows, columns, method, milliseconds };
  }

  /** Ends every fetch, and those to come, with this error. */
  stop(why: AnalysisError): void {
    this.#stopping.abort(why);
  }

  /** From the feature map that an engine has, else from the photo, fetched again. */
  async #explanation(job: HeatmapJob): Promise<Explanation> {
    const { engines } = this.#parts;
    const { photo: source } = job;
    const deaths = await engines.refuseDeadly(source.key);
    if (engines.holds(source.key)) {
      try {
        return await engines.explain({ ...job, photo: { key: source.key } }, deaths);
      } catch (error) {
        if (visionCodeOf(error) !== 'photo-gone') throw error;
      }
    }
    return this.#withPhoto(source, job, (photo) => engines.explain({ ...job, photo }, deaths));
  }

  /** Fetches a photo once there is room for its bytes, and gives them back after the work on it. */
  async #withPhoto<T>(
    source: PhotoSource,
    { log, signal }: { readonly log: Log; readonly signal?: AbortSignal },
    work: (photo: Photo, milliseconds: number) => Promise<T>,
  ): Promise<T> {
    const { fetchTimeoutMs } = this.#parts;
    const signals = [this.#stopping.signal, ...(signal === undefined ? [] : [signal])];
    const release = await this.#budget.take(source.bytes ?? USUAL_BYTES);
    let size = 0;
    try {
      const start = performance.now();
      const bytes = await fetchPhoto(source, signals, fetchTimeoutMs);
      const fetched = performance.now() - start;
      size = bytes.byteLength;
      this.#tell('fetched', log, { fetch: fetched }, { bytes: size });
      return await work({ key: source.key, bytes }, fetched);
    } finally {
      this.#garbage.add(size);
      release();
    }
  }

  /** The times of a photo's steps in the metrics, and a line with them in the log. */
  #tell(what: string, log: Log, milliseconds: Partial<Record<Step, number>>, details: object): void {
    const { metrics, memory } = this.#parts;
    const steps = Object.entries(milliseconds) as [Step, number][];
    for (const [step, time] of steps) metrics.seconds(step, time / 1000);
    // Less than a tenth is noise.
    const ms = Object.fromEntries(steps.map(([step, time]) => [step, Math.round(time * 10) / 10]));
    log.info({ ...details, ms, memoryMb: megabytes(memory.usedBytes) }, what);
  }
}
