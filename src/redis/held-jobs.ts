import { randomUUID } from 'node:crypto';
import type { Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Log } from '../log.js';

/**
 * The jobs that this worker is at. Each is its own while it says so: a lock in Redis ends by the clock, and what has none
 * goes to another worker.
 */
export class HeldJobs<Data> {
  /** What this worker's locks hold. */
  readonly token = randomUUID();
  readonly #redis: Redis;
  readonly #queue: Queue<Data>;
  readonly #log: Log;
  /** Of a lock, in milliseconds. */
  readonly #lifetime: number;
  readonly #jobs = new Map<string, Job<Data>>();

  constructor(redis: Redis, queue: Queue<Data>, log: Log, lifetime: number) {
    this.#redis = redis;
    this.#queue = queue;
    this.#log = log;
    this.#lifetime = lifetime;
  }

  get size(): number {
    return this.#jobs.size;
  }

  add(id: string, job: Job<Data>): void {
    this.#jobs.set(id, job);
  }

  /** Whether it was still here. */
  delete(id: string): boolean {
    return this.#jobs.delete(id);
  }

  /** Says that they are worked on. */
  async renew(worker: Worker<Data>): Promise<void> {
    const ids = [...this.#jobs.keys()];
    if (ids.length === 0) return;
    const tokens = ids.map(() => this.token);
    const lost = await worker.extendJobLocks(ids, tokens, this.#lifetime);
    if (lost.length > 0)
      this.#log.warn({ jobs: lost.length }, 'jobs went to another worker although this one works on them');
  }

  /** Takes the locks again that ended while nobody could renew them, unless another worker has them. */
  async reclaim(worker: Worker<Data>): Promise<void> {
    const locks = [...this.#jobs.keys()].map((id) => `${this.#queue.toKey(id)}:lock`);
    await Promise.all(locks.map((lock) => this.#redis.set(lock, this.token, 'PX', this.#lifetime, 'NX')));
    await this.renew(worker);
  }

  /** Leaves them to others, at once where Redis can be told. */
  async giveBack(canTell: boolean): Promise<void> {
    const left = [...this.#jobs.values()];
    this.#jobs.clear();
    if (canTell) await Promise.allSettled(left.map((job) => job.moveToWait(this.token)));
  }
}
