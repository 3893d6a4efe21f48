import type { Redis } from 'ioredis';

/** What a killed process has left too high is forgotten when nothing came of a person for so long. */
const FORGOTTEN_AFTER_S = 600;

/** How much waits of each person. */
export class WaitingPeople {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Counts one more; how many there were. */
  async add(person: string): Promise<number> {
    const key = this.#key(person);
    const [waiting] = (await this.#redis.multi().incr(key).expire(key, FORGOTTEN_AFTER_S).exec()) ?? [];
    const [error, count] = waiting ?? [];
    if (error instanceof Error) throw error;
    return Math.max(Number(count) - 1, 0);
  }

  /** Counts one less. At nothing it stays until it is forgotten: to take it away could take away what came meanwhile. */
  async remove(person: string): Promise<void> {
    const key = this.#key(person);
    await this.#redis.multi().decr(key).expire(key, FORGOTTEN_AFTER_S).exec();
  }

  #key(person: string): string {
    return `${this.#prefix}:waiting:${person}`;
  }
}
