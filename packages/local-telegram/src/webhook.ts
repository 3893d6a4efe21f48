import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Update } from './bot-api.js';
import { conflict } from './errors.js';
import { now } from './room.js';
import type { World } from './world.js';

export interface WebhookSettings {
  readonly url: string;
  readonly secret: string;
  /** How many updates may be under way at once. */
  readonly maxConnections: number;
}

/** What became of one attempt to hand an update over. */
interface Outcome {
  /** 0 where nothing was answered: the connection was refused or broke, or it took too long. */
  readonly status: number;
  /** Why it was not taken, as getWebhookInfo gives it; absent where it was. */
  readonly refusal?: string;
  /** How long the bot asked to wait; 0 where it asked for nothing. */
  readonly retryAfterS: number;
}

/** One call of the bot's own address, in the order in which they ended. */
export interface WebhookCall extends Outcome {
  readonly update: Update;
  /** When it began, in milliseconds of `performance.now()`. */
  readonly at: number;
}

export const USUAL_CONNECTIONS = 40;

/** A webhook that has taken nothing for so long gets one update at a time, until it takes one. */
const TRUSTED_MS = 10_000;

/** What the bot is given to answer. */
const TIMEOUT_MS = 60_000;

const LONGEST_RETRY_AFTER_S = 3600;
const LONGEST_PAUSE_S = 60;

const SET_AGAIN_MS = 1000;

/** Calls kept for checks; the oldest go. */
const MAX_CALLS = 10_000;

/**
 * Sends updates to the bot's own address by the rules of Telegram's own server (WebhookActor.cpp of
 * https://github.com/tdlib/telegram-bot-api).
 */
export class Webhook {
  /** The last ones. */
  readonly calls: WebhookCall[] = [];
  readonly #world: World;
  readonly #unsubscribe: () => void;
  #delivery: Delivery | undefined;
  #setAt = -Infinity;

  constructor(world: World) {
    this.#world = world;
    this.#unsubscribe = world.changes.subscribe(() => this.#delivery?.look());
  }

  get settings(): WebhookSettings | undefined {
    return this.#delivery?.settings;
  }

  get lastError(): Delivery['lastError'] {
    return this.#delivery?.lastError;
  }

  /** False where a webhook was set less than a second ago: Telegram then refuses to set another. */
  maySet(): boolean {
    const before = this.#setAt;
    const may = performance.now() >= before + SET_AGAIN_MS;
    if (may) this.#setAt = performance.now();
    return may;
  }

  /** Sends to another address from now on, or to none. What is under way is given up, and sent again. */
  set(settings: WebhookSettings | undefined): void {
    if (isDeepStrictEqual(settings, this.settings)) return;
    this.#delivery?.end();
    this.#delivery = settings && new Delivery(this.#world, settings, this.calls);
    if (settings !== undefined) this.#world.updates.interrupt(conflict('terminated by setWebhook request'));
    this.#delivery?.look();
  }

  close(): void {
    this.#unsubscribe();
    this.set(undefined);
  }
}

/** To one address: of each queue the oldest update, and the next one once that is taken; queues side by side. */
class Delivery {
  lastError: { readonly date: number; readonly message: string } | undefined;
  readonly #world: World;
  readonly #calls: WebhookCall[];
  readonly #stop = new AbortController();
  /** Queues of which an update is under way. */
  readonly #busy = new Set<string>();
  /** Updates that were refused and are not yet to be sent again. */
  readonly #paused = new Set<Update>();
  /** For what was refused, the pause that the next one doubles, in seconds. */
  readonly #pauses = new WeakMap<Update, number>();
  #takenAt = -Infinity;

  constructor(
    world: World,
    readonly settings: WebhookSettings,
    calls: WebhookCall[],
  ) {
    this.#world = world;
    this.#calls = calls;
  }

  end(): void {
    this.#stop.abort();
  }

  /** Sends all that may be sent now. Of a long backlog only the beginning is seen. */
  look(): void {
    const { maxConnections } = this.settings;
    const room = performance.now() < this.#takenAt + TRUSTED_MS ? maxConnections : 1;
    const seen = new Set(this.#busy);
    for (const update of this.#world.updates.waiting.slice(0, 2 * maxConnections)) {
      const queue = queueOf(update);
      if (this.#busy.size < room && !seen.has(queue) && !this.#paused.has(update)) void this.#send(update, queue);
      seen.add(queue);
    }
  }

  async #send(update: Update, queue: string): Promise<void> {
    const { signal } = this.#stop;
    this.#busy.add(queue);
    const at = performance.now();
    const outcome = await attempt(this.settings, update, signal);
    if (signal.aborted) return;
    this.#calls.push({ update, at, ...outcome });
    this.#calls.splice(0, Math.max(0, this.#calls.length - MAX_CALLS));
    this.#busy.delete(queue);
    if (outcome.refusal === undefined) {
      this.#takenAt = performance.now();
      this.#world.updates.taken(update);
      return;
    }
    this.lastError = { date: now(), message: outcome.refusal };
    this.#paused.add(update);
    this.look();
    await sleep(this.#pauseAfter(update, outcome) * 1000, undefined, { signal }).then(
      () => {
        this.#paused.delete(update);
        this.look();
      },
      () => undefined,
    );
  }

  /** In seconds: the first time none, then 2 and twice as long each time, unless the bot says how long. */
  #pauseAfter(update: Update, { retryAfterS }: Outcome): number {
    const before = this.#pauses.get(update);
    const next = before === undefined || retryAfterS > 0 ? (before ?? 1) : Math.min(2 * before, LONGEST_PAUSE_S);
    this.#pauses.set(update, next);
    return before === undefined || retryAfterS > 0 ? retryAfterS : next;
  }
}

/** What is delivered one by one: the messages of a chat, the presses of a person, the bot's roles in a chat. */
function queueOf({ update_id, message, edited_message, callback_query, my_chat_member }: Update): string {
  const posted = message ?? edited_message;
  if (posted !== undefined) return `chat ${posted.chat.id}`;
  if (callback_query !== undefined) return `presses of ${callback_query.from.id}`;
  return my_chat_member === undefined ? `update ${update_id}` : `roles in ${my_chat_member.chat.id}`;
}

async function attempt({ url, secret }: WebhookSettings, update: Update, stop: AbortSignal): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify(update),
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: {
        'content-type': 'application/json',
        ...(secret === '' ? {} : { 'x-telegram-bot-api-secret-token': secret }),
      },
    });
    await response.text();
    const { ok, status, statusText } = response;
    if (ok) return { status, retryAfterS: 0 };
    const asked = Number(response.headers.get('retry-after') ?? 0);
    return {
      status,
      refusal: `Wrong response from the webhook: ${status} ${statusText}`,
      retryAfterS: Number.isInteger(asked) ? Math.min(Math.max(asked, 0), LONGEST_RETRY_AFTER_S) : 0,
    };
  } catch (error) {
    return { status: 0, refusal: wordsOf(error), retryAfterS: 0 };
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'Read timeout expired';
  const refused =
    error instanceof Error && error.cause instanceof Error && error.cause.message.includes('ECONNREFUSED');
  return refused ? 'Connection refused' : 'Connection reset by peer';
}
