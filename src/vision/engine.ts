import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import type { Method } from './cam/maps.js';
import { childEnvironment } from './child.js';
import { VisionError } from './errors.js';
import type { ColourMapName } from './image/colours.js';
import type { Legend } from './image/legend.js';
import type { Outcome, PredictReply, ExplainReply, ExplainRequest, SessionInfo, SessionStats } from './messages.js';
import type { SessionOptions } from './messages.js';
import { labelOf, readClassifier } from './model/classifier.js';
import type { Classifier } from './model/classifier.js';
import { compiledModel } from './model/compiled-store.js';
import type { Backend } from './trunk/runner.js';

/** A photo: its bytes, and a key that is the same for the same photo. */
export interface Photo {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** A photo predicted before, whose bytes may no longer be at hand. */
export type KnownPhoto = Photo | { readonly key: string; readonly bytes?: undefined };

/** One class of a prediction. */
export interface RankedClass {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
}

export interface Prediction {
  readonly photo: PredictReply['photo'];
  /** All classes, most likely first. */
  readonly classes: readonly RankedClass[];
  readonly milliseconds: PredictReply['milliseconds'];
}

export type Explanation = ExplainReply & { readonly class: { readonly index: number; readonly label: string } };

export interface EngineOptions {
  /** The model's folder. */
  readonly model: string;
  /** What the model is called where its `classifier.json` gives no name. */
  readonly name: string;
  readonly layer?: string;
  readonly range?: readonly [number, number];
  readonly method?: Method;
  readonly backend?: Backend;
  /** Threads of one forward pass; 1 by default, which leaves the other core to decoding and to the bot. */
  readonly threads?: number;
  /** Milliseconds a prediction may take; a hostile picture decodes for long. */
  readonly predictTimeout?: number;
  /** Milliseconds a heatmap may take. */
  readonly explainTimeout?: number;
  /** Milliseconds from a process' start to its being ready. */
  readonly startTimeout?: number;
  /** Calls waiting at most; one more is refused with `busy`. */
  readonly queueLimit?: number;
  /** Bytes of photos and feature maps the process keeps. */
  readonly keepBytes?: number;
  readonly colourMap?: ColourMapName;
}

export interface ExplainOptions {
  readonly method?: Method;
  readonly legend?: Legend;
}

const DEFAULTS = {
  threads: 1,
  predictTimeout: 20_000,
  explainTimeout: 120_000,
  startTimeout: 30_000,
  queueLimit: 64,
  keepBytes: 16 * 2 ** 20,
} as const;

/** A killed process is given this long to end by itself before it is killed for good. */
const TERMINATE_MS = 200;

/** Pixel range taken where neither the model nor the caller says: Keras examples rescale by 1/255 most often. */
const DEFAULT_RANGE: readonly [number, number] = [0, 1];

/** The key of a photo known only by its bytes. */
export function photoOf(bytes: Uint8Array): Photo {
  return { key: createHash('sha256').update(bytes).digest('base64url'), bytes };
}

/**
 * The parent's handle of one vision process: it compiles the model, starts the process, and starts a fresh one after
 * a crash, a deadline or `recycle`. Calls are answered one at a time, in order.
 */
export class Engine {
  readonly classifier: Classifier;
  /** Changes when the model or its target layer does: part of every cache key. */
  readonly fingerprint: string;
  readonly range: readonly [number, number];
  #info: SessionInfo;
  readonly #pool: workerpool.Pool;
  readonly #options: EngineOptions;
  #closed = false;

  private constructor(
    options: EngineOptions,
    parts: { classifier: Classifier; fingerprint: string; range: readonly [number, number]; pool: workerpool.Pool },
    info: SessionInfo,
  ) {
    this.#options = options;
    this.classifier = parts.classifier;
    this.fingerprint = parts.fingerprint;
    this.range = parts.range;
    this.#pool = parts.pool;
    this.#info = info;
  }

  /**
   * Compiles the model where needed, starts the process and waits until it is ready.
   *
   * @throws VisionError `invalid-model`, `invalid-argument`, `timeout` or `crashed`.
   */
  static async start(options: EngineOptions): Promise<Engine> {
    const classifier = await readClassifier(options.model, options.name);
    const { folder, fingerprint } = await compiledModel(options.model, options.layer ?? classifier.layer);
    const range = options.range ?? classifier.range ?? DEFAULT_RANGE;
    const session: SessionOptions = {
      compiled: folder,
      backend: options.backend ?? null,
      threads: options.threads ?? DEFAULTS.threads,
      range,
      resize: classifier.resize,
      temperature: classifier.temperature,
      keepBytes: options.keepBytes ?? DEFAULTS.keepBytes,
    };
    const pool = workerpool.pool(fileURLToPath(new URL('./worker.js', import.meta.url)), {
      workerType: 'process',
      minWorkers: 0,
      maxWorkers: 1,
      maxQueueSize: options.queueLimit ?? DEFAULTS.queueLimit,
      workerTerminateTimeout: TERMINATE_MS,
      forkArgs: [JSON.stringify(session)],
      forkOpts: {
        env: childEnvironment(process.env),
        serialization: 'advanced',
        // A small young generation: the process' own objects are few, its pixels and tensors live outside the heap.
        execArgv: ['--expose-gc', '--max-semi-space-size=1', '--max-old-space-size=96'],
      },
    });
    try {
      const info = await call<SessionInfo>(pool, 'info', [], options.startTimeout ?? DEFAULTS.startTimeout);
      return new Engine(options, { classifier, fingerprint, range, pool }, info);
    } catch (error) {
      await pool.terminate(true);
      throw error;
    }
  }

