import type PQueue from 'p-queue';
import { PersonShares } from './person-shares.js';
import { AnalysisError } from './reasons.js';

export interface LaneLimits {
  /** What may wait beside what runs. */
  readonly queueLimit: number;
  /** What may wait and run for one person. */
  readonly personLimit: number;
}

/** Work of one kind: bounded as a whole and for each person, and in order. */
export class Lane {
  readonly #queue: PQueue;
  readonly #limits: LaneLimits;
  readonly #shares: PersonShares;
  readonly #waiting = new Set<AbortController>();
  #admitted = 0;
  #stopped = false;

  constructor(queue: PQueue, limits: LaneLimits) {
    this.#queue = queue;
    this.#limits = limits;
    this.#shares = new PersonShares(limits.personLimit);
  }

  /** Requests that are not answered yet, those that share the work of others among them. */
  get admitted(): number {
    return this.#admitted;
  }

  /**
   * Counts a request of a person while it lasts.
   *
   * @throws AnalysisError `stopping`, or `busy` where the lane is full or the person has too much in it, and whatever
   *   the request throws.
   */
  async admit<T>(person: string, request: () => Promise<T>): Promise<T> {
    if (this.#stopped) throw stopping();
    if (this.#admitted - this.#queue.pending >= this.#limits.queueLimit) {
      throw new AnalysisError('busy', `${this.#limits.queueLimit} photos are waiting.`);
    }
    const giveBack = this.#shares.take(person);
    this.#admitted++;
    try {
      return await request();
    } finally {
      this.#admitted--;
      giveBack();
    }
  }

  /**
   * Does work when its turn comes.
   *
   * @param deadline Milliseconds from now. What still waits then is not begun, and what runs is told by the signal.
   * @throws AnalysisError `stopping` or `timeout`, and whatever the work throws.
   */
  async inTurn<T>(work: (signal: AbortSignal) => Promise<T>, deadline?: number): Promise<T> {
    const turn = new AbortController();
    const late = (): void => {
      turn.abort(new AnalysisError('timeout', 'The deadline passed.'));
    };
    const timer = deadline === undefined ? undefined : setTimeout(late, deadline);
    this.#waiting.add(turn);
    const begin = (): Promise<T> => {
      this.#waiting.delete(turn);
      return work(turn.signal);
    };
    try {
      return await this.#queue.add(begin, { signal: turn.signal });
    } finally {
      this.#waiting.delete(turn);
      clearTimeout(timer);
    }
  }

  /** Rejects what waits and what comes later with `stopping`; what runs goes on. */
  stop(): void {
    this.#stopped = true;
    for (const turn of this.#waiting) turn.abort(stopping());
  }
}

function stopping(): AnalysisError {
  return new AnalysisError('stopping', 'The analysis is being stopped.');
}
