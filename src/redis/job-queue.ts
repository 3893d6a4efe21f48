import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Update } from 'telegraf/types';
import { waybillOf } from '../bot/jobs.js';
import type { Jobs, Waybill } from '../bot/jobs.js';
import type { History, Taken, UpdateOutcome } from '../bot/state/updates.js';
import type { Log } from '../log.js';
import type { Queued } from '../metrics.js';
import type { RedisConnection, RedisState } from './connection.js';
import { GatheredAlbums } from './gathered-albums.js';
import { HeldJobs } from './held-jobs.js';
import { takesNothing, whyOf } from './redis-error.js';
import { WaitingPeople } from './waiting-people.js';

/** How it is known that a worker has died, in milliseconds. */
export interface LockTimes {
  /** A job belongs to a worker for so long from when it last said that it works on it. */
  readonly lock: number;
  /** Between two times that it says so: twice more may fail before the job is another's. */
  readonly renewal: number;
  /** Between two looks for jobs of workers that have died. */
  readonly look: number;
  /** Once Redis takes something again every worker knows by then, and has said what it still works on. */
  readonly back: number;
}

const TIMES: LockTimes = { lock: 10_000, renewal: 3_000, look: 5_000, back: 3_000 };

/** An answer that could not be sent is tried again after so many milliseconds. */
const AGAIN_MS = 1_000;

/** So long is it tried to store an update, in milliseconds, before Telegram is told to send it again. */
const STORE_WITHIN_MS = 5_000;

/** Seconds that it is waited for a job at a time. */
const FETCH_S = 1;

/** Milliseconds within which a fetch has ended, if Redis is there. */
const FETCH_WITHIN_MS = 1_500;

/** Milliseconds between two tries to fetch a job where that failed or is not to be done. */
const FETCH_AGAIN_MS = 250;

/** Updates of a worker whose answer is not out: more than its vision processes and the pace of a few chats take. */
const UNANSWERED = 32;

/** Updates of a worker in all: those that wait for their heatmap hold some kilobytes each. */
const ACTIVE = 500;

/** Photos of one person that wait come after those of people who have fewer; more than so many make no difference. */
const LOWEST = 1_000;

/** A job: an update, or an album whose updates are gathered elsewhere. */
type Data =
  | { readonly update: Update; readonly person: string; readonly ahead: number }
  | { readonly album: string; readonly person: string; readonly ahead: number };

/** Whoever answers updates. */
export interface Workmate {
  readonly take: (update: Update, history: History) => Promise<Taken>;
  /** Resolves once its vision processes have nothing more to do than they should. */
  readonly room: () => Promise<unknown>;
}

/**
 * Updates in Redis, for whichever process has time for them. A job is there until nothing is left to do for its update,
 * the heatmap among it; those of a worker that dies are given to others after some seconds. Texts and buttons go first,
 * then photos: those of people who have few before those of people who have many.
 */
export class RedisJobs implements Jobs {
  readonly #redis: Redis;
  readonly #log: Log;
  readonly #times: LockTimes;
  readonly #queue: Queue<Data>;
  readonly #options: { readonly connection: Redis; readonly prefix: string };
  readonly #albums: GatheredAlbums;
  readonly #waiting: WaitingPeople;
  readonly #stopping = new AbortController();
  readonly #active: HeldJobs<Data>;
  #unanswered = 0;
  #isUsable = true;
  #worker: Worker<Data> | null = null;
  #fetching: Promise<void> = Promise.resolve();
  #renewing: NodeJS.Timeout | null = null;
  /** Told when a job needs this worker no more, or its answer is out. */
  #eased: () => void = () => undefined;