  /** What the process said of itself when it last started. */
  get info(): SessionInfo {
    return this.#info;
  }

  /**
   * Predicts a photo; the process keeps its feature map for `explain`.
   *
   * @throws VisionError `unsupported-image`, `too-large`, `timeout`, `crashed`, `busy`, `closed`.
   */
  async predict(photo: Photo, language = 'en'): Promise<Prediction> {
    const { key, bytes } = photo;
    const timeout = this.#options.predictTimeout ?? DEFAULTS.predictTimeout;
    const reply = await this.#call<PredictReply>('predict', [{ key, bytes }], timeout);
    const classes = Array.from(reply.probabilities, (probability, index) => ({
      index,
      label: labelOf(this.classifier, index, language),
      probability,
    })).sort((a, b) => b.probability - a.probability);
    return { photo: reply.photo, classes, milliseconds: reply.milliseconds };
  }

  /**
   * The heatmap of one class, from the activations kept by `predict` where they still are, else from `photo.bytes`.
   *
   * @throws VisionError `no-positive-evidence`, `unsupported-model`, `photo-gone`, `invalid-argument` and whatever
   *   `predict` throws.
   */
  async explain(photo: KnownPhoto, classIndex: number, options: ExplainOptions = {}): Promise<Explanation> {
    const request: ExplainRequest = {
      key: photo.key,
      bytes: photo.bytes ?? null,
      classIndex,
      method: options.method ?? this.#options.method ?? this.classifier.method,
      colourMap: this.#options.colourMap ?? null,
      legend: options.legend ?? null,
    };
    const timeout = this.#options.explainTimeout ?? DEFAULTS.explainTimeout;
    const reply = await this.#call<ExplainReply>('explain', [request], timeout);
    return { ...reply, class: { index: classIndex, label: labelOf(this.classifier, classIndex) } };
  }

  /** Memory and counts of the process. */
  stats(): Promise<SessionStats> {
    return this.#call<SessionStats>('stats', [], this.#options.startTimeout ?? DEFAULTS.startTimeout);
  }

  /** Ends the process after the calls before this one, so that its memory goes back, and starts a fresh one. */
  async recycle(): Promise<void> {
    const timeout = this.#options.startTimeout ?? DEFAULTS.startTimeout;
    await this.#call('recycle', [], timeout).catch((error: unknown) => {
      // The process ends instead of answering: that is what was asked for.
      if (!(error instanceof VisionError) || error.code !== 'crashed') throw error;
    });
    this.#info = await this.#call<SessionInfo>('info', [], timeout);
  }

  /** Ends the process; calls in flight and later ones are rejected with `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool.terminate(true);
  }

  async #call<T>(method: string, parameters: unknown[], timeout: number): Promise<T> {
    if (this.#isClosed()) throw new VisionError('closed', 'The engine is closed.');
    try {
      return await call<T>(this.#pool, method, parameters, timeout);
    } catch (error) {
      if (this.#isClosed()) throw new VisionError('closed', 'The engine is closed.', { cause: error });
      throw error;
    }
  }

  /** A method, because the compiler would take the field for unchanged across an await. */
  #isClosed(): boolean {
    return this.#closed;
  }
}

/** Whether the pool had found the process gone before it could be given the call. */
function wasGoneBefore(error: unknown): boolean {
  return error instanceof Error && error.message === 'Worker is terminated';
}

/** One call over the process boundary, its failures told apart. */
async function call<T>(pool: workerpool.Pool, method: string, parameters: unknown[], timeout: number): Promise<T> {
  const attempt = async (): Promise<Outcome<T>> => {
    let pending: workerpool.Promise<unknown>;
    try {
      pending = pool.exec(method, parameters);
    } catch (error) {
      throw new VisionError('busy', 'Too many photos are waiting. Please try again in a moment.', { cause: error });
    }
    return (await pending.timeout(timeout)) as Outcome<T>;
  };
  let outcome: Outcome<T>;
  try {
    try {
      outcome = await attempt();
    } catch (error) {
      if (!wasGoneBefore(error)) throw error;
      outcome = await attempt();
    }
  } catch (error) {
    if (error instanceof VisionError) throw error;
    if (error instanceof workerpool.Promise.TimeoutError) {
      throw new VisionError('timeout', `It took longer than ${Math.round(timeout / 1000)} s and was stopped.`, {
        cause: error,
      });
    }
    throw new VisionError('crashed', 'The vision process ended while it worked on this photo.', { cause: error });
  }
  if (!outcome.ok) throw new VisionError(outcome.code, outcome.message);
  return outcome.value;
}
