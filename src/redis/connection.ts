import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Log } from '../log.js';
import { whyOf } from './redis-error.js';
import { refusalIn, requireDurable } from './requirements.js';

/** Between two tries to reach it, at most, in milliseconds. */
const LONGEST_WAIT_MS = 2000;

/** What is asked and not answered for so long goes over a new connection: a network may fail without a word. */
const SILENT_MS = 10_000;

/** How often it is asked to take something, in milliseconds. */
const BEAT_MS = 2000;

/** What was asked just before the end is waited for so long. */
const FAREWELL_MS = 1000;

/** `full`: it answers, but takes nothing more, as its memory or its disk is full or it is a copy of another. */
export type RedisState = 'ready' | 'away' | 'full';

/** Told once each, as a state begins. */
const TOLD = {
  ready: ['info', 'Redis is back'],
  away: ['warn', 'Redis is away: what needs it waits'],
  full: ['error', 'Redis takes nothing more: it is full, or a copy of another'],
} as const;

export interface RedisOptions {
  /** Holds the password. */
  readonly url: string;
  /** What the name of every key begins with. */
  readonly prefix: string;
  readonly log: Log;
  /** Called as each state begins; it is `away` until the first. */
  readonly onState: (state: RedisState) => void;
}

/**
 * The connections to the Redis of REDIS_URL. While it is away, what is asked of it waits, however long, and is done when
 * it is back. What was asked and not answered is asked again, so that it may be done twice.
 */
export class RedisConnection {
  readonly prefix: string;
  /** For everything that does not block: a command that is not answered for ten seconds ends the connection. */
  readonly client: Redis;
  readonly #options: RedisOptions;
  readonly #others: Redis[] = [];
  #state: RedisState = 'away';
  #why = '';
  #beat: NodeJS.Timeout | null = null;

  private constructor(options: RedisOptions) {
    this.#options = options;
    this.prefix = options.prefix;
    this.client = this.#open(SILENT_MS);
  }

  /**
   * Waits for it, however long: hosts start things in any order.
   *
   * @throws RedisError where it lets nobody in, or is none to rely on.
   */
  static async connect(options: RedisOptions): Promise<RedisConnection> {
    const connection = new RedisConnection(options);
    try {
      await connection.#reached();
      await requireDurable(connection.client);
    } catch (error) {
      await connection.close();
      throw error;
    }
    connection.#follow();
    return connection;
  }

  /** Another connection, for commands that block. Closed with this one, which tells of its failures too. */
  another(): Redis {
    const client = this.#open();
    client.on('error', () => undefined);
    this.#others.push(client);
    return client;
  }

  /** Rejects what still waits. */
  async close(): Promise<void> {
    if (this.#beat !== null) clearInterval(this.#beat);
    this.client.removeAllListeners('close');
    const clients = [this.client, ...this.#others];
    const asked = clients.filter(({ status }) => status === 'ready').map((client) => client.quit());
    const late = new AbortController();
    const deadline = wait(FAREWELL_MS, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([Promise.allSettled(asked), deadline]);
    late.abort();
    for (const client of clients) client.disconnect();
  }

  #open(socketTimeout?: number): Redis {
    return new Redis(this.#options.url, {
      maxRetriesPerRequest: null,
      retryStrategy: (times) => Math.min(100 * times, LONGEST_WAIT_MS),
      ...(socketTimeout !== undefined && { socketTimeout }),
    });
  }

  /** Resolves once it answers. */
  async #reached(): Promise<void> {
    let told = false;
    await new Promise<void>((resolve, reject) => {
      this.client.once('ready', () => {
        // What comes later is told of as being away.
        told = true;
        resolve();
      });
      this.client.on('error', (error) => {
        this.#why = whyOf(error);
        const refusal = refusalIn(error);
        if (refusal !== null) reject(refusal);
        else if (!told) this.#options.log.warn({ why: this.#why }, 'Redis cannot be reached yet, waiting for it');
        told = true;
      });
    });
  }

  /** Says from now on how it is. */
  #follow(): void {
    this.#state = 'ready';
    this.#options.onState('ready');
    this.client.on('close', () => {
      this.#become('away', this.#why);
    });
    this.client.on('ready', () => {
      this.#why = '';
      void this.#tryWriting();
    });
    this.#beat = setInterval(() => void this.#tryWriting(), BEAT_MS).unref();
    void this.#tryWriting();
  }

  #answers(): boolean {
    return this.client.status === 'ready';
  }

  async #tryWriting(): Promise<void> {
    if (!this.#answers()) return;
    try {
      await this.client.set(`${this.prefix}:written`, 1, 'PX', 2 * BEAT_MS);
      this.#become('ready');
    } catch (error) {
      // That it went away meanwhile is told already.
      if (this.#answers()) this.#become('full', whyOf(error));
    }
  }

  #become(state: RedisState, why?: string): void {
    if (state === this.#state) return;
    this.#state = state;
    const [level, words] = TOLD[state];
    this.#options.log[level](why === undefined || why === '' ? {} : { why }, words);
    this.#options.onState(state);
  }
}
