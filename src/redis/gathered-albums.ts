import type { Redis } from 'ioredis';
import type { Update } from 'telegraf/types';

/** Telegram sends an album's parts within a few hundred milliseconds; each begins the wait anew. */
const QUIET_MS = 400;

/** Telegram keeps an update for a day. */
const KEPT_S = 86_400;

/** The parts of albums, which come one by one to any process and are answered together by one. */
export class GatheredAlbums {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Adds a part; whether it is the first. */
  async add(album: string, part: Update): Promise<boolean> {
    const key = this.#key(album);
    const [added] = (await this.#redis.multi().rpush(key, JSON.stringify(part)).expire(key, KEPT_S).exec()) ?? [];
    const [error, parts] = added ?? [];
    if (error instanceof Error) throw error;
    return parts === 1;
  }

  /** How its job is added: one for all parts, once none has come for a while. */
  gathering(album: string) {
    const deduplication = { id: `album-${album}`, ttl: QUIET_MS, extend: true, replace: true };
    return { delay: QUIET_MS, deduplication };
  }

  /** The parts that a job is about, in order: those that came before it began, which are no other job's. */
  async of(album: string, job: string): Promise<Update[]> {
    const taken = this.#key(album, job);
    // It fails where there are none, as where an earlier try has taken them already.
    await this.#redis.renamenx(this.#key(album), taken).catch(throwIfNotMissing);
    const parts = await this.#redis.lrange(taken, 0, -1);
    return parts.map((part) => JSON.parse(part) as Update);
  }

  /** A job's parts are done with. */
  async answered(album: string, job: string): Promise<void> {
    await this.#redis.del(this.#key(album, job));
  }

  #key(album: string, job?: string): string {
    const key = `${this.#prefix}:album:${album.replaceAll(' ', '-')}`;
    return job === undefined ? key : `${key}:${job}`;
  }
}

function throwIfNotMissing(error: unknown): void {
  if (!(error instanceof Error && error.message.includes('no such key'))) throw error;
}
