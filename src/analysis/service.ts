import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { Engine } from '../vision/engine.js';
import type { Legend } from '../vision/image/legend.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import type { MemoryBand } from './bands.js';
import { Engines } from './engines.js';
import { loggedFailure } from './failure-reasons.js';
import { Fetching } from './fetching.js';
import { SharedWork } from './shared-work.js';
import type { Lane } from './lane.js';
import { Limiter } from './limiter.js';
import { Memory } from './memory.js';
import { memoryLimit } from './memory-limit.js';
import { modelFacts } from './model-facts.js';
import { PhotoWork } from './photo-work.js';
import type { HeatmapWork } from './photo-work.js';
import { PredictionCache } from './predictions.js';
import { AnalysisError } from './reasons.js';
import type { AnalysisOptions, Heatmap, Load, ModelFacts, PhotoSource, Prediction, Status } from './types.js';

export type { AnalysisOptions, Heatmap, ModelFacts, PhotoSource, Prediction, Status } from './types.js';

/** A memory figure older than this, in milliseconds, does not say whether a heatmap has room now. */
const FRESH_MS = 250;

/** The least time between two recyclings of one engine. */
const RECYCLE_EVERY_MS = 30_000;

export interface AnalysisParts {
  /** Started, all with the same model; the analysis closes them. */
  readonly engines: readonly Engine[];
  readonly options: AnalysisOptions;
  readonly log: Log;
  readonly metrics: Metrics;
}

export interface ExplainRequest {
  readonly person: string;
  readonly legend: Legend;
  readonly log: Log;
}

/**
 * Predicts photos now and explains them later: predictions first, within bounds, deadlines and memory, each photo
 * computed once.
 */
export class Analysis {
  readonly model: ModelFacts;
  readonly #options: AnalysisOptions;
  readonly #metrics: Metrics;
  readonly #engines: Engines;
  readonly #memory: Memory;
  readonly #limiter: Limiter;
  readonly #fetching: Fetching;
  readonly #work: PhotoWork;
  readonly #cache: PredictionCache;
  readonly #predicting = new SharedWork<Prediction>();
  readonly #explaining = new SharedWork<Heatmap>();
  readonly #counts = { hits: 0, misses: 0, recycled: 0 };
  #stopped = false;
  #closed: Promise<void> | null = null;

