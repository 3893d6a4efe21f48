import { setTimeout as wait } from 'node:timers/promises';
import { Job, Worker } from 'bullmq';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Update } from 'telegraf/types';
import type { History, Taken, UpdateOutcome } from '../bot/state/updates.js';
import type { Log } from '../log.js';
import type { RedisState } from './connection.js';
import type { GatheredAlbums } from './gathered-albums.js';
import { HeldJobs } from './held-jobs.js';
import { takesNothing } from './redis-error.js';
import type { WaitingPeople } from './waiting-people.js';

/** A job: an update, or an album whose updates are gathered elsewhere. */
export type Data =
  | { readonly update: Update; readonly person: string; readonly ahead: number }
  | { readonly album: string; readonly person: string; readonly ahead: number };

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

/** An answer that could not be sent is tried again after so many milliseconds. */
const AGAIN_MS = 1_000;

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

/** Whoever answers updates. */
export interface Workmate {
  readonly take: (update: Update, history: History) => Promise<Taken>;
  /** Resolves once its vision processes have nothing more to do than they should. */
  readonly room: () => Promise<unknown>;
}

/** What a worker has of the queue that it takes jobs from. */
export interface Source {
  readonly redis: Redis;
  readonly queue: Queue<Data>;
  readonly prefix: string;
  readonly albums: GatheredAlbums;
  readonly waiting: WaitingPeople;
}

/** Takes jobs out of the queue, one after the other, and looks after each until nothing is left to do for it. */
export class JobWorker {
  readonly #source: Source;
  readonly #times: LockTimes;
  readonly #log: Log;
  readonly #worker: Worker<Data>;
  readonly #held: HeldJobs<Data>;
  readonly #stopping = new AbortController();
  readonly #renewing: NodeJS.Timeout;
  readonly #fetching: Promise<void>;
  #unanswered = 0;
  #isUsable: boolean;
  /** Told when a job needs this worker no more, or its answer is out. */
  #eased: () => void = () => undefined;

  /** Begins to take jobs, where Redis is to be used at the moment. */
  constructor(source: Source, mate: Workmate, state: RedisState, times: LockTimes, log: Log) {
    this.#source = source;
    this.#times = times;
    this.#log = log;
    this.#isUsable = state === 'ready';
    const { redis, queue, prefix } = source;
    this.#held = new HeldJobs(redis, queue, log, times.lock);
    this.#worker = new Worker<Data>(queue.name, null, {
      connection: redis,
      prefix,
      autorun: false,
      lockDuration: times.lock,
      stalledInterval: times.look,
      // How often is too often the conversation says, with a sentence.
      maxStalledCount: 1_000,
      drainDelay: FETCH_S,
    });
    this.#worker.on('error', this.#noteError);
    this.#renewing = setInterval(() => {
      if (this.#isConnected) this.#held.renew(this.#worker).catch(this.#noteError);
    }, times.renewal);
    if (this.#isUsable) this.#worker.startStalledCheckTimer().catch(this.#noteError);
    else void this.#worker.pause(true);
    this.#fetching = this.#fetch(mate);
  }

  /**
   * Is told how Redis is. While it is away or full nothing is taken from anybody: a worker that cannot say that it works
   * has not died.
   */
  follow(state: RedisState): void {
    this.#isUsable = state === 'ready';
    if (this.#isUsable) void this.#resume().catch(this.#noteError);
    else void this.#worker.pause(true);
  }

  /** Takes no more jobs; those it has are worked on. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#fetching;
  }

  /** Gives back what is not over, for others to answer, and ends. */
  async close(): Promise<void> {
    await this.stop();
    await this.#held.giveBack(this.#isConnected);
    clearInterval(this.#renewing);
    await this.#worker.close(true);
  }

  get #isConnected(): boolean {
    return this.#source.redis.status === 'ready';
  }

  async #resume(): Promise<void> {
    if (!this.#worker.isPaused()) return;
    await this.#held.reclaim(this.#worker);
    await wait(this.#times.back, undefined, { signal: this.#stopping.signal });
    if (!this.#isUsable) return;
    await this.#worker.resume();
    await this.#worker.startStalledCheckTimer();
  }

  async #fetch(mate: Workmate): Promise<void> {
    const { signal } = this.#stopping;
    const stopped = new Promise<'stopped'>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve('stopped');
      });
    });
    while (!signal.aborted) {
      await Promise.race([Promise.all([mate.room(), this.#ownRoom()]), stopped]);
      const next = this.#next();
      const job = await Promise.race([next, stopped]);
      if (job === 'stopped') await this.#refuse(next);
      else if (job !== undefined) await this.#begin(job, mate);
    }
  }

  /** Gives back what comes although this worker stops; while Redis is away nothing comes, and nothing tells so. */
  async #refuse(next: Promise<Job<Data> | undefined>): Promise<void> {
    const job = await Promise.race([next, wait(FETCH_WITHIN_MS)]);
    if (job instanceof Job) await job.moveToWait(this.#held.token).catch(this.#noteError);
  }

  /** Resolves once another update's work can be looked after. */
  async #ownRoom(): Promise<void> {
    while (this.#unanswered >= UNANSWERED || this.#held.size >= ACTIVE) {
      await new Promise<void>((resolve) => (this.#eased = resolve));
    }
  }

  async #next(): Promise<Job<Data> | undefined> {
    if (this.#stopping.signal.aborted) return undefined;
    try {
      const job = this.#worker.isPaused()
        ? undefined
        : ((await this.#worker.getNextJob(this.#held.token)) as Job<Data> | undefined);
      if (job === undefined && this.#worker.isPaused()) await wait(FETCH_AGAIN_MS);
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
    this.#held.add(id, job);
    this.#unanswered += 1;
    const history = {
      begun: job.attemptsStarted > 1,
      deaths: job.stalledCounter,
      ahead: data.ahead,
      // By the clocks of two machines, perhaps.
      waited: Math.max(Date.now() - job.timestamp, 0),
    };
    try {
      const updates = 'update' in data ? [data.update] : await this.#source.albums.of(data.album, id);
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
      this.#held.delete(id);
      this.#noteError(error as Error);
    }
  }

  async #end(job: Job<Data>, over: Promise<UpdateOutcome[]>): Promise<void> {
    const { id = '', data } = job;
    try {
      const outcomes = await over;
      // Given back meanwhile.
      if (!this.#held.delete(id)) return;
      if (outcomes.includes('again')) {
        await job.moveToDelayed(Date.now() + AGAIN_MS, this.#held.token);
        return;
      }
      if ('album' in data) await this.#source.albums.answered(data.album, id);
      await job.moveToCompleted(null, this.#held.token, false);
      await this.#source.waiting.remove(data.person);
    } catch (error) {
      // Whoever gets it then finds that it is answered.
      this.#noteError(error as Error);
    } finally {
      this.#eased();
    }
  }

  /** That the connection is gone, or that Redis is full, is told once, by whoever looks after it. */
  readonly #noteError = (error: Error): void => {
    if (this.#stopping.signal.aborted || !this.#isConnected || takesNothing(error)) return;
    this.#log.warn({ err: error }, 'the queue failed');
  };
}
