import PQueue from 'p-queue';
import { withDeadline } from '../deadline.js';
import { FairQueue } from './fair-queue.js';
import type { TurnOptions } from './fair-queue.js';
import { AnalysisError } from './reasons.js';

/** How much the last piece of work counts in what one usually takes. */
const WEIGHT_OF_LAST = 0.1;

export interface LaneLimits {
  /** What may wait beside what runs. */
  readonly queueLimit: number;
  /** What may wait and run for one person. */
  readonly personLimit: number;
}

/** Work of one kind: bounded as a whole and for each person, and fair between people. */
export class Lane {
  readonly queue: PQueue<FairQueue, TurnOptions>;
  readonly #limits: LaneLimits;
  /** What of it is each person's. */
  readonly #shares = new Map<string, number>();
  #admitted = 0;
  /** Milliseconds; null before the first. */
  #usual: number | null = null;
  #stopped = false;

  /** @param concurrency how much runs at a time. */
  constructor(concurrency: number, limits: LaneLimits) {
    this.queue = new PQueue({ concurrency, queueClass: FairQueue });
    this.#limits = limits;
  }

  /** Requests that are not answered yet, those that share the work of others among them. */
  get admitted(): number {
    return this.#admitted;
  }

  /** How many come before what this person would ask for now, as people take turns. */
  ahead(person: string): number {
    const own = this.#shares.get(person) ?? 0;
    const shares = [...this.#shares].map(([other, share]) => (other === person ? own : Math.min(share, own + 1)));
    return shares.reduce((sum, share) => sum + share, 0);
  }

  /** Milliseconds that so many take; 0 where none has been measured yet. */
  milliseconds(howMany: number): number {
    return (howMany * (this.#usual ?? 0)) / this.queue.concurrency;
  }

  /**
   * Counts a request of a person while it lasts.
   *
   * @throws AnalysisError `stopping`, or `busy` where the lane is full or the person has too much in it, and whatever
   *   the request throws.
   */
  async admit<T>(person: string, request: () => Promise<T>): Promise<T> {
    if (this.#stopped) throw stopping();
    const { queueLimit, personLimit } = this.#limits;
    const waiting = this.#admitted - this.queue.pending;
    if (waiting >= queueLimit) throw new AnalysisError('busy', `${waiting} photos are waiting.`);
    const share = this.#shares.get(person) ?? 0;
    if (share >= personLimit) throw new AnalysisError('busy', `One person has ${share} photos in work.`);
    this.#shares.set(person, share + 1);
    this.#admitted++;
    try {
      return await request();
    } finally {
      this.#admitted--;
      const left = (this.#shares.get(person) ?? 1) - 1;
      if (left === 0) this.#shares.delete(person);
      else this.#shares.set(person, left);
    }
  }

  /**
   * Does work when its turn comes.
   *
   * @param milliseconds from now. What still waits then is not begun, and what runs is told by the signal.
   * @throws AnalysisError `stopping` or `timeout`, and whatever the work throws.
   */
  inTurn<T>(person: string, work: (signal: AbortSignal) => Promise<T>, milliseconds = Infinity): Promise<T> {
    const begin = async (signal: AbortSignal): Promise<T> => {
      if (this.#stopped) throw stopping();
      const start = performance.now();
      const done = await work(signal);
      const took = performance.now() - start;
      this.#usual = (this.#usual ?? took) * (1 - WEIGHT_OF_LAST) + took * WEIGHT_OF_LAST;
      return done;
    };
    const late = new AnalysisError('timeout', 'The deadline passed.');
    return withDeadline((signal) => this.queue.add(() => begin(signal), { person, signal }), {
      signals: [],
      milliseconds,
      late,
    });
  }

  /** Rejects what waits and what comes later with `stopping`; what runs goes on. */
  stop(): void {
    this.#stopped = true;
    // All that waits has its turn now, and finds that.
    this.queue.concurrency = Infinity;
    this.queue.start();
  }
}

function stopping(): AnalysisError {
  return new AnalysisError('stopping', 'The analysis is being stopped.');
}
