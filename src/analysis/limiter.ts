import PQueue from 'p-queue';
import { Lane } from './lane.js';
import type { LaneLimits } from './lane.js';

/** So many photos are fetched while the engines work, so that they need not wait for the next one. */
const FETCHED_AHEAD = 2;

/** Milliseconds that heatmaps let predictions go first, at a stretch: nobody waits for ever. */
const PATIENCE_MS = 15_000;

export interface LimiterOptions extends LaneLimits {
  readonly engines: number;
  readonly patienceMs?: number;
}

/**
 * Predictions before heatmaps: while a prediction waits or runs no heatmap begins. After 15 seconds of that, one for
 * each engine begins all the same, and the next 15 seconds count.
 */
export class Limiter {
  readonly predictions: Lane;
  readonly heatmaps: Lane;
  readonly #heatmapQueue: PQueue;
  readonly #patienceMs: number;
  #patience: NodeJS.Timeout | null = null;

  constructor({ engines, patienceMs = PATIENCE_MS, ...limits }: LimiterOptions) {
    const predictionQueue = new PQueue({ concurrency: engines + FETCHED_AHEAD });
    this.#heatmapQueue = new PQueue({ concurrency: engines });
    this.#patienceMs = patienceMs;
    predictionQueue.on('add', () => {
      this.#hold();
    });
    predictionQueue.on('idle', () => {
      this.#release();
    });
    this.#heatmapQueue.on('add', () => {
      this.#beginPatience();
    });
    this.predictions = new Lane(predictionQueue, limits);
    this.heatmaps = new Lane(this.#heatmapQueue, limits);
  }

  /** Rejects what waits and what comes later with `stopping`; what runs goes on. */
  stop(): void {
    this.predictions.stop();
    this.heatmaps.stop();
    this.#endPatience();
  }

  #hold(): void {
    this.#heatmapQueue.pause();
    this.#beginPatience();
  }

  #release(): void {
    this.#endPatience();
    this.#heatmapQueue.start();
  }

  #beginPatience(): void {
    if (this.#patience !== null || !this.#heatmapQueue.isPaused || this.#heatmapQueue.size === 0) return;
    this.#patience = setTimeout(() => {
      this.#patience = null;
      // Starting begins at once as many as may run; the rest is held again.
      this.#heatmapQueue.start();
      this.#hold();
    }, this.#patienceMs);
  }

  #endPatience(): void {
    clearTimeout(this.#patience ?? undefined);
    this.#patience = null;
  }
}
