import { Lane } from './lane.js';
import type { LaneLimits } from './lane.js';
import { AnalysisError } from './reasons.js';

/** So many photos are fetched while the engines work, so that they need not wait for the next one. */
const FETCHED_AHEAD = 2;

/**
 * Milliseconds that heatmaps let predictions go first, at a stretch: where predictions never stop, forty heatmaps an
 * engine are still made within a deadline of two minutes, for two or three in a hundred of its time.
 */
const PATIENCE_MS = 3_000;

/**
 * Where the predictions that wait take less than so many milliseconds, heatmaps that have lost their patience begin one
 * after the other this often: they get a good third of the engines' time, and nobody waits long for a prediction.
 */
const SHORT = { wait: 1_500, patience: 200 } as const;

/** Heatmaps waiting at most, whatever their deadlines, and of one person: each holds some 10 KB, its prediction too. */
const HEATMAPS = { queueLimit: 1000, personLimit: 500 } as const;

export interface SchedulerOptions extends LaneLimits {
  /** From the request to the heatmap. */
  readonly heatmapTimeoutMs: number;
  readonly patienceMs?: number;
}

/**
 * Predictions before heatmaps: while a prediction waits or runs no heatmap begins. After 3 seconds of that, one for
 * each engine begins all the same, and the next 3 seconds count, or less where few predictions wait. Heatmaps wait as
 * long as their deadline may be kept.
 */
export class HeatmapScheduler {
  readonly predictions: Lane;
  readonly heatmaps: Lane;
  readonly #deadline: number;
  readonly #patienceMs: number;
  #patience: NodeJS.Timeout | null = null;
  /** Whether heatmaps have lost their patience since predictions last came to an end. */
  #hasBegun = false;

  constructor({ heatmapTimeoutMs, patienceMs = PATIENCE_MS, ...limits }: SchedulerOptions) {
    this.#deadline = heatmapTimeoutMs;
    this.#patienceMs = patienceMs;
    this.predictions = new Lane(FETCHED_AHEAD, limits);
    this.heatmaps = new Lane(0, HEATMAPS);
    this.predictions.queue.on('add', () => {
      this.#hold();
    });
    this.predictions.queue.on('idle', () => {
      this.#endPatience();
      this.#hasBegun = false;
      this.heatmaps.queue.start();
    });
    this.heatmaps.queue.on('add', () => {
      this.#beginPatience();
    });
  }

  /** There is another engine. */
  widen(): void {
    this.predictions.widen();
    this.heatmaps.widen();
  }

  /** Milliseconds until so many heatmaps that this person asks for now are made, if each takes what is usual or the least. */
  heatmapMs(person: string, howMany = 1, each: 'usual' | 'least' = 'usual'): number {
    const { predictions, heatmaps } = this;
    const upToIt = heatmaps.ahead(person) + howMany;
    const before = Math.min(
      predictions.milliseconds(predictions.admitted, each),
      this.#patienceMs * Math.ceil(upToIt / heatmaps.queue.concurrency),
    );
    return before + heatmaps.milliseconds(upToIt, each);
  }

  /**
   * A heatmap when its turn comes, for one or several who ask for the same.
   *
   * @throws what `Lane.admit` throws; AnalysisError `busy` also where the deadline cannot be kept, however quickly
   *   those before it are made.
   */
  async admitHeatmap<T>(person: string, request: (deadline: number) => Promise<T>): Promise<T> {
    if (this.heatmapMs(person, 1, 'least') > this.#deadline) {
      throw new AnalysisError('busy', 'The deadline cannot be kept.');
    }
    return this.heatmaps.admit(person, () => request(this.#deadline));
  }

  /** Rejects what waits and what comes later with `stopping`; what runs goes on. */
  stop(): void {
    this.predictions.stop();
    this.heatmaps.stop();
    this.#endPatience();
  }

  #hold(): void {
    this.heatmaps.queue.pause();
    this.#beginPatience();
  }

  #beginPatience(): void {
    const { queue } = this.heatmaps;
    if (this.#patience !== null || !queue.isPaused || queue.size === 0) return;
    const { predictions } = this;
    const isShort = this.#hasBegun && predictions.milliseconds(predictions.admitted) < SHORT.wait;
    const patience = isShort ? Math.min(SHORT.patience, this.#patienceMs) : this.#patienceMs;
    this.#patience = setTimeout(() => {
      this.#patience = null;
      this.#hasBegun = true;
      // Starting begins at once as many as may run; the rest is held again.
      queue.start();
      this.#hold();
    }, patience);
  }

  #endPatience(): void {
    clearTimeout(this.#patience ?? undefined);
    this.#patience = null;
  }
}
