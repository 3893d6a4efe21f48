import { setImmediate } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { classCount, defaultMethod, explainClass } from './cam/class-map.js';
import { CAM } from './cam/methods.js';
import type { Method } from './cam/methods.js';
import type { Picture } from './cam/method.js';
import { VisionError } from './vision-error.js';
import type { CutValues, HeadRun } from './head/head.js';
import { decodeForInput, decodeForOverlay, overlaySize } from './image/decode.js';
import type { Pixels } from './image/decode.js';
import { DEFAULT_COLOUR_MAP } from './image/colour-maps.js';
import { inputWindow } from './image/geometry.js';
import { readHeader } from './image/header.js';
import type { PhotoHeader } from './image/header.js';
import { writeLegend } from './image/legend.js';
import type { Legend } from './image/legend.js';
import { levelsOver, renderOverlay } from './image/overlay.js';
import { readCompiled } from './model/plan-file.js';
import { toInput } from './preprocess.js';
import { headMismatch } from './proof.js';
import { probabilitiesOf } from './probabilities.js';
import { loadNetwork } from './loaded-network.js';
import type { LoadedNetwork } from './loaded-network.js';
import { keptPass, pictureOf } from './look-again.js';
import type { Photo, SentJob } from './job.js';
import type { Explanation, Prediction, SessionInfo, SessionOptions, SessionStats } from './session-messages.js';

/** Entries are small beside their bytes; this only bounds the bookkeeping. */
const MAX_KEPT_PHOTOS = 256;

/** What is kept of a photo so that any class can be explained without a second forward pass. */
interface KeptPhoto {
  readonly header: PhotoHeader;
  readonly cut: CutValues;
  /** The head's run, made when a class first needs it. */
  run: Promise<HeadRun> | null;
}

/** A map that is the same for every class must not bear the name of one. */
function legendOf(legend: Legend, method: Method): Legend {
  const { needs, title } = CAM[method];
  return needs === 'activations' ? { ...legend, title } : legend;
}

/**
 * One loaded model and the photos it saw last: everything the vision process does, callable in any process.
 */
export class VisionSession {
  readonly #options: SessionOptions;
  readonly #network: LoadedNetwork;
  /** One picture's input, written anew for each: calls are answered one at a time. */
  readonly #input: Float32Array;
  readonly #maps: LRUCache<string, KeptPhoto>;
  readonly #photos: LRUCache<string, Uint8Array>;
  /** Why no heatmap is made; null until the proof at the start has failed. */
  #mismatch: string | null = null;

