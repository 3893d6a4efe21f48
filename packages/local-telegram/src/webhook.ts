import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { WEBHOOK_FIRST_PAUSE_MS, WEBHOOK_LONGEST_PAUSE_MS, WEBHOOK_TIMEOUT_MS } from './limits.js';
import { now } from './room.js';
import type { Update } from './wire.js';
import type { World } from './world.js';

export interface WebhookSettings {
  readonly url: string;
  readonly secret: string | undefined;
  readonly maxConnections: number;
}

/** Sends updates to the bot's own address, one after the other, each until it is taken. */
export class Webhook {
  readonly #world: World;
  readonly #unsubscribe: () => void;
  #settings: WebhookSettings | undefined;
  #sending = false;
  #stop = new AbortController();
  #wake: (() => void) | undefined;
  lastError: { readonly date: number; readonly message: string } | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#unsubscribe = world.changes.subscribe(() => {
      this.#start();
    });
  }

  get settings(): WebhookSettings | undefined {
    return this.#settings;
  }

  /** Sends to another address from now on, or to none. */
  set(settings: WebhookSettings | undefined): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#settings = settings;
    this.#sending = false;
    this.lastError = undefined;
    this.#wake?.();
    this.#start();
  }

  close(): void {
    this.#unsubscribe();
    this.set(undefined);
  }

  #start(): void {
    if (!this.#sending && this.#settings !== undefined && this.#world.updates.first !== undefined) {
      this.#sending = true;
      void this.#send(this.#settings, this.#stop.signal);
    }
  }

  async #send(settings: WebhookSettings, stop: AbortSignal): Promise<void> {
    let pause = WEBHOOK_FIRST_PAUSE_MS;
    for (let update = this.#world.updates.first; update !== undefined; update = this.#world.updates.first) {
      const failure = await attempt(settings, update, stop);
      if (stop.aborted) {
        return;
      }
      if (failure === undefined) {
        this.#world.updates.shift();
        pause = WEBHOOK_FIRST_PAUSE_MS;
      } else {
        this.lastError = { date: now(), message: failure };
        await this.#pause(pause);
        if (this.#stop.signal !== stop) {
          return;
        }
        pause = Math.min(pause * 2, WEBHOOK_LONGEST_PAUSE_MS);
      }
    }
    this.#sending = false;
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      this.#wake = done;
      function done() {
        clearTimeout(timer);
        resolve();
      }
    });
  }
}

/** One attempt: undefined where the update was taken, else why not, in Telegram's words. */
function attempt(settings: WebhookSettings, update: Update, stop: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const body = JSON.stringify(update);
    const send = settings.url.startsWith('https:') ? requestHttps : requestHttp;
    const request = send(
      settings.url,
      {
        method: 'POST',
        signal: stop,
        timeout: WEBHOOK_TIMEOUT_MS,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...(settings.secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': settings.secret }),
        },
      },
      (response) => {
        response.resume();
        response.on('error', () => {
          resolve('Connection closed');
        });
        response.on('end', () => {
          const status = response.statusCode ?? 0;
          resolve(
            status >= 200 && status < 300
              ? undefined
              : `Wrong response from the webhook: ${status} ${response.statusMessage ?? ''}`,
          );
        });
      },
    );
    request.on('timeout', () => {
      request.destroy(new Error('Read timeout expired'));
    });
    request.on('error', (error) => {
      resolve(error.message);
    });
    request.end(body);
  });
}
