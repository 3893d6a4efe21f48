import type { Changes } from './changes.js';
import { twoPollers, type ApiFailure } from './errors.js';
import { MAX_UPDATES_LOGGED, MAX_UPDATES_PER_ANSWER, MAX_WAITING_UPDATES } from './limits.js';
import type { Update } from './wire.js';

/** Kinds that a bot receives only where it asked for them by name. */
const ONLY_ON_REQUEST = ['chat_member', 'message_reaction', 'message_reaction_count'];

interface Poll {
  readonly finish: (outcome: readonly Update[] | ApiFailure) => void;
}

/** What waits for the bot, until it confirms it. */
export class UpdateQueue {
  readonly #changes: Changes;
  #waiting: Update[] = [];
  readonly #sent: Update[] = [];
  #nextId = 100_000_001;
  #fetched = 0;
  #allowed: readonly string[] = [];
  #poll: Poll | undefined;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** Kinds the bot asked for; empty means the usual ones. */
  get allowed(): readonly string[] {
    return this.#allowed;
  }

  /** Not confirmed by the bot. */
  get unconfirmed(): number {
    return this.#waiting.length;
  }

  /** Not handed to the bot at all. */
  get unfetched(): number {
    return this.#waiting.filter(({ update_id }) => update_id > this.#fetched).length;
  }

  /** What was handed to the bot, the last ones, for checks. */
  get sent(): readonly Update[] {
    return this.#sent;
  }

  get first(): Update | undefined {
    return this.#waiting[0];
  }

  allow(kinds: readonly unknown[] | undefined): void {
    if (kinds !== undefined) {
      this.#allowed = kinds.filter((kind) => typeof kind === 'string');
    }
  }

  /** Queues an update of one kind, unless the bot did not ask for this kind. */
  push(kind: string, value: unknown): void {
    const wanted = this.#allowed.length === 0 ? !ONLY_ON_REQUEST.includes(kind) : this.#allowed.includes(kind);
    if (wanted) {
      this.pushRaw({ update_id: this.#nextId, [kind]: value });
    }
  }

  /** Queues an update as it is, also one that was there before. */
  pushRaw(update: Update): void {
    this.#nextId = Math.max(this.#nextId, update.update_id + 1);
    this.#waiting.push(update);
    if (this.#waiting.length > MAX_WAITING_UPDATES) {
      this.#waiting.shift();
    }
    if (update.update_id <= this.#fetched) {
      this.#fetched = update.update_id - 1;
    }
    this.#serve();
    this.#changes.announce();
  }

  get nextId(): number {
    return this.#nextId;
  }

  /** Everything below `offset` is confirmed; a negative one keeps that many of the newest. */
  confirm(offset: number): void {
    this.#waiting =
      offset < 0 ? this.#waiting.slice(offset) : this.#waiting.filter(({ update_id }) => update_id >= offset);
    this.#changes.announce();
  }

  drop(): void {
    this.#waiting = [];
    this.#changes.announce();
  }

  /** Notes that the bot has taken the update at the front, and what it took. */
  shift(): void {
    const update = this.#waiting.shift();
    if (update !== undefined) {
      this.#note([update]);
    }
  }

  /**
   * Updates for getUpdates: at once where there are any, else as soon as one comes, else none after `seconds`.
   *
   * @throws ApiFailure 409 when another getUpdates comes meanwhile
   */
  fetch(limit: number, seconds: number, gone: AbortSignal): Promise<readonly Update[]> {
    this.interrupt(twoPollers());
    return new Promise((resolve, reject) => {
      const take = () => this.#waiting.slice(0, Math.min(limit, MAX_UPDATES_PER_ANSWER));
      const finish = (outcome: readonly Update[] | ApiFailure) => {
        clearTimeout(timer);
        gone.removeEventListener('abort', leave);
        if (this.#poll === poll) {
          this.#poll = undefined;
        }
        if (outcome instanceof Error) {
          reject(outcome);
        } else {
          this.#note(outcome);
          resolve(outcome);
        }
      };
      const leave = () => {
        finish([]);
      };
      const poll: Poll = {
        finish: (outcome) => {
          finish(outcome instanceof Error ? outcome : take());
        },
      };
      const timer = setTimeout(leave, seconds * 1000);
      this.#poll = poll;
      gone.addEventListener('abort', leave);
      if (gone.aborted) {
        leave();
      } else {
        this.#serve();
      }
    });
  }

  /** Ends a getUpdates that waits. */
  interrupt(failure: ApiFailure): void {
    this.#poll?.finish(failure);
  }

  /** Ends a getUpdates that waits, with nothing. */
  close(): void {
    this.#poll?.finish([]);
  }

  #serve(): void {
    if (this.#waiting.length > 0) {
      this.#poll?.finish([]);
    }
  }

  #note(updates: readonly Update[]): void {
    this.#fetched = Math.max(this.#fetched, updates.at(-1)?.update_id ?? 0);
    this.#sent.push(...updates);
    this.#sent.splice(0, Math.max(0, this.#sent.length - MAX_UPDATES_LOGGED));
    this.#changes.announce();
  }
}
