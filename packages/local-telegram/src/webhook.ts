import { setTimeout as sleep } from 'node:timers/promises';
import type { Update } from './bot-api.js';
import { now } from './room.js';
import type { World } from './world.js';

export interface WebhookSettings {
  readonly url: string;
  readonly secret: string;
}

/** What the bot is given to answer, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** Before an update is sent again; each next pause is twice as long. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5000;

/** Sends updates to the bot's own address, one after the other, each until it is taken. */
export class Webhook {
  readonly #world: World;
  readonly #unsubscribe: () => void;
  settings: WebhookSettings | undefined;
  #sending = false;
  #stop = new AbortController();
  lastError: { readonly date: number; readonly message: string } | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#unsubscribe = world.changes.subscribe(() => {
      this.#start();
    });
  }

  /** Sends to another address from now on, or to none. */
  set(settings: WebhookSettings | undefined): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.settings = settings;
    this.#sending = false;
    this.lastError = undefined;
    this.#start();
  }

  close(): void {
    this.#unsubscribe();
    this.set(undefined);
  }

  #start(): void {
    if (!this.#sending && this.settings !== undefined && this.#world.updates.waiting.length > 0) {
      this.#sending = true;
      void this.#send(this.settings, this.#stop.signal);
    }
  }

  async #send(settings: WebhookSettings, stop: AbortSignal): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    for (let [update] = this.#world.updates.waiting; update !== undefined; [update] = this.#world.updates.waiting) {
      const failure = await attempt(settings, update, stop);
      if (failure === undefined) {
        this.#world.updates.taken(update);
        pause = FIRST_PAUSE_MS;
      } else if (!stop.aborted) {
        this.lastError = { date: now(), message: failure };
        await sleep(pause, undefined, { signal: stop }).catch(() => undefined);
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
      if (stop.aborted) return;
    }
    this.#sending = false;
  }
}

/** One attempt: undefined where the update was taken, else why not. */
async function attempt(
  { url, secret }: WebhookSettings,
  update: Update,
  stop: AbortSignal,
): Promise<string | undefined> {
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
    return response.ok ? undefined : `Wrong response from the webhook: ${response.status} ${response.statusText}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : String(cause);
  }
}
