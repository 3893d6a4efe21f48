import { randomInt } from 'node:crypto';
import type { Update } from './bot-api.js';
import type { Changes } from './changes.js';
import { ApiFailure, twoPollers } from './errors.js';

/** Updates that nobody confirmed; the oldest go, as Telegram forgets what is a day old. */
const MAX_WAITING = 10_000;

/** Updates kept after they were handed over, for checks. */
const MAX_SENT = 10_000;

/** A getUpdates that waits. */
interface Poll {
  readonly limit: number;
  readonly finish: (outcome: readonly Update[] | ApiFailure) => void;
}

/** What waits for the bot, until it confirms it. */
export class UpdateQueue {
  /** What was handed to the bot, the last ones. */
  readonly sent: Update[] = [];
  /** Kinds the bot asked for; empty means the usual ones. */
  allowed: readonly unknown[] = [];
  readonly #changes: Changes;
  #waiting: Update[] = [];
  // Anywhere, as Telegram begins: what a bot remembers of another run must not look like this one's.
  #nextId = randomInt(100_000_000, 900_000_000);
  #fetched = 0;
  #poll: Poll | undefined;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** Not confirmed by the bot, the oldest first. */
  get waiting(): readonly Update[] {
    return this.#waiting;
  }

  /** How many were not handed to the bot at all. */
  get unfetched(): number {
    return this.#waiting.filter(({ update_id }) => update_id > this.#fetched).length;
  }

  /** Queues an update of one kind, unless the bot did not ask for this kind. */
  push<Kind extends keyof Update>(kind: Kind, value: Update[Kind]): void {
    if (this.allowed.length === 0 || this.allowed.includes(kind)) this.pushRaw({ [kind]: value });
  }

  /** Queues an update as it is, also one that was there before; without a number it gets the next one. */
  pushRaw({ update_id = this.#nextId, ...content }: Partial<Update>): Update {
    const update = { update_id, ...content };
    this.#nextId = Math.max(this.#nextId, update_id + 1);
    this.#fetched = Math.min(this.#fetched, update_id - 1);
    this.#waiting.push(update);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
    this.endPoll();
    this.#changes.announce();
    return update;
  }

  /** Everything below `offset` is confirmed; a negative one keeps that many of the newest. */
  confirm(offset: number): void {
    this.#waiting =
      offset < 0 ? this.#waiting.slice(offset) : this.#waiting.filter(({ update_id }) => update_id >= offset);
    this.#changes.announce();
  }

  /** The bot has taken this update by webhook. */
  taken(update: Update): void {
    this.#waiting = this.#waiting.filter((other) => other !== update);
    this.#note([update]);
  }

  /**
   * Updates for getUpdates: at once where there are any, else as soon as one comes, else none after `seconds`.
   *
   * @throws ApiFailure 409 when another getUpdates comes meanwhile
   */
  fetch(limit: number, seconds: number, gone: AbortSignal): Promise<readonly Update[]> {
    this.interrupt(twoPollers());
    return new Promise((resolve, reject) => {
      const leave = () => {
        poll.finish([]);
      };
      const timer = setTimeout(leave, seconds * 1000);
      const poll: Poll = {
        limit,
        finish: (outcome) => {
          clearTimeout(timer);
          gone.removeEventListener('abort', leave);
          this.#poll = undefined;
          if (outcome instanceof ApiFailure) {
            reject(outcome);
          } else {
            this.#note(outcome);
            resolve(outcome);
          }
        },
      };
      this.#poll = poll;
      gone.addEventListener('abort', leave);
      if (gone.aborted) {
        leave();
      } else if (this.#waiting.length > 0) {
        this.endPoll();
      }
    });
  }

  /** Refuses a getUpdates that waits. */
  interrupt(failure: ApiFailure): void {
    this.#poll?.finish(failure);
  }

  /** Answers a getUpdates that waits, with what there is. */
  endPoll(): void {
    this.#poll?.finish(this.#waiting.slice(0, this.#poll.limit));
  }

  #note(updates: readonly Update[]): void {
    this.#fetched = Math.max(this.#fetched, updates.at(-1)?.update_id ?? 0);
    this.sent.push(...updates);
    this.sent.splice(0, Math.max(0, this.sent.length - MAX_SENT));
    this.#changes.announce();
  }
}
