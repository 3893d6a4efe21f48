import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { Engine } from '../vision/engine.js';
import type { Classifier } from '../vision/model/classifier.js';
import type { MemoryBand } from './bands.js';
import { Engines } from './engines.js';
import { loggedFailure } from './failure-reasons.js';
import { HeatmapScheduler } from './heatmap-scheduler.js';
import type { Lane } from './lane.js';
import { Memory } from './memory.js';
import { memoryLimit } from './memory-limit.js';
import { modelFacts } from './model-facts.js';
import { PhotoWork } from './photo-work.js';
import { fromKept, mostKept, toKept } from './predictions.js';
import type { KeptPrediction } from './predictions.js';
import { AnalysisError } from './reasons.js';
import { SingleFlight } from './single-flight.js';
import type { Kept, Store } from './store.js';
import type {
  AnalysisOptions,
  Heatmap,
  HeatmapJob,
  Load,
  ModelFacts,
  PhotoSource,
  Prediction,
  Status,
} from './types.js';

export type { AnalysisOptions, Heatmap, HeatmapJob, ModelFacts, PhotoSource, Prediction, Status } from './types.js';

/** A memory figure older than this, in milliseconds, does not say whether a heatmap has room now. */
const FRESH_MS = 250;

/** Bytes that an engine, and the bot for it, take more at work than at their start. */
const GROWTH_AT_WORK = 40 * 2 ** 20;

/** The least time between two recyclings of one engine. */
const RECYCLE_EVERY_MS = 30_000;

export interface AnalysisParts {
  /** Started; the analysis closes it. */
  readonly engine: Engine;
  readonly options: AnalysisOptions;
  readonly store: Store;
  readonly log: Log;
  readonly metrics: Metrics;
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
  readonly #scheduler: HeatmapScheduler;
  readonly #work: PhotoWork;
  readonly #classifier: Classifier;
  readonly #keptAtMost: number;
  readonly #kept: Kept<KeptPrediction>;
  readonly #predicting = new SingleFlight<Prediction>();
  readonly #explaining = new SingleFlight<Heatmap>();
  readonly #counts = { hits: 0, misses: 0, recycled: 0 };
  #stopped = false;
  #closed: Promise<void> | null = null;

