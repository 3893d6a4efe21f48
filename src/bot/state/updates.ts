import type { Update } from 'telegraf/types';
import type { Kept, Store } from '../../analysis/store.js';
import type { UpdateJournal } from './update-journal.js';

/** Update ids remembered as answered. Telegram sends one again within the next few hundred. */
const REMEMBERED = 5000;

/** Telegram could not be reached for an answer so often, over some seconds each time: then the update is given up. */
const TRIES = 5;

/** Work on an update that saw so many processes die is not begun once more. */
const DEADLY = 3;

/** Whether an update is done with, or should come again because Telegram could not be reached for its answer. */
export type UpdateOutcome = 'answered' | 'again';

/** An update that was handed to its feature; its answer may take longer. */
export interface Taken {
  readonly answered: Promise<UpdateOutcome>;
  /** What follows the answer has ended, too. */
  readonly over: Promise<UpdateOutcome>;
}

/** What is known of an update that waited in a queue. */
export interface History {
  /** Whether a process had it before and did not come to the end of it. */
  readonly begun: boolean;
  /** Processes that died meanwhile. */
  readonly deaths: number;
  /** What waited of the same person when it came. */
  readonly ahead: number;
  /** Milliseconds that it waited. */
  readonly waited: number;
}

const NO_HISTORY: History = { begun: false, deaths: 0, ahead: 0, waited: 0 };

/** An answer that could not be sent because Telegram was not to be reached. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
}

const ANSWERED: Taken = { answered: Promise.resolve('answered'), over: Promise.resolve('answered') };

interface Open {
  readonly taken: Promise<Taken>;
  readonly answers: Promise<void>[];
  readonly ends: Promise<void>[];
  readonly history: History;
  /** Whether it has not been answered before. */
  readonly isNew: Promise<boolean>;
}

/** Takes each update once, however often Telegram sends it, and knows when it has been answered. */
export class Updates {
  readonly #journal: UpdateJournal;
  readonly #open = new Map<number, Open>();
  readonly #answered: Kept<true>;
  readonly #tries: Kept<number>;

  constructor(store: Store, journal: UpdateJournal) {
    this.#answered = store.kept('answered-update', { limit: REMEMBERED });
    this.#tries = store.kept('tried-update', { limit: REMEMBERED });
    this.#journal = journal;
  }

  /**
   * Has an update handled, unless that was done.
   *
   * @param handle hands the update to its feature, which asks `isNew` before it does anything, and says with `wait` what
   *   there is to wait for.
   */
  take(update: Update, handle: () => Promise<void>, history = NO_HISTORY): Promise<Taken> {
    const id = update.update_id;
    const open = this.#open.get(id);
    if (open !== undefined) return open.taken;
    if (this.#journal.wasAnswered(id)) return Promise.resolve(ANSWERED);
    const isNew = this.#answered.get(String(id)).then((answered) => answered !== true);
    // Looked at after the update was handled, which may be later than it fails.
    isNew.catch(() => undefined);
    const pending = { answers: [], ends: [], isNew };
    const handled = Promise.resolve().then(handle);
    const taken = this.#handleOnce(id, pending, handled);
    this.#open.set(id, { taken, ...pending, history });
    return taken;
  }

  /**
   * An update is not answered before this has ended. It rejects with UnansweredError where that could not be done.
   *
   * @param end of what follows the answer, too.
   */
  wait(update: number, answer: Promise<void>, end = answer): void {
    // Looked at when the update was handled, which may be after it has failed.
    answer.catch(() => undefined);
    end.catch(() => undefined);
    this.#open.get(update)?.answers.push(answer);
    this.#open.get(update)?.ends.push(end);
  }

  /**
   * Whether nobody has answered an update before. A store elsewhere takes its time to say so: what else has to be read is
   * asked for meanwhile.
   */
  isNew(update: number): Promise<boolean> {
    return this.#open.get(update)?.isNew ?? Promise.resolve(true);
  }

  /** What is known of an update under way. */
  historyOf(update: number): History {
    return this.#open.get(update)?.history ?? NO_HISTORY;
  }

  /** Whether processes die of the work on it. */
  isDeadly(update: number): boolean {
    return this.#journal.isDeadly(update) || this.historyOf(update).deaths >= DEADLY;
  }

  async #handleOnce(
    id: number,
    { answers, ends, isNew }: Pick<Open, 'answers' | 'ends' | 'isNew'>,
    handled: Promise<void>,
  ): Promise<Taken> {
    await handled;
    if (!(await isNew)) {
      this.#open.delete(id);
      return ANSWERED;
    }
    const answered = this.#outcome(id, answers);
    return { answered, over: this.#over(id, answered, ends) };
  }

  async #outcome(id: number, answers: readonly Promise<void>[]): Promise<UpdateOutcome> {
    const all = await Promise.allSettled(answers);
    if (all.some(({ status }) => status === 'rejected')) {
      const tries = ((await this.#tries.get(String(id))) ?? 0) + 1;
      await this.#tries.set(String(id), tries);
      if (tries < TRIES) {
        this.#open.delete(id);
        return 'again';
      }
    }
    this.#journal.answered(id);
    return 'answered';
  }

  /** Until then it is under way, and comes again to another process where this one dies. */
  async #over(id: number, answered: Promise<UpdateOutcome>, ends: readonly Promise<void>[]): Promise<UpdateOutcome> {
    const outcome = await answered;
    if (outcome === 'again') return outcome;
    await Promise.allSettled(ends);
    await this.#answered.set(String(id), true);
    this.#open.delete(id);
    return outcome;
  }
}