  private constructor(options: SessionOptions, network: LoadedNetwork) {
    this.#options = options;
    this.#network = network;
    const { height, width, channels } = network.plan.input;
    this.#input = new Float32Array(height * width * channels);
    // Feature maps outlive photos: they are a tenth of the size, and a photo can be fetched again.
    const half = Math.max(1, Math.floor(options.keepBytes / 2));
    this.#maps = new LRUCache({
      max: MAX_KEPT_PHOTOS,
      maxSize: half,
      sizeCalculation: ({ cut }) => [...cut.values()].reduce((sum, { byteLength }) => sum + byteLength, 1),
    });
    this.#photos = new LRUCache({
      max: MAX_KEPT_PHOTOS,
      maxSize: half,
      sizeCalculation: ({ byteLength }) => byteLength + 1,
    });
  }

  /**
   * Loads the compiled model, runs it once on black, so that no photo pays for first-time work, and proves that what
   * explains it is the same network.
   *
   * @throws the library's Error where the model does not load.
   */
  static async open(options: SessionOptions): Promise<VisionSession> {
    const network = await loadNetwork(await readCompiled(options.compiled), {
      threads: options.threads,
      model: options.model,
      backend: options.backend,
      computing: options,
    });
    const session = new VisionSession(options, network);
    await network.runner.run(session.#input);
    session.#mismatch = await headMismatch(network, options.range, session.#input);
    return session;
  }

  info(): SessionInfo {
    const { plan, runner, reason, precision } = this.#network;
    const [rows, columns, channels] = plan.target?.shape ?? [];
    return {
      pid: process.pid,
      backend: runner.backend,
      reason,
      precision,
      startMilliseconds: process.uptime() * 1000,
      input: plan.input,
      layer: plan.target?.layer ?? null,
      map: rows === undefined || columns === undefined || channels === undefined ? null : { rows, columns, channels },
      mismatch: this.#mismatch,
      method: this.#method,
      classes: classCount(plan),
      exclusive: plan.output === 'softmax' || plan.output === 'linear',
    };
  }

  /**
   * Predicts a photo and keeps what explaining it takes.
   *
   * @throws VisionError `unsupported-image` or `too-large`.
   */
  async predict({ key, bytes }: Photo): Promise<Prediction> {
    const start = performance.now();
    const { kept, probabilities, decoded } = await this.#look(key, bytes);
    const done = performance.now();
    const { format, width, height } = kept.header;
    return {
      photo: { format, width, height },
      probabilities,
      milliseconds: { decode: decoded - start, predict: done - decoded },
    };
  }

  /**
   * The map of one class or kind and its picture.
   *
   * @throws VisionError `unsupported-model` where the proof at the start has failed, `photo-gone` where the photo is
   *   neither kept nor given, and whatever `explainClass` and decoding throw.
   */
  async explain({
    photo: { key, bytes: given },
    class: explained,
    legend,
    method,
    colourMap,
  }: SentJob): Promise<Explanation> {
    if (this.#mismatch !== null) throw new VisionError('unsupported-model', this.#mismatch);
    const start = performance.now();
    const bytes = given ?? this.#photos.get(key);
    if (bytes === undefined) {
      throw new VisionError('photo-gone', 'The photo is no longer at hand.');
    }
    const kept = this.#maps.get(key) ?? (await this.#look(key, bytes)).kept;
    const { plan, head } = this.#network;
    const run = (): Promise<HeadRun> => (kept.run ??= head.run(kept.cut));
    const chosen = method ?? this.#method;
    let forwardPasses = 0;
    const looks = CAM[chosen].needs === 'forward-passes';
    const picture = looks ? await this.#picture(bytes, () => forwardPasses++) : null;
    const map = await explainClass(plan, { cut: kept.cut, run, ...(picture && { picture }) }, explained, chosen);
    const mapped = performance.now();
    const size = overlaySize(kept.header);
    const placed = { map, window: inputWindow(this.#options.form.resize, kept.header, plan.input) };
    // What needs no pixels is done while they are decoded, in a thread of libuv's.
    const [photo, written, levels] = await Promise.all([
      decodeForOverlay(bytes, size),
      legend === undefined ? null : writeLegend(legendOf(legend, chosen), size, placed),
      setImmediate().then(() => levelsOver(placed, size)),
    ]);
    const jpeg = await renderOverlay({
      photo,
      levels,
      colourMap: colourMap ?? DEFAULT_COLOUR_MAP,
      legend: written,
    });
    const rendered = performance.now();
    return {
      rows: map.rows,
      columns: map.columns,
      values: map.values,
      method: map.method,
      forwardPasses,
      jpeg,
      picture: { width: photo.width, height: photo.height },
      milliseconds: { explain: mapped - start, render: rendered - mapped },
    };
  }

  get #method(): Method {
    return this.#options.method ?? defaultMethod(this.#network.plan);
  }

  stats(): SessionStats {
    return {
      tensors: this.#network.runner.tensorCount(),
      keptPhotos: this.#maps.size,
      keptBytes: this.#maps.calculatedSize + this.#photos.calculatedSize,
      residentBytes: process.memoryUsage.rss(),
    };
  }

  async close(): Promise<void> {
    this.#maps.clear();
    this.#photos.clear();
    await this.#network.runner.close();
  }

  /** Decodes a photo, runs the network over it and keeps both; `decoded` is the time between the two. */
  async #look(
    key: string,
    bytes: Uint8Array,
  ): Promise<{ kept: KeptPhoto; probabilities: Float32Array; decoded: number }> {
    const header = await readHeader(bytes);
    const { plan, runner } = this.#network;
    const pixels = await decodeForInput(bytes, plan.input, this.#options.form);
    const decoded = performance.now();
    this.#toInput(pixels);
    const pass = await runner.run(this.#input);
    const probabilities = probabilitiesOf(pass.scores, plan.output, this.#options.temperature);
    if (!probabilities.every(Number.isFinite)) {
      throw new VisionError('invalid-model', 'The model gives numbers that are not finite for this picture.');
    }
    const { cut } = keptPass(this.#network, pass);
    const kept = { header, cut, run: null };
    this.#maps.set(key, kept);
    this.#photos.set(key, bytes);
    return { kept, probabilities, decoded };
  }

  /** The photo once more, for methods that look at changed versions of it. */
  async #picture(bytes: Uint8Array, onLook: () => void): Promise<Picture> {
    this.#toInput(await decodeForInput(bytes, this.#network.plan.input, this.#options.form));
    return pictureOf(this.#network, this.#input, onLook);
  }

  #toInput({ data }: Pixels): void {
    const { plan, runner } = this.#network;
    toInput(data, plan.input.channels, this.#options.range, runner.layout, this.#input);
  }
}