  constructor({ engine, options, store, log, metrics }: AnalysisParts) {
    this.model = modelFacts(engine);
    this.#options = options;
    this.#metrics = metrics;
    this.#scheduler = new HeatmapScheduler(options);
    this.#keptAtMost = mostKept(options.cacheEntries, this.model.classes);
    this.#kept = store.kept('prediction', { limit: this.#keptAtMost, ttlSeconds: options.cacheTtlSeconds });
    this.#classifier = engine.classifier;
    this.#engines = new Engines(engine, {
      recycleEveryMs: options.recycleEveryMs ?? RECYCLE_EVERY_MS,
      store,
      log,
      onRestart: () => {
        metrics.engineRestart();
      },
    });
    this.#memory = new Memory({
      limit: memoryLimit(options.memoryLimitBytes ?? null),
      pids: () => this.#engines.pids,
      onMeasured: (band) => {
        this.#relieve(band);
      },
      log,
    });
    this.#work = new PhotoWork({
      engines: this.#engines,
      fetchTimeoutMs: options.fetchTimeoutMs,
      memory: this.#memory,
      metrics,
      model: this.model,
      classifier: engine.classifier,
    });
    metrics.follow(() => ({ ...this.status(), enginePids: this.#engines.pids }));
  }

  /** Whether one more engine leaves room for heatmaps with all of them at work. */
  async hasRoomForEngine(): Promise<boolean> {
    const atWork = (this.#engines.pids.length + 1) * GROWTH_AT_WORK;
    return this.#memory.hasRoomFor((await this.#engines.bytesOfOne()) + atWork);
  }

  /** An engine with the same model, started, which works from now on; the analysis closes it. */
  async add(engine: Engine): Promise<void> {
    if (this.#closed !== null) return engine.close();
    this.#engines.add(engine);
    this.#scheduler.widen();
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
      const prediction = (await this.#cached(photo.key)) ?? (await this.#predictOnce(photo, person, log));
      this.#metrics.prediction(prediction.cached ? 'cached' : 'ok');
      return prediction;
    } catch (error) {
      const failure = loggedFailure(error, 'no prediction', log);
      this.#metrics.prediction(failure.reason);
      throw failure;
    }
  }

  /**
   * The heatmap of one class or kind over a photo, once no prediction waits. Its deadline counts from now. Whether it
   * arrives is for whoever sends it to count.
   *
   * @param person whose turn it takes.
   * @throws AnalysisError
   */
  async explain(job: HeatmapJob, person: string): Promise<Heatmap> {
    try {
      this.#refuseHeatmaps();
      return await this.#explainOnce(job, person);
    } catch (error) {
      const failure = loggedFailure(error, 'no heatmap', job.log);
      this.#metrics.heatmap(failure.reason);
      throw failure;
    }
  }

  /** Milliseconds until so many heatmaps that this person asks for now are made, by how long the last ones took. */
  heatmapMs(person: string, howMany: number): number {
    return this.#scheduler.heatmapMs(person, howMany);
  }

  /** The prediction of a photo seen before, where it is still kept: no work. */
  async known(key: string): Promise<Prediction | undefined> {
    const kept = await this.#kept.get(this.#keptAs(key));
    return kept && fromKept(kept, this.#classifier);
  }

  /** Resolves once no photo waits for a vision process: there is room for another. */
  room(): Promise<void> {
    return this.#scheduler.predictions.queue.onSizeLessThan(1);
  }

  status(): Status {
    const load = (lane: Lane, running: number): Load => ({ waiting: Math.max(lane.admitted - running, 0), running });
    const { band, usedBytes, limitBytes } = this.#memory;
    const { hits, misses, recycled } = this.#counts;
    return {
      predictions: load(this.#scheduler.predictions, this.#engines.running.prediction),
      heatmaps: load(this.#scheduler.heatmaps, this.#engines.running.heatmap),
      memory: { band, usedBytes, limitBytes },
      cache: { entries: this.#kept.size, limit: this.#keptAtMost, hits, misses },
      recycled,
    };
  }

  /** Rejects what waits and what comes later with `stopping`; what runs goes on. */
  stop(): void {
    this.#stopped = true;
    this.#scheduler.stop();
  }

  /** Ends everything: what runs is rejected with `stopping`, and the engines are closed. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.stop();
    this.#work.stop(new AnalysisError('stopping', 'The analysis is being closed.'));
    this.#memory.close();
    await this.#engines.close();
  }

  /** Of one model: the next process may have another, and so may the one beside it. */
  #keptAs(key: string): string {
    return `${this.model.fingerprint} ${key}`;
  }

  /** Not waited for: that it is not kept is no reason to be late with it. */
  async #keep(key: string, prediction: Prediction, log: Log): Promise<void> {
    try {
      await this.#kept.set(this.#keptAs(key), toKept(prediction));
    } catch (error) {
      log.warn({ err: error }, 'a prediction could not be kept');
    }
  }

  async #cached(key: string): Promise<Prediction | undefined> {
    if (this.#stopped) return undefined;
    const known = await this.known(key);
    if (known === undefined) this.#counts.misses++;
    else this.#counts.hits++;
    return known;
  }

  #predictOnce(photo: PhotoSource, person: string, log: Log): Promise<Prediction> {
    const { predictions } = this.#scheduler;
    const inTurn = (): Promise<Prediction> =>
      predictions.inTurn(person, async () => {
        if (this.#memory.band === 'critical') throw new AnalysisError('busy', 'Hardly any memory is left.');
        const prediction = await this.#work.predict(photo, log);
        const { decode, predict } = prediction.milliseconds;
        predictions.took(decode + predict);
        void this.#keep(photo.key, prediction, log);
        return prediction;
      });
    return predictions.admit(person, () => this.#predicting.join(photo.key, inTurn));
  }

  #explainOnce(job: HeatmapJob, person: string): Promise<Heatmap> {
    const { heatmaps } = this.#scheduler;
    const inTurn = (deadline: number): Promise<Heatmap> =>
      heatmaps.inTurn(
        person,
        async (signal) => {
          const band = await this.#memory.bandWithin(FRESH_MS);
          if (band !== 'normal') throw new AnalysisError('memory', `The memory in use is ${band}.`);
          const heatmap = await this.#work.explain({ ...job, signal });
          const { explain, render } = heatmap.milliseconds;
          heatmaps.took(explain + render);
          return heatmap;
        },
        deadline,
      );
    const same = JSON.stringify([job.photo.key, job.class, job.legend, job.colourMap]);
    return this.#scheduler.admitHeatmap(person, (deadline) => this.#explaining.join(same, () => inTurn(deadline)));
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
