import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Log } from '../log.js';

/** The one that polls has to say so within this time, in milliseconds, or another does. */
const TURN_MS = 15_000;

const RENEW_MS = 5_000;

/** A process that ends waits so long to give its turn up, in milliseconds: Redis may go away at that moment. */
const FAREWELL_MS = 1_000;

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
    const over = new AbortController();
    // While Redis is away a command waits, however long.
    const ended = once(signal, 'abort', { signal: over.signal }).catch(() => undefined);
    const take = (): Promise<unknown> => this.#redis.set(this.#key, this.#own, 'PX', TURN_MS, 'NX');
    while (!signal.aborted && (await Promise.race([take(), ended])) === null) {
      if (!stoodBy) this.#log.warn('another process receives updates by polling, this one stands by');
      stoodBy = true;
      await wait(RENEW_MS, undefined, { signal }).catch(() => undefined);
    }
    over.abort();
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
    const late = new AbortController();
    const deadline = wait(FAREWELL_MS, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([this.#giveUp(), deadline]);
    late.abort();
  }

  async #giveUp(): Promise<void> {
    if ((await this.#redis.get(this.#key)) === this.#own) await this.#redis.del(this.#key);
  }
}
