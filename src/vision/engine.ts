import { createHash } from 'node:crypto';
import type { BackendChoice } from './backend-choice.js';
import type { Method } from './cam/methods.js';
import type { Job, KnownPhoto, Photo, SentJob } from './job.js';
import { readInt8 } from './int8/int8-file.js';
import type { PrecisionChoice } from './int8/precision-choice.js';
import type { Explanation, Prediction, SessionInfo, SessionOptions, SessionStats } from './session-messages.js';
import { membersOf, readChoice, readClassifier } from './model/classifier.js';
import type { Classifier } from './model/classifier.js';
import { noteUse, STILL_IN_USE_MS } from './model/compiled-cache.js';
import { compiledModel } from './model/compiled-store.js';
import type { Findings } from './model/findings.js';
import { checkFits } from './model/fitting.js';
import { chooseRange, notesOf } from './model/notes.js';
import type { ChosenRange, ModelNote } from './model/notes.js';
import { openModel } from './model/source.js';
import type { PixelRange } from './pixel-range.js';
import { VisionProcess } from './vision-process.js';

export type { Explanation, Job, KnownPhoto, Photo, Prediction };

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
  /** `auto` by default. */
  readonly backend?: BackendChoice;
  /** `float32` by default. */
  readonly precision?: PrecisionChoice;
  /** Threads of one forward pass; 1 by default, which leaves the other core to decoding and to the bot. */
  readonly threads?: number;
  /** Milliseconds a prediction may take; a hostile picture decodes for long. */
  readonly predictTimeout?: number;
  /** Milliseconds a heatmap may take. */
  readonly explainTimeout?: number;
  /** Bytes of photos and feature maps the process keeps. */
  readonly keepBytes?: number;
}

const DEFAULTS = {
  threads: 1,
  predictTimeout: 20_000,
  explainTimeout: 120_000,
  statsTimeout: 30_000,
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

  private constructor(
    options: EngineOptions,
    known: { classifier: Classifier; findings: Findings; range: ChosenRange },
    fingerprint: string,
    session: SessionOptions,
    process: VisionProcess,
  ) {
    this.#options = options;
    this.classifier = known.classifier;
    this.findings = known.findings;
    this.range = known.range;
    this.fingerprint = fingerprint;
    this.session = session;
    this.#process = process;
    // A process that is started again reads what was compiled again, perhaps after weeks.
    this.#stillInUse = setInterval(() => void noteUse(session.compiled), STILL_IN_USE_MS).unref();
  }

  /**
   * Compiles the model where needed, starts the process and waits until it is ready.
   *
   * @throws VisionError `invalid-model`, `invalid-argument` or `timeout`.
   */
  static async start(options: EngineOptions): Promise<Engine> {
    const vision = new VisionProcess();
    try {
      return await Engine.#startIn(vision, options);
    } catch (error) {
      await vision.close();
      throw error;
    }
  }

  static async #startIn(vision: VisionProcess, options: EngineOptions): Promise<Engine> {
    const source = await openModel(options.model);
    const choice = await readChoice(source.folder);
    const layer = options.layer ?? choice.layer;
    const { file, folder, fingerprint, findings } = await compiledModel(
      source,
      { ...choice, layer },
      {
        onProving: () => {
          vision.prepare();
        },
      },
    );
    const said = await readClassifier(source.folder, options.name, { ...findings, file });
    const classifier = { ...said, labelsFile: options.labelsFile ?? said.labelsFile };
    const range = chooseRange(options.range, classifier, findings.range);
    checkFits(classifier, findings, range.range);
    const precision = options.precision ?? 'float32';
    const session: SessionOptions = {
      compiled: folder,
      model: file,
      backend: options.backend ?? 'auto',
      precision,
      // A damaged file must not keep a model from running without it, or from being calibrated again.
      int8: precision === 'float32' ? { kind: 'none' } : await readInt8(source),
      threads: options.threads ?? DEFAULTS.threads,
      range: range.range,
      form: { resize: classifier.resize, interpolation: classifier.interpolation },
      temperature: classifier.temperature,
      method: options.method ?? classifier.method,
      keepBytes: options.keepBytes ?? DEFAULTS.keepBytes,
    };
    await vision.start(session);
    const print = fingerprintOf(fingerprint, session, classifier);
    return new Engine(options, { classifier, findings, range }, print, session, vision);
  }

  /** What the process said of itself when it last started. */
  get info(): SessionInfo {
    return this.#process.info;
  }

  /** What of the model was guessed, or looks wrong. */
  get notes(): ModelNote[] {
    return notesOf(this.classifier, this.findings, this.range);
  }

  /** How heatmaps are made where a call does not say. */
  get method(): Method {
    return this.info.method;
  }

  /**
   * Predicts a photo; the process keeps its feature map for `explain`.
   *
   * @throws VisionError `unsupported-image`, `too-large`, `timeout`, `crashed`, `busy`, `closed`.
   */
  predict({ key, bytes }: Photo): Promise<Prediction> {
    const milliseconds = this.#options.predictTimeout ?? DEFAULTS.predictTimeout;
    return this.#process.call('predict', { key, bytes } satisfies Photo, { milliseconds });
  }

  /**
   * A heatmap, from the activations kept by `predict` where they still are, else from the photo's bytes.
   *
   * @throws VisionError `no-positive-evidence`, `unsupported-model`, `photo-gone`, `invalid-argument` and whatever
   *   `predict` throws; the signal's reason.
   */
  explain({ photo: { key, bytes }, class: asked, legend, method, colourMap, signal }: Job): Promise<Explanation> {
    const explained = typeof asked === 'object' && 'type' in asked ? membersOf(this.classifier, asked) : asked;
    const photo = bytes === undefined ? { key } : { key, bytes };
    const sent: SentJob = {
      photo,
      class: explained,
      ...(legend && { legend }),
      ...(method && { method }),
      ...(colourMap && { colourMap }),
    };
    const milliseconds = this.#options.explainTimeout ?? DEFAULTS.explainTimeout;
    return this.#process.call('explain', sent, { milliseconds, signal });
  }

  /** Memory and counts of the process. */
  stats(): Promise<SessionStats> {
    return this.#process.call('stats', null, { milliseconds: DEFAULTS.statsTimeout });
  }

  /** Ends the process after the calls before this one, so that its memory goes back, and starts a fresh one. */
  recycle(): Promise<void> {
    return this.#process.restart();
  }

  /**
   * Ends the process at once, whatever it does, so that its memory goes back: the call in flight is rejected with
   * this error, `crashed` by default; those behind it and later ones get a fresh process.
   */
  kill(why?: Error): void {
    this.#process.kill(why);
  }

  /** Ends the process; calls in flight and later ones are rejected with `closed`. */
  close(): Promise<void> {
    clearInterval(this.#stillInUse);
    return this.#process.close();
  }
}
