import { createHash } from 'node:crypto';
import type { Explained } from './cam/explain.js';
import type { Method } from './cam/maps.js';
import type { ColourMapName } from './image/colours.js';
import type { Legend } from './image/legend.js';
import type {
  ExplainReply,
  ExplainRequest,
  PredictReply,
  SessionInfo,
  SessionOptions,
  SessionStats,
} from './messages.js';
import { readClassifier } from './model/classifier.js';
import type { Classifier } from './model/classifier.js';
import { noteUse, STILL_IN_USE_MS } from './model/compiled-cache.js';
import { choiceOf, compiledModel } from './model/compiled-store.js';
import type { Findings } from './model/findings.js';
import { checkFits } from './model/fitting.js';
import { chooseRange, notesOf } from './model/notes.js';
import type { ChosenRange, ModelNote } from './model/notes.js';
import { openModel } from './model/source.js';
import type { PixelRange } from './pixel-range.js';
import { VisionProcess } from './process.js';
import type { Backend } from './trunk/runner.js';

/** A photo: its bytes, and a key that is the same for the same photo. */
export interface Photo {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** A photo predicted before, whose bytes may no longer be at hand. */
export type KnownPhoto = Photo | { readonly key: string; readonly bytes?: undefined };

export type Prediction = PredictReply;

export type Explanation = ExplainReply;

export interface EngineOptions {
  /** The model: its file, the folder it is in, or a zip of either. */
  readonly model: string;
  /** What the model is called where its `classifier.json` gives no name. */
  readonly name: string;
  /** What the file is called that the labels in its `classifier.json` were taken from, where somebody gave one. */
  readonly labelsFile?: string | null;
  readonly layer?: string;
  readonly range?: PixelRange;
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
  keepBytes: 8 * 2 ** 20,
} as const;

/** The key of a photo known only by its bytes. */
export function photoOf(bytes: Uint8Array): Photo {
  return { key: createHash('sha256').update(bytes).digest('base64url'), bytes };
}

function fingerprintOf(compiled: string, { range, form, temperature }: SessionOptions, said: Classifier): string {
  const { labels, groups, threshold, standardScore } = said;
  return createHash('sha256')
    .update(JSON.stringify([compiled, range, form, temperature, threshold, standardScore, labels, groups]))
    .digest('base64url');
}

/**
 * The parent's handle of one model in one vision process. The process is started again after a crash or a deadline;
 * a failure costs the call it happened in and no other.
 */
export class Engine {
  readonly classifier: Classifier;
  /** What reading the network showed. */
  readonly findings: Findings;
  /** The pixel values that it is given, and why. */
  readonly range: ChosenRange;
  /**
   * Changes when the model, its target layer or what is said of it does: part of every cache key, and of everything that
   * names a class or a kind by its number.
   */
  readonly fingerprint: string;
  /** What its process is started with: where the compiled network lies, and how pictures become its input. */
  readonly session: SessionOptions;
  readonly #options: EngineOptions;
  readonly #process: VisionProcess;
  readonly #stillInUse: NodeJS.Timeout;
  #info: SessionInfo;

  private constructor(
    options: EngineOptions,
    known: { classifier: Classifier; findings: Findings; range: ChosenRange },
    fingerprint: string,
    session: SessionOptions,
    started: { process: VisionProcess; info: SessionInfo },
  ) {
    this.#options = options;
    this.classifier = known.classifier;
    this.findings = known.findings;
    this.range = known.range;
    this.fingerprint = fingerprint;
    this.session = session;
    this.#process = started.process;
    this.#info = started.info;
    // A process that is started again reads what was compiled again, perhaps after weeks.
    this.#stillInUse = setInterval(() => void noteUse(session.compiled), STILL_IN_USE_MS).unref();
  }

