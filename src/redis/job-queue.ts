import { once } from 'node:events';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Update } from 'telegraf/types';
import { waybillOf } from '../bot/jobs.js';
import type { Jobs, Waybill } from '../bot/jobs.js';
import type { Taken } from '../bot/state/updates.js';
import type { Log } from '../log.js';
import type { Queued } from '../metrics.js';
import type { RedisConnection, RedisState } from './connection.js';
import { GatheredAlbums } from './gathered-albums.js';
import { JobWorker } from './job-worker.js';
import type { Data, LockTimes, Workmate } from './job-worker.js';
import { takesNothing, whyOf } from './redis-error.js';
import { WaitingPeople } from './waiting-people.js';

const TIMES: LockTimes = { lock: 10_000, renewal: 3_000, look: 5_000, back: 3_000 };

/** So long is it tried to store an update, in milliseconds, before Telegram is told to send it again. */
const STORE_WITHIN_MS = 5_000;

/** Photos of one person that wait come after those of people who have fewer; more than so many make no difference. */
const LOWEST = 1_000;

/**
 * Updates in Redis, for whichever process has time for them. A job is there until nothing is left to do for its update,
 * the heatmap among it; those of a worker that dies are given to others after some seconds. Texts and buttons go first,
 * then photos: those of people who have few before those of people who have many.
 */
export class RedisJobs implements Jobs {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #log: Log;
  readonly #times: LockTimes;
  readonly #queue: Queue<Data>;
  readonly #albums: GatheredAlbums;
  readonly #waiting: WaitingPeople;
  #state: RedisState = 'ready';
  #worker: JobWorker | null = null;
  #isStopped = false;

  constructor({ client, prefix }: RedisConnection, log: Log, times = TIMES) {
    this.#times = times;
    this.#redis = client;
    this.#prefix = prefix;
    this.#log = log;
    this.#queue = new Queue<Data>('updates', {
      connection: client,
      prefix,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    this.#queue.on('error', this.#noteError);
    this.#albums = new GatheredAlbums(client, prefix);
    this.#waiting = new WaitingPeople(client, prefix);
  }

  isReady(): boolean {
    return this.#isConnected && !this.#isStopped;
  }

  async room(signal: AbortSignal): Promise<void> {
    if (!this.isReady() && !signal.aborted) await once(this.#redis, 'ready', { signal }).catch(() => undefined);
  }

  /** Null where it could not be stored. */
  async take(update: Update): Promise<Pick<Taken, 'answered'> | null> {
    const late = AbortSignal.timeout(STORE_WITHIN_MS);
    try {
      await Promise.race([this.#store(update), once(late, 'abort').then(() => Promise.reject(late.reason as Error))]);
      this.#log.debug({ update: update.update_id }, 'update stored');
      return { answered: Promise.resolve('answered') };
    } catch (error) {
      this.#log.warn({ update: update.update_id, why: whyOf(error) }, 'an update could not be stored');
      return null;
    }
  }

  /** Begins to take jobs. */
  work(mate: Workmate): void {
    const source = {
      redis: this.#redis,
      queue: this.#queue,
      prefix: this.#prefix,
      albums: this.#albums,
      waiting: this.#waiting,
    };
    this.#worker = new JobWorker(source, mate, this.#state, this.#times, this.#log);
  }

  /** Is told how Redis is. */
  follow(state: RedisState): void {
    this.#state = state;
    this.#worker?.follow(state);
  }

  /** Takes no more jobs; those it has are worked on. */
  async stopWorking(): Promise<void> {
    this.#isStopped = true;
    await this.#worker?.stop();
  }

  /** Gives back what is not over, for others to answer, and ends. */
  async close(): Promise<void> {
    await this.stopWorking();
    await this.#worker?.close();
    await this.#queue.close();
  }

  get #isConnected(): boolean {
    return this.#redis.status === 'ready';
  }

  /** Null while Redis is away. */
  async counts(): Promise<Queued | null> {
    if (!this.#isConnected) return null;
    const { waiting = 0, prioritized = 0, delayed = 0, active = 0 } = await this.#queue.getJobCounts();
    return { waiting: waiting + prioritized + delayed, active };
  }

  async #store(update: Update): Promise<void> {
    const { person, album, hasPhoto } = waybillOf(update);
    if (album === null) {
      const ahead = await this.#waiting.add(person);
      await this.#queue.add(
        'update',
        { update, person, ahead },
        { jobId: `update-${update.update_id}`, ...turn(hasPhoto, ahead) },
      );
      return;
    }
    const isFirst = await this.#albums.add(album, update);
    const ahead = isFirst ? await this.#waiting.add(person) : 0;
    await this.#queue.add(
      'album',
      { album, person, ahead },
      { ...this.#albums.gathering(album), ...turn(hasPhoto, ahead) },
    );
  }

  readonly #noteError = (error: Error): void => {
    if (this.#isStopped || !this.#isConnected || takesNothing(error)) return;
    this.#log.warn({ err: error }, 'the queue failed');
  };
}

/** Whose turn it is: what looks at no photo first, as it is told no number; then by number. */
function turn(hasPhoto: Waybill['hasPhoto'], ahead: number): { readonly priority?: number } {
  return hasPhoto ? { priority: 1 + Math.min(ahead, LOWEST) } : {};
}
