import PQueue from 'p-queue';
import { withDeadline } from '../deadline.js';
import { FairQueue } from './fair-queue.js';
import type { TurnOptions } from './fair-queue.js';
import { AnalysisError } from './reasons.js';
import { Shares } from './shares.js';

/** How much the last piece of work counts in what one usually takes. */
const WEIGHT_OF_LAST = 0.1;

/** The first ones find compilers and caches cold, and say little about how quick the others can be. */
const COLD = 10;

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
  #engines = 1;
  readonly #shares = new Shares();
  #admitted = 0;
  /** Milliseconds that a piece of work takes an engine. */
  readonly #times = { measured: 0, usual: 0, least: Infinity };
  #stopped = false;

  /** @param ahead how much more than the one engine works on is got ready. */
  constructor(ahead: number, limits: LaneLimits) {
    this.queue = new PQueue({ concurrency: 1 + ahead, queueClass: FairQueue });
    this.#limits = limits;
  }

  /** Another engine does the work, too, one piece at a time. */
  widen(): void {
    this.#engines += 1;
    this.queue.concurrency += 1;
  }

  /** Requests that are not answered yet, those that share the work of others among them. */
  get admitted(): number {
    return this.#admitted;
  }

  /** How many come before what this person would ask for now, as people take turns. */
  ahead(person: string): number {
    const own = this.#shares.of(person);
    let sum = 0;
    for (const [other, share] of this.#shares.people()) sum += other === person ? own : Math.min(share, own + 1);
    return sum;
  }

  /** Milliseconds that so many take, if each takes what is usual or the least seen; 0 where too little was measured. */
  milliseconds(howMany: number, each: 'usual' | 'least' = 'usual'): number {
    const one = each === 'usual' || this.#times.measured > COLD ? this.#times[each] : 0;
    return (howMany * one) / this.#engines;
  }

  /** One took an engine so many milliseconds, without what it waited for. */
  took(milliseconds: number): void {
    const times = this.#times;
    times.usual += (milliseconds - times.usual) * (times.measured === 0 ? 1 : WEIGHT_OF_LAST);
    times.least = Math.min(times.least, milliseconds);
    times.measured += 1;
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
    const share = this.#shares.of(person);
    if (share >= personLimit) throw new AnalysisError('busy', `One person has ${share} photos in work.`);
    this.#admitted++;
    try {
      return await this.#shares.during(person, request);
    } finally {
      this.#admitted--;
    }
  }

  /**
   * Does work when its turn comes.
   *
   * @param milliseconds from now. What still waits then is not begun, and what runs is told by the signal.
   * @throws AnalysisError `stopping`, `timeout` or `busy` where its turn had not come by then, and whatever the work
   *   throws.
   */
  inTurn<T>(person: string, work: (signal: AbortSignal) => Promise<T>, milliseconds = Infinity): Promise<T> {
    let begun = false;
    const begin = (signal: AbortSignal): Promise<T> => {
      if (this.#stopped) throw stopping();
      begun = true;
      return work(signal);
    };
    const late = (): AnalysisError =>
      begun
        ? new AnalysisError('timeout', 'The deadline passed.')
        : new AnalysisError('busy', 'Its turn did not come before the deadline.');
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