  /**
   * Compiles the model where needed, starts the process and waits until it is ready.
   *
   * @throws VisionError `invalid-model`, `invalid-argument`, `timeout` or `crashed`.
   */
  static async start(options: EngineOptions): Promise<Engine> {
    const source = await openModel(options.model);
    const said = await readClassifier(source.folder, options.name);
    const classifier = { ...said, labelsFile: options.labelsFile ?? said.labelsFile };
    const choice = choiceOf(classifier);
    const layer = options.layer ?? choice.layer;
    const { file, folder, fingerprint, findings } = await compiledModel(source, { ...choice, layer });
    const range = chooseRange(options.range, classifier, findings.range);
    checkFits(classifier, findings, range.range);
    const session: SessionOptions = {
      compiled: folder,
      model: file,
      backend: options.backend ?? null,
      threads: options.threads ?? DEFAULTS.threads,
      range: range.range,
      form: { resize: classifier.resize, interpolation: classifier.interpolation },
      temperature: classifier.temperature,
      keepBytes: options.keepBytes ?? DEFAULTS.keepBytes,
    };
    const started = await VisionProcess.start(session, {
      startTimeout: options.startTimeout ?? DEFAULTS.startTimeout,
      queueLimit: options.queueLimit ?? DEFAULTS.queueLimit,
    });
    const print = fingerprintOf(fingerprint, session, classifier);
    return new Engine(options, { classifier, findings, range }, print, session, started);
  }

  /** What the process said of itself when it last started. */
  get info(): SessionInfo {
    this.#info = this.#process.info ?? this.#info;
    return this.#info;
  }

  /** What of the model was guessed, or looks wrong. */
  get notes(): ModelNote[] {
    return notesOf(this.classifier, this.findings, this.range);
  }

  /** How heatmaps are made where a call does not say. */
  get method(): Method {
    return this.#chosenMethod() ?? this.info.defaultMethod;
  }

  /**
   * Predicts a photo; the process keeps its feature map for `explain`.
   *
   * @throws VisionError `unsupported-image`, `too-large`, `timeout`, `crashed`, `busy`, `closed`.
   */
  predict({ key, bytes }: Photo): Promise<Prediction> {
    const timeout = this.#options.predictTimeout ?? DEFAULTS.predictTimeout;
    return this.#process.call<PredictReply>('predict', [{ key, bytes }], timeout);
  }

  /**
   * The heatmap of one class, or of a kind by its members' indices, from the activations kept by `predict` where they still are, else from `photo.bytes`.
   *
   * @throws VisionError `no-positive-evidence`, `unsupported-model`, `photo-gone`, `invalid-argument` and whatever
   *   `predict` throws.
   */
  explain(photo: KnownPhoto, explained: Explained, options: ExplainOptions = {}): Promise<Explanation> {
    const request: ExplainRequest = {
      key: photo.key,
      bytes: photo.bytes ?? null,
      classes: typeof explained === 'number' ? [explained] : explained,
      method: options.method ?? this.#chosenMethod(),
      colourMap: this.#options.colourMap ?? null,
      legend: options.legend ?? null,
    };
    const timeout = this.#options.explainTimeout ?? DEFAULTS.explainTimeout;
    return this.#process.call<ExplainReply>('explain', [request], timeout);
  }

  /** Memory and counts of the process. */
  stats(): Promise<SessionStats> {
    return this.#process.call<SessionStats>('stats', [], this.#options.startTimeout ?? DEFAULTS.startTimeout);
  }

  /** Ends the process after the calls before this one, so that its memory goes back, and starts a fresh one. */
  async recycle(): Promise<void> {
    await this.#process.recycle();
  }

  /**
   * Ends the process at once, whatever it does, so that its memory goes back: the call in flight is rejected with
   * `crashed`; those behind it and later ones get a fresh process.
   */
  kill(): void {
    this.#process.kill();
  }

  /** Ends the process; calls in flight and later ones are rejected with `closed`. */
  close(): Promise<void> {
    clearInterval(this.#stillInUse);
    return this.#process.close();
  }

  #chosenMethod(): Method | null {
    return this.#options.method ?? this.classifier.method;
  }
}
