import type { Update } from 'telegraf/types';
import type { Kept, Store } from '../../analysis/store.js';
import type { UpdateJournal } from './update-journal.js';

/** Update ids remembered as answered. Telegram sends one again within the next few hundred. */
const REMEMBERED = 5000;

/** Telegram could not be reached for an answer so often, over some seconds each time: then the update is given up. */
const TRIES = 5;

/** Whether an update is done with, or should come again because Telegram could not be reached for its answer. */
export type UpdateOutcome = 'answered' | 'again';

/** An update that was handed to its feature; its answer may take longer. */
export interface Taken {
  readonly answered: Promise<UpdateOutcome>;
}

/** An answer that could not be sent because Telegram was not to be reached. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
}

const ANSWERED: Taken = { answered: Promise.resolve('answered') };

/** Takes each update once, however often Telegram sends it, and knows when it has been answered. */
export class Updates {
  readonly #journal: UpdateJournal;
  readonly #open = new Map<number, { readonly taken: Promise<Taken>; readonly answers: Promise<void>[] }>();
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
   * @param handle hands the update to its feature, which says with `wait` what there is to wait for.
   */
  take(update: Update, handle: () => Promise<void>): Promise<Taken> {
    const id = update.update_id;
    const open = this.#open.get(id);
    if (open !== undefined) return open.taken;
    if (this.#journal.wasAnswered(id)) return Promise.resolve(ANSWERED);
    const answers: Promise<void>[] = [];
    const taken = this.#handleOnce(id, answers, handle);
    this.#open.set(id, { taken, answers });
    return taken;
  }

  /** An update is not answered before this has ended. It rejects with UnansweredError where that could not be done. */
  wait(update: number, answer: Promise<void>): void {
    // Looked at when the update was handled, which may be after it has failed.
    answer.catch(() => undefined);
    this.#open.get(update)?.answers.push(answer);
  }

  async #handleOnce(id: number, answers: readonly Promise<void>[], handle: () => Promise<void>): Promise<Taken> {
    if ((await this.#answered.get(String(id))) === true) {
      this.#open.delete(id);
      return ANSWERED;
    }
    await handle();
    return { answered: this.#outcome(id, answers) };
  }

  async #outcome(id: number, answers: readonly Promise<void>[]): Promise<UpdateOutcome> {
    const ends = await Promise.allSettled(answers);
    if (ends.some(({ status }) => status === 'rejected')) {
      const tries = ((await this.#tries.get(String(id))) ?? 0) + 1;
      await this.#tries.set(String(id), tries);
      if (tries < TRIES) {
        this.#open.delete(id);
        return 'again';
      }
    }
    await this.#answered.set(String(id), true);
    this.#journal.answered(id);
    this.#open.delete(id);
    return 'answered';
  }
}
