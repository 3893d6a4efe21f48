import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Log } from '../log.js';

/** The one that polls has to say so within this time, in milliseconds, or another does. */
const TURN_MS = 15_000;

const RENEW_MS = 5_000;

/**
 * Of several processes that could poll, Telegram lets one. The others stand by, and one of them polls when that one is
 * gone.
 */
export class PollingTurn {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #log: Log;
  readonly #own = randomUUID();
  #renewing: NodeJS.Timeout | null = null;

  constructor(redis: Redis, prefix: string, log: Log) {
    this.#redis = redis;
    this.#key = `${prefix}:polling`;
    this.#log = log;
  }

  /** Resolves when it is this one's turn, or at the signal. */
  async come(signal: AbortSignal): Promise<void> {
    let stoodBy = false;
    while (!signal.aborted && (await this.#redis.set(this.#key, this.#own, 'PX', TURN_MS, 'NX')) === null) {
      if (!stoodBy) this.#log.warn('another process receives updates by polling, this one stands by');
      stoodBy = true;
      await wait(RENEW_MS, undefined, { signal }).catch(() => undefined);
    }
    if (signal.aborted) return;
    if (stoodBy) this.#log.info('the other process is gone, this one receives');
    // Where that fails another begins too, and Telegram refuses one of them.
    this.#renewing = setInterval(() => {
      this.#redis.pexpire(this.#key, TURN_MS).catch(() => undefined);
    }, RENEW_MS);
  }

  /** Lets another poll at once. */
  async end(): Promise<void> {
    if (this.#renewing === null) return;
    clearInterval(this.#renewing);
    this.#renewing = null;
    // While Redis is away nobody can be told, and the turn ends by itself.
    if (this.#redis.status !== 'ready') return;
    if ((await this.#redis.get(this.#key)) === this.#own) await this.#redis.del(this.#key);
  }
}
