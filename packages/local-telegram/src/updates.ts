import { randomInt } from 'node:crypto';
import type { Update } from './bot-api.js';
import type { Changes } from './changes.js';
import { ApiFailure, twoPollers } from './errors.js';

/** Updates that nobody confirmed; the oldest go, as Telegram forgets what is a day old. */
const MAX_WAITING = 10_000;

/** Updates kept after they were handed over, for checks. */
const MAX_SENT = 10_000;

/** An offset so far above the newest update belongs to other numbers than these, and confirms nothing. */
const MAX_AHEAD = 10;

/** The same offset again so soon gets one update only. */
const REPEATED_MS = 500;

/** The same offset again so soon is held open for at least as long. */
const HURRIED_MS = 3000;

/** Updates that follow each other this closely come in one answer. */
const TOGETHER_MS = 2;

/** What getUpdates asks for. */
export interface Asked {
  readonly offset: number;
  readonly limit: number;
  /** How long it may be held open. */
  readonly seconds: number;
}

/** A getUpdates that waits. */
interface Poll {
  readonly limit: number;
  /** There is something now. */
  readonly wake: () => void;
  readonly finish: (outcome: readonly Update[] | ApiFailure) => void;
}

/**
 * What waits for the bot, until it confirms it. It is handed out by the rules of Telegram's own server
 * (`process_get_updates_query` and `do_get_updates` in Client.cpp of https://github.com/tdlib/telegram-bot-api).
 */
export class UpdateQueue {
  /** What was handed to the bot, the last ones. */
  readonly sent: Update[] = [];
  /** Kinds the bot asked for; empty means the usual ones. */
  allowed: readonly unknown[] = [];
  readonly #changes: Changes;
  readonly #handed = new WeakSet<Update>();
  #waiting: Update[] = [];
  // Anywhere, as Telegram begins: what a bot remembers of another run must not look like this one's.
  #nextId = randomInt(100_000_000, 900_000_000);
  #poll: Poll | undefined;
  #asked = { offset: -1, at: -Infinity };

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** Not confirmed by the bot, the oldest first. */
  get waiting(): readonly Update[] {
    return this.#waiting;
  }

  /** How many were not handed to the bot at all. */
  get unfetched(): number {
    return this.#waiting.filter((update) => !this.#handed.has(update)).length;
  }

  /** Queues an update of one kind, unless the bot did not ask for this kind. */
  push<Kind extends keyof Update>(kind: Kind, value: Update[Kind]): void {
    if (this.allowed.length === 0 || this.allowed.includes(kind)) this.pushRaw({ [kind]: value });
  }

  /** Queues an update as it is, also one that was there before; without a number it gets the next one. */
  pushRaw({ update_id = this.#nextId, ...content }: Partial<Update>): Update {
    const update = { update_id, ...content };
    this.#nextId = Math.max(this.#nextId, update_id + 1);
    this.#waiting.push(update);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
    this.#poll?.wake();
    this.#changes.announce();
    return update;
  }

  /** The bot has taken this update by webhook. */
  taken(update: Update): void {
    this.#waiting = this.#waiting.filter((other) => other !== update);
    this.#note([update]);
  }

  /** Forgets all that wait. */
  drop(): void {
    this.#waiting = [];
    this.#changes.announce();
  }

  /**
   * Updates for getUpdates: at once where there are any, else as soon as one comes, else none after so long. A call that
   * has to wait ends another one that does.
   *
   * @throws ApiFailure 409 when another getUpdates comes to wait meanwhile
   */
  fetch({ offset, limit, seconds }: Asked, gone: AbortSignal): Promise<readonly Update[]> {
    const now = performance.now();
    const since = offset === this.#asked.offset ? now - this.#asked.at : Infinity;
    this.#asked = { offset, at: now };
    this.#confirm(offset);
    const most = since < REPEATED_MS ? 1 : limit;
    const holdMs = Math.max(seconds * 1000, since < HURRIED_MS ? HURRIED_MS : 0);
    if (this.#waiting.length === 0 && holdMs > 0) return this.#hold(most, holdMs, gone);
    const updates = this.#waiting.slice(0, most);
    this.#note(updates);
    return Promise.resolve(updates);
  }

  /** Refuses a getUpdates that waits. */
  interrupt(failure: ApiFailure): void {
    this.#poll?.finish(failure);
  }

  /** Answers a getUpdates that waits, with what there is. */
  endPoll(): void {
    this.#poll?.finish(this.#waiting.slice(0, this.#poll.limit));
  }

  /** Everything below `offset` is confirmed; a negative one keeps that many of the newest. */
  #confirm(offset: number): void {
    if (offset === 0 || offset > this.#nextId + MAX_AHEAD) return;
    this.#waiting =
      offset < 0 ? this.#waiting.slice(offset) : this.#waiting.filter(({ update_id }) => update_id >= offset);
    this.#changes.announce();
  }

  #hold(limit: number, milliseconds: number, gone: AbortSignal): Promise<readonly Update[]> {
    this.interrupt(twoPollers());
    return new Promise((resolve, reject) => {
      const leave = () => {
        poll.finish([]);
      };
      const timer = setTimeout(leave, milliseconds);
      let woken: NodeJS.Timeout | undefined;
      const poll: Poll = {
        limit,
        wake: () => {
          woken ??= setTimeout(() => {
            this.endPoll();
          }, TOGETHER_MS);
        },
        finish: (outcome) => {
          clearTimeout(timer);
          clearTimeout(woken);
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
      if (gone.aborted) leave();
    });
  }

  #note(updates: readonly Update[]): void {
    for (const update of updates) this.#handed.add(update);
    this.sent.push(...updates);
    this.sent.splice(0, Math.max(0, this.sent.length - MAX_SENT));
    this.#changes.announce();
  }
}
