import { MOST_ENGINES } from '../limits.js';
import type { Log } from '../log.js';
import type { Engine, Explanation, Job, Photo, Prediction } from '../vision/engine.js';
import { BoundedCache } from './cache.js';
import { visionCodeOf } from './failure-reasons.js';
import { AnalysisError } from './reasons.js';
import type { Kept, Store } from './store.js';

/** Photos that all of them keep: none keeps more than 256. */
const PHOTOS_OF_ALL = 256 * MOST_ENGINES;

/** A photo that so many processes have died of gets no other for ten minutes. */
const MOST_DEATHS = 2;

/** Photos of which that is remembered; nobody sends so many that kill. */
const REMEMBERED_DEATHS = 500;

type Work = 'prediction' | 'heatmap';

interface Slot {
  readonly engine: Engine;
  /** Calls that it has. */
  calls: number;
  pid: number;
  recycledAt: number;
  /** Whether it has worked since it was last recycled: a fresh process has nothing to give back. */
  worked: boolean;
}

export interface EnginesOptions {
  /** The least time between two recyclings of one engine: a limit that is simply too small must not keep it down. */
  readonly recycleEveryMs: number;
  /** Keeps how many processes have died of a photo lately. */
  readonly store: Store;
  readonly log: Log;
  /** An engine's process was replaced. */
  readonly onRestart: () => void;
}

function slotOf(engine: Engine): Slot {
  return { engine, calls: 0, pid: engine.info.pid, recycledAt: -Infinity, worked: false };
}

/** All engines as one: work goes to the one with the least of it, heatmaps to where the feature map is. */
export class Engines {
  /** Calls of each kind that are with an engine. */
  readonly running = { prediction: 0, heatmap: 0 };
  readonly #slots: [Slot, ...Slot[]];
  readonly #options: EnginesOptions;
  readonly #holders: BoundedCache<Slot>;
  /** How many processes have died of a photo lately. */
  readonly #deaths: Kept<number>;

  constructor(first: Engine, options: EnginesOptions) {
    this.#slots = [slotOf(first)];
    this.#options = options;
    this.#deaths = options.store.kept('deaths-of-photo', { limit: REMEMBERED_DEATHS, ttlSeconds: 600 });
    this.#holders = new BoundedCache({ limit: PHOTOS_OF_ALL });
  }

  /** From now on it works, too. */
  add(engine: Engine): void {
    this.#slots.push(slotOf(engine));
  }

  /** Bytes of memory that one like these takes before its first photo, those of a fresh process. */
  async bytesOfOne(): Promise<number> {
    return (await this.#slots[0].engine.stats()).residentBytes;
  }

  get pids(): number[] {
    return this.#slots.map(({ engine }) => engine.info.pid);
  }

  /** Whether an engine has predicted this photo and may still have its feature map. */
  holds(photo: string): boolean {
    return this.#holders.has(photo);
  }

  /**
   * @throws what `Engine.predict` throws; AnalysisError `memory` where the engine was killed for its memory. What a
   *   process dies of is tried once more; what two have died of is `crashed`, for ten minutes.
   * @param deaths as `refuseDeadly` said.
   */
  predict(photo: Photo, deaths: number): Promise<Prediction> {
    const freest = (): Slot => this.#freest();
    return this.#use('prediction', { key: photo.key, deaths }, freest, (engine) => engine.predict(photo));
  }

  /**
   * @throws what `predict` throws and `Engine.explain`, the signal's reason among it.
   * @param deaths as `refuseDeadly` said.
   */
  explain(job: Job, deaths: number): Promise<Explanation> {
    const { key } = job.photo;
    const holder = (): Slot => this.#holders.get(key) ?? this.#freest();
    return this.#use('heatmap', { key, deaths }, holder, (engine) => engine.explain(job));
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
      if (when === 'now') slot.engine.kill(new AnalysisError('memory', 'The engine was ended for its memory.'));
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
    return others.reduce((freest, slot) => (slot.calls < freest.calls ? slot : freest), first);
  }

  /**
   * How many processes have died of a photo lately.
   *
   * @throws AnalysisError `crashed` where those were too many.
   */
  async refuseDeadly(photo: string): Promise<number> {
    const deaths = (await this.#deaths.get(photo)) ?? 0;
    if (deaths >= MOST_DEATHS) throw new AnalysisError('crashed', `${deaths} processes have died of this photo.`);
    return deaths;
  }

  async #use<T>(
    work: Work,
    { key, deaths: before }: { readonly key: string; readonly deaths: number },
    choose: () => Slot,
    use: (engine: Engine) => Promise<T>,
  ): Promise<T> {
    for (let deaths = before; ;) {
      const slot = choose();
      try {
        const result = await this.#call(slot, work, use);
        this.#holders.set(key, slot);
        if (deaths > 0) await this.#deaths.delete(key);
        return result;
      } catch (error) {
        if (visionCodeOf(error) !== 'crashed') throw error;
        this.#options.log.warn({ work, pid: slot.pid }, 'a vision process died at work');
        await this.#deaths.set(key, ((await this.#deaths.get(key)) ?? 0) + 1);
        deaths = await this.refuseDeadly(key);
      }
    }
  }

  async #call<T>(slot: Slot, work: Work, use: (engine: Engine) => Promise<T>): Promise<T> {
    slot.calls++;
    this.running[work]++;
    slot.worked = true;
    try {
      return await use(slot.engine);
    } finally {
      slot.calls--;
      this.running[work]--;
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
