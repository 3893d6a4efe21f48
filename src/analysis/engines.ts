import type { Log } from '../log.js';
import type { Engine, Explanation, KnownPhoto, Photo, Prediction } from '../vision/engine.js';
import type { Legend } from '../vision/image/legend.js';
import { BoundedCache } from './cache.js';
import { visionCodeOf } from './failure-reasons.js';
import { AnalysisError } from './reasons.js';

/** An engine keeps no more photos than this. */
const PHOTOS_OF_ONE = 256;

export type Work = 'prediction' | 'heatmap';

interface Call {
  readonly work: Work;
  /** What the call fails with where its process is killed on purpose. */
  killed: AnalysisError | null;
}

interface Slot {
  readonly engine: Engine;
  /** First the one that the process works on, for engines answer in order. */
  readonly calls: Set<Call>;
  pid: number;
  recycledAt: number;
  /** Whether it has worked since it was last recycled: a fresh process has nothing to give back. */
  worked: boolean;
}

export interface ExplainCall {
  readonly photo: KnownPhoto;
  /** Of one class or of the members of a kind, by index. */
  readonly classes: readonly number[];
  readonly legend: Legend;
  /** Ends the work with its reason. */
  readonly signal: AbortSignal;
}

export interface EnginesOptions {
  /** The least time between two recyclings of one engine: a limit that is simply too small must not keep it down. */
  readonly recycleEveryMs: number;
  readonly log: Log;
  /** An engine's process was replaced. */
  readonly onRestart: () => void;
}

/** All engines as one: work goes to the one with the least of it, heatmaps to where the feature map is. */
export class Engines {
  readonly #slots: readonly Slot[];
  readonly #options: EnginesOptions;
  readonly #holders: BoundedCache<Slot>;

  constructor(engines: readonly Engine[], options: EnginesOptions) {
    this.#slots = engines.map((engine) => ({
      engine,
      calls: new Set(),
      pid: engine.info.pid,
      recycledAt: -Infinity,
      worked: false,
    }));
    this.#options = options;
    this.#holders = new BoundedCache({ limit: PHOTOS_OF_ONE * engines.length });
  }

  get pids(): number[] {
    return this.#slots.map(({ engine }) => engine.info.pid);
  }

  /** Calls of this kind that are with an engine. */
  running(work: Work): number {
    const counts = this.#slots.map(({ calls }) => [...calls].filter((call) => call.work === work).length);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Whether an engine has predicted this photo and may still have its feature map. */
  holds(photo: string): boolean {
    return this.#holders.has(photo);
  }

  /** @throws what `Engine.predict` throws; AnalysisError `busy` where the engine was killed for its memory. */
  async predict(photo: Photo): Promise<Prediction> {
    const slot = this.#freest();
    const prediction = await this.#use(slot, 'prediction', (engine) => engine.predict(photo));
    this.#holders.set(photo.key, slot);
    return prediction;
  }

  /** @throws what `Engine.explain` throws, AnalysisError `memory` where the engine was killed, the signal's reason. */
  async explain({ photo, classes, legend, signal }: ExplainCall): Promise<Explanation> {
    const slot = this.#holders.get(photo.key) ?? this.#freest();
    const work = (engine: Engine): Promise<Explanation> => engine.explain(photo, classes, { legend });
    const explanation = await this.#use(slot, 'heatmap', work, signal);
    this.#holders.set(photo.key, slot);
    return explanation;
  }

  /**
   * Gives each engine's memory back by putting a fresh process in its place, unless that was done a short while ago.
   *
   * @param when `idle`: after the calls it has; `now`: what it works on fails.
   * @returns how many were recycled.
   */
  recycle(when: 'idle' | 'now'): number {
    const due = this.#slots.filter(
      ({ worked, recycledAt }) => worked && performance.now() - recycledAt >= this.#options.recycleEveryMs,
    );
    for (const slot of due) {
      slot.recycledAt = performance.now();
      slot.worked = false;
      if (when === 'now') {
        for (const call of slot.calls) {
          const reason = call.work === 'heatmap' ? 'memory' : 'busy';
          call.killed = new AnalysisError(reason, 'The engine was ended for its memory.');
        }
        slot.engine.kill();
      }
      void this.#restarted(slot, when);
    }
    return due.length;
  }

  async close(): Promise<void> {
    this.#holders.close();
    await Promise.all(this.#slots.map(({ engine }) => engine.close()));
  }

  #freest(): Slot {
    const [first, ...others] = this.#slots;
    if (first === undefined) throw new RangeError('Expected at least one engine, got none.');
    return others.reduce((freest, slot) => (slot.calls.size < freest.calls.size ? slot : freest), first);
  }

  async #use<T>(slot: Slot, work: Work, use: (engine: Engine) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    const call: Call = { work, killed: null };
    const end = (): void => {
      // Behind another call it is not begun yet, and to end the process would cost the wrong one.
      const [working] = slot.calls;
      if (working !== call) return;
      if (signal?.reason instanceof AnalysisError) call.killed = signal.reason;
      slot.engine.kill();
    };
    signal?.addEventListener('abort', end);
    slot.calls.add(call);
    slot.worked = true;
    try {
      return await use(slot.engine);
    } catch (error) {
      if (call.killed !== null && visionCodeOf(error) === 'crashed') throw call.killed;
      throw error;
    } finally {
      signal?.removeEventListener('abort', end);
      slot.calls.delete(call);
      this.#noticeRestart(slot);
    }
  }

  async #restarted(slot: Slot, when: 'idle' | 'now'): Promise<void> {
    const { log } = this.#options;
    try {
      // After a kill the next call starts a process, this one where there is no other.
      await (when === 'idle' ? slot.engine.recycle() : slot.engine.stats());
      this.#noticeRestart(slot);
      log.info({ when, pid: slot.pid }, 'engine recycled');
    } catch (error) {
      if (visionCodeOf(error) !== 'closed') log.error({ err: error, when }, 'engine not recycled');
    }
  }

  #noticeRestart(slot: Slot): void {
    const { pid } = slot.engine.info;
    if (pid === slot.pid) return;
    slot.pid = pid;
    this.#options.onRestart();
  }
}