  constructor({ client, prefix }: RedisConnection, log: Log, times = TIMES) {
    this.#times = times;
    this.#redis = client;
    this.#log = log;
    this.#options = { connection: client, prefix };
    this.#queue = new Queue<Data>('updates', {
      ...this.#options,
      defaultJobOptions: { removeOnComplete: true, removeOnFail: true },
    });
    this.#queue.on('error', this.#noteError);
    this.#active = new HeldJobs(client, this.#queue, log, times.lock);
    this.#albums = new GatheredAlbums(client, prefix);
    this.#waiting = new WaitingPeople(client, prefix);
  }

  isReady(): boolean {
    return this.#redis.status === 'ready' && !this.#stopping.signal.aborted;
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
    const worker = new Worker<Data>('updates', null, {
      ...this.#options,
      autorun: false,
      lockDuration: this.#times.lock,
      stalledInterval: this.#times.look,
      // How often is too often the conversation says, with a sentence.
      maxStalledCount: 1_000,
      drainDelay: FETCH_S,
    });
    worker.on('error', this.#noteError);
    this.#worker = worker;
    this.#renewing = setInterval(() => {
      if (this.#isConnected) this.#active.renew(worker).catch(this.#noteError);
    }, this.#times.renewal);
    if (this.#isUsable) worker.startStalledCheckTimer().catch(this.#noteError);
    else void worker.pause(true);
    this.#fetching = this.#fetch(worker, mate);
  }

  /** Takes no more jobs; those it has are worked on. */
  async stopWorking(): Promise<void> {
    this.#stopping.abort();
    await this.#fetching;
  }

  /** Gives back what is not over, for others to answer, and ends. */
  async close(): Promise<void> {
    await this.stopWorking();
    await this.#active.giveBack(this.#isConnected);
    clearInterval(this.#renewing ?? undefined);
    await this.#worker?.close(true);
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

  async #fetch(worker: Worker<Data>, mate: Workmate): Promise<void> {
    const { signal } = this.#stopping;
    const stopped = new Promise<'stopped'>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve('stopped');
      });
    });
    while (!signal.aborted) {
      await Promise.race([Promise.all([mate.room(), this.#ownRoom()]), stopped]);
      const next = this.#next(worker);
      const job = await Promise.race([next, stopped]);
      if (job === 'stopped') await this.#refuse(next);
      else if (job !== undefined) await this.#begin(job, mate);
    }
  }

  /** Gives back what comes although this worker stops; while Redis is away nothing comes, and nothing tells so. */
  async #refuse(next: Promise<Job<Data> | undefined>): Promise<void> {
    const job = await Promise.race([next, wait(FETCH_WITHIN_MS)]);
    if (job instanceof Job) await job.moveToWait(this.#active.token).catch(this.#noteError);
  }

  /** Resolves once another update's work can be looked after. */
  async #ownRoom(): Promise<void> {
    while (this.#unanswered >= UNANSWERED || this.#active.size >= ACTIVE) {
      await new Promise<void>((resolve) => (this.#eased = resolve));
    }
  }

  async #next(worker: Worker<Data>): Promise<Job<Data> | undefined> {
    if (this.#stopping.signal.aborted) return undefined;
    try {
      const job = worker.isPaused()
        ? undefined
        : ((await worker.getNextJob(this.#active.token)) as Job<Data> | undefined);
      if (job === undefined && worker.isPaused()) await wait(FETCH_AGAIN_MS);
      return job;
    } catch (error) {
      this.#noteError(error as Error);
      await wait(FETCH_AGAIN_MS);
      return undefined;
    }
  }

  /** Hands a job's updates on, in order, and looks after it until it is over. */
  async #begin(job: Job<Data>, { take }: Workmate): Promise<void> {
    const { id = '', data } = job;
    this.#active.add(id, job);
    this.#unanswered += 1;
    const history = {
      begun: job.attemptsStarted > 1,
      deaths: job.stalledCounter,
      ahead: data.ahead,
      // By the clocks of two machines, perhaps.
      waited: Math.max(Date.now() - job.timestamp, 0),
    };
    try {
      const updates = 'update' in data ? [data.update] : await this.#albums.of(data.album, id);
      const taken: Taken[] = [];
      for (const update of updates) taken.push(await take(update, history));
      void Promise.all(taken.map(({ answered }) => answered)).finally(() => {
        this.#unanswered -= 1;
        this.#eased();
      });
      void this.#end(job, Promise.all(taken.map(({ over }) => over)));
    } catch (error) {
      this.#unanswered -= 1;
      // Its lock ends, and it comes again.
      this.#active.delete(id);
      this.#noteError(error as Error);
    }
  }

  async #end(job: Job<Data>, over: Promise<UpdateOutcome[]>): Promise<void> {
    const { id = '', data } = job;
    try {
      const outcomes = await over;
      // Given back meanwhile.
      if (!this.#active.delete(id)) return;
      if (outcomes.includes('again')) {
        await job.moveToDelayed(Date.now() + AGAIN_MS, this.#active.token);
        return;
      }
      if ('album' in data) await this.#albums.answered(data.album, id);
      await job.moveToCompleted(null, this.#active.token, false);
      await this.#waiting.remove(data.person);
    } catch (error) {
      // Whoever gets it then finds that it is answered.
      this.#noteError(error as Error);
    } finally {
      this.#eased();
    }
  }

  /**
   * Is told how Redis is. While it is away or full nothing is taken from anybody: a worker that cannot say that it works
   * has not died.
   */
  follow(state: RedisState): void {
    this.#isUsable = state === 'ready';
    const worker = this.#worker;
    if (worker === null) return;
    if (this.#isUsable) void this.#resume(worker).catch(this.#noteError);
    else void worker.pause(true);
  }

  async #resume(worker: Worker<Data>): Promise<void> {
    if (!worker.isPaused()) return;
    await this.#active.reclaim(worker);
    await wait(this.#times.back, undefined, { signal: this.#stopping.signal });
    if (!this.#isUsable) return;
    await worker.resume();
    await worker.startStalledCheckTimer();
  }

  /** That the connection is gone, or that Redis is full, is told once, by whoever looks after it. */
  readonly #noteError = (error: Error): void => {
    if (this.#stopping.signal.aborted || !this.#isConnected || takesNothing(error)) return;
    this.#log.warn({ err: error }, 'the queue failed');
  };
}

/** Whose turn it is: what looks at no photo first, as it is told no number; then by number. */
function turn(hasPhoto: Waybill['hasPhoto'], ahead: number): { readonly priority?: number } {
  return hasPhoto ? { priority: 1 + Math.min(ahead, LOWEST) } : {};
}