  /** @throws RangeError without an engine. */
  constructor({ engines, options, log, metrics }: AnalysisParts) {
    const [first] = engines;
    if (first === undefined) throw new RangeError('Expected at least one engine, got none.');
    this.model = modelFacts(first);
    this.#options = options;
    this.#metrics = metrics;
    this.#limiter = new Limiter({ engines: engines.length, ...options });
    this.#fetching = new Fetching(options.fetchTimeoutMs);
    this.#cache = new PredictionCache({
      entries: options.cacheEntries,
      ttlSeconds: options.cacheTtlSeconds,
      classes: this.model.classes,
      fingerprint: first.fingerprint,
    });
    this.#engines = new Engines(engines, {
      recycleEveryMs: options.recycleEveryMs ?? RECYCLE_EVERY_MS,
      log,
      onRestart: () => {
        metrics.engineRestart();
      },
    });
    this.#memory = new Memory({
      limitBytes: memoryLimit(options.memoryLimitBytes ?? null),
      pids: () => this.#engines.pids,
      onMeasured: (band) => {
        this.#relieve(band);
      },
      log,
    });
    this.#work = new PhotoWork({
      engines: this.#engines,
      fetching: this.#fetching,
      memory: this.#memory,
      metrics,
      model: this.model,
      classifier: first.classifier,
    });
    metrics.follow(() => ({ ...this.status(), enginePids: this.#engines.pids }));
  }

  /**
   * What a photo shows: from the cache, else computed when its turn comes.
   *
   * @param person Whose share it counts for.
   * @param log Of this request: the lines say nothing of whose it is.
   * @throws AnalysisError with any reason but those of heatmaps.
   */
  async predict(photo: PhotoSource, person: string, log: Log): Promise<Prediction> {
    try {
      const prediction = this.#cached(photo.key) ?? (await this.#predictOnce(photo, person, log));
      this.#metrics.prediction(prediction.cached ? 'cached' : 'ok');
      return prediction;
    } catch (error) {
      const failure = loggedFailure(error, 'no prediction', log);
      this.#metrics.prediction(failure.reason);
      throw failure;
    }
  }

  /**
   * The heatmap of one class or kind over a photo, once no prediction waits. Its deadline counts from now.
   *
   * @throws AnalysisError
   */
  async explain(photo: PhotoSource, about: ClassOrGroup, { person, legend, log }: ExplainRequest): Promise<Heatmap> {
    try {
      this.#refuseHeatmaps();
      const heatmap = await this.#explainOnce({ photo, about, legend, log }, person);
      this.#metrics.heatmap('ok');
      return heatmap;
    } catch (error) {
      const failure = loggedFailure(error, 'no heatmap', log);
      this.#metrics.heatmap(failure.reason);
      throw failure;
    }
  }

  /** The prediction of a photo seen before, where it is still kept: no work. */
  known(key: string): Prediction | undefined {
    return this.#cache.get(key);
  }

  status(): Status {
    const load = (lane: Lane, running: number): Load => ({ waiting: Math.max(lane.admitted - running, 0), running });
    const { band, usedBytes, limitBytes } = this.#memory;
    const { hits, misses, recycled } = this.#counts;
    return {
      predictions: load(this.#limiter.predictions, this.#engines.running('prediction')),
      heatmaps: load(this.#limiter.heatmaps, this.#engines.running('heatmap')),
      memory: { band, usedBytes, limitBytes },
      cache: { entries: this.#cache.size, limit: this.#cache.limit, hits, misses },
      recycled,
    };
  }

  /** Rejects what waits and what comes later with `stopping`; what runs goes on. */
  stop(): void {
    this.#stopped = true;
    this.#limiter.stop();
  }

  /** Ends everything: what runs is rejected with `stopping`, and the engines are closed. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.stop();
    this.#fetching.abort(new AnalysisError('stopping', 'The analysis is being closed.'));
    this.#memory.close();
    await this.#engines.close();
    this.#cache.close();
  }

  #cached(key: string): Prediction | undefined {
    if (this.#stopped) return undefined;
    const known = this.#cache.get(key);
    if (known === undefined) this.#counts.misses++;
    else this.#counts.hits++;
    return known;
  }

  #predictOnce(photo: PhotoSource, person: string, log: Log): Promise<Prediction> {
    const { predictions } = this.#limiter;
    const inTurn = (): Promise<Prediction> =>
      predictions.inTurn(async () => {
        if (this.#memory.band === 'critical') throw new AnalysisError('busy', 'Hardly any memory is left.');
        const prediction = await this.#work.predict(photo, log);
        this.#cache.set(photo.key, prediction);
        return prediction;
      });
    return predictions.admit(person, () => this.#predicting.join(photo.key, inTurn));
  }

  #explainOnce(work: HeatmapWork, person: string): Promise<Heatmap> {
    const { heatmaps } = this.#limiter;
    const inTurn = (): Promise<Heatmap> =>
      heatmaps.inTurn(async (signal) => {
        const band = await this.#memory.bandWithin(FRESH_MS);
        if (band !== 'normal') throw new AnalysisError('memory', `The memory in use is ${band}.`);
        return this.#work.explain(work, signal);
      }, this.#options.heatmapTimeoutMs);
    const same = JSON.stringify([work.photo.key, work.about, work.legend]);
    return heatmaps.admit(person, () => this.#explaining.join(same, inTurn));
  }

  /** @throws AnalysisError where there is no heatmap to be had, whatever the photo. */
  #refuseHeatmaps(): void {
    if (!this.#options.heatmaps) throw new AnalysisError('disabled', 'Heatmaps are switched off.');
    if (!this.model.explains) throw new AnalysisError('unsupported-model', 'The model has nothing that explains it.');
  }

  #relieve(band: MemoryBand): void {
    if (band === 'normal' || this.#stopped) return;
    const recycled = this.#engines.recycle(band === 'high' ? 'idle' : 'now');
    this.#counts.recycled += recycled;
    for (let i = 0; i < recycled; i++) this.#metrics.recycle();
  }
}
