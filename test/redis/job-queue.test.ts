import { setTimeout as wait } from 'node:timers/promises';
import type { Update } from 'telegraf/types';
import { expect, it, onTestFinished } from 'vitest';
import type { History, Taken, UpdateOutcome } from '../../src/bot/state/updates.js';
import { createLog } from '../../src/log.js';
import { RedisConnection } from '../../src/redis/connection.js';
import type { RedisState } from '../../src/redis/connection.js';
import { RedisJobs } from '../../src/redis/job-queue.js';
import type { RedisServer } from '../../bench/redis-server.js';
import { describeWithRedis, startRedis } from '../support/redis.js';

const log = createLog({ level: 'silent', secrets: [] });

/** A tenth of what it is outside of tests. */
const TIMES = { lock: 1000, renewal: 300, look: 500, back: 2500 };

const PHOTO = [{ file_id: 'f', file_unique_id: 'u', width: 640, height: 480 }];

function update(id: number, person: number, content: object): Update {
  const from = { id: person, is_bot: false, first_name: 'A' };
  const chat = { id: person, type: 'private', first_name: 'A' };
  return { update_id: id, message: { message_id: id, date: 1, chat, from, ...content } } as unknown as Update;
}

const text = (id: number, person = 1): Update => update(id, person, { text: 'hello' });

function photo(id: number, person = 1, album?: string): Update {
  return update(id, person, { photo: PHOTO, ...(album !== undefined && { media_group_id: album }) });
}

interface Queue {
  readonly jobs: RedisJobs;
  readonly redis: RedisConnection;
  readonly state: (wanted: RedisState) => Promise<void>;
}

async function queue(server: RedisServer): Promise<Queue> {
  let now: RedisState = 'away';
  const waiting = new Set<() => void>();
  let jobs: RedisJobs | null = null;
  const redis = await RedisConnection.connect({
    url: server.url,
    prefix: 'sorot:1:42',
    log,
    onState: (state) => {
      jobs?.follow(state);
      now = state;
      for (const look of waiting) look();
    },
  });
  const made = new RedisJobs(redis, log, TIMES);
  jobs = made;
  onTestFinished(async () => {
    await made.close();
    await redis.close();
  });
  const state = (wanted: RedisState): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (now === wanted) resolve();
      };
      waiting.add(look);
      look();
    });
  return { jobs: made, redis, state };
}

/** Somebody who answers: what was handed over, and how to end the work on it. */
class Mate {
  readonly taken: { readonly id: number; readonly history: History }[] = [];
  readonly #ends = new Map<number, (outcome: UpdateOutcome) => void>();
  readonly #looks = new Set<() => void>();
  readonly #endsAtOnce: boolean;

  constructor(endsAtOnce = true) {
    this.#endsAtOnce = endsAtOnce;
  }

  readonly room = (): Promise<void> => Promise.resolve();

  readonly take = (update: Update, history: History): Promise<Taken> => {
    const { update_id: id } = update;
    this.taken.push({ id, history });
    for (const look of this.#looks) look();
    const over = this.#endsAtOnce
      ? Promise.resolve('answered' as const)
      : new Promise<UpdateOutcome>((resolve) => this.#ends.set(id, resolve));
    return Promise.resolve({ answered: over, over });
  };

  end(id: number, outcome: UpdateOutcome = 'answered'): void {
    this.#ends.get(id)?.(outcome);
  }

  get ids(): number[] {
    return this.taken.map(({ id }) => id);
  }

  /** Resolves once so many were handed over. */
  has(howMany: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.taken.length >= howMany) resolve();
      };
      this.#looks.add(look);
      look();
    });
  }
}

async function drained({ jobs }: Queue): Promise<void> {
  for (;;) {
    const { waiting, active } = (await jobs.counts()) ?? { waiting: 1, active: 0 };
    if (waiting + active === 0) return;
    await wait(20);
  }
}

describeWithRedis('updates in Redis', () => {
  it('are confirmed when they are stored, and answered by whoever works', async () => {
    const server = await startRedis();
    const receiver = await queue(server);
    const worker = await queue(server);
    const taken = await receiver.jobs.take(text(1));
    expect(await taken?.answered).toBe('answered');
    const mate = new Mate();
    worker.jobs.work(mate);
    await receiver.jobs.take(photo(2));
    await mate.has(2);
    await drained(worker);
    expect(mate.ids).toEqual([1, 2]);
    expect(mate.taken[0]?.history).toMatchObject({ begun: false, deaths: 0, ahead: 0 });
  });

  it('are there once, however often Telegram sends them', async () => {
    const server = await startRedis();
    const one = await queue(server);
    for (let i = 0; i < 3; i++) expect(await one.jobs.take(text(7))).not.toBeNull();
    expect(await one.jobs.counts()).toEqual({ waiting: 1, active: 0 });
  });

  it('without a photo go first, then the photos of people who have few', async () => {
    const server = await startRedis();
    const one = await queue(server);
    for (let id = 1; id <= 5; id++) await one.jobs.take(photo(id, 1));
    await one.jobs.take(photo(6, 2));
    await one.jobs.take(photo(7, 2));
    await one.jobs.take(text(8, 3));
    const mate = new Mate();
    one.jobs.work(mate);
    await mate.has(8);
    expect(mate.ids).toEqual([8, 1, 6, 2, 7, 3, 4, 5]);
    expect(mate.taken.map(({ history }) => history.ahead)).toEqual([0, 0, 0, 1, 1, 2, 3, 4]);
  });

  it('of one album come together, to one worker, though different receivers took them', async () => {
    const server = await startRedis();
    const [one, other] = [await queue(server), await queue(server)];
    const mates = [new Mate(), new Mate()] as const;
    one.jobs.work(mates[0]);
    other.jobs.work(mates[1]);
    for (let id = 1; id <= 6; id++) await (id % 2 === 0 ? one : other).jobs.take(photo(id, 1, 'album'));
    await Promise.race(mates.map((mate) => mate.has(6)));
    await drained(one);
    expect([mates[0].ids, mates[1].ids].filter(({ length }) => length > 0)).toEqual([[1, 2, 3, 4, 5, 6]]);
  });

  it('of an album that come late, or once more, are another job’s, whoever works on the first', async () => {
    const server = await startRedis();
    const [one, other] = [await queue(server), await queue(server)];
    const [slow, quick] = [new Mate(false), new Mate()];
    one.jobs.work(slow);
    for (const id of [1, 2]) await other.jobs.take(photo(id, 1, 'album'));
    await slow.has(2);
    other.jobs.work(quick);
    await other.jobs.take(photo(3, 1, 'album'));
    await Promise.race([slow.has(3), quick.has(1)]);
    for (const id of [1, 2, 3]) slow.end(id);
    await drained(other);
    expect([...slow.ids, ...quick.ids].toSorted()).toEqual([1, 2, 3]);
  });

  it('whose answer could not be sent come again', async () => {
    const server = await startRedis();
    const one = await queue(server);
    const mate = new Mate(false);
    one.jobs.work(mate);
    await one.jobs.take(text(1));
    await mate.has(1);
    mate.end(1, 'again');
    await mate.has(2);
    mate.end(1);
    await drained(one);
    expect(mate.taken[1]?.history.begun).toBe(true);
  });

  it('of a worker that stops are given to others at once', async () => {
    const server = await startRedis();
    const [one, other] = [await queue(server), await queue(server)];
    const [stopping, staying] = [new Mate(false), new Mate()];
    one.jobs.work(stopping);
    await one.jobs.take(photo(1));
    await stopping.has(1);
    other.jobs.work(staying);
    await one.jobs.close();
    await staying.has(1);
    expect(staying.taken).toMatchObject([{ id: 1, history: { begun: true, deaths: 0, ahead: 0 } }]);
    await drained(other);
  });

  it('of a worker that dies are given to others, who are told so', async () => {
    const server = await startRedis();
    const [one, other] = [await queue(server), await queue(server)];
    const [dying, living] = [new Mate(false), new Mate()];
    one.jobs.work(dying);
    await other.jobs.take(photo(1));
    await dying.has(1);
    await one.redis.close();
    other.jobs.work(living);
    await living.has(1);
    expect(living.taken).toMatchObject([{ id: 1, history: { begun: true, deaths: 1, ahead: 0 } }]);
    await drained(other);
  });

  it('stay with their worker over an outage of Redis that is longer than their lock', async () => {
    const server = await startRedis();
    const [one, other] = [await queue(server), await queue(server)];
    const [working, idle] = [new Mate(false), new Mate()];
    one.jobs.work(working);
    await one.jobs.take(photo(1));
    await working.has(1);
    other.jobs.work(idle);
    await server.stop();
    await Promise.all([one.state('away'), other.state('away')]);
    expect(one.jobs.isReady()).toBe(false);
    // Nothing tells that a lock has ended, or that nobody was given a job.
    await wait(1.2 * TIMES.lock);
    await server.start();
    await Promise.all([one.state('ready'), other.state('ready')]);
    await wait(TIMES.back + 2 * TIMES.look + TIMES.lock);
    expect(idle.ids).toEqual([]);
    expect(working.ids).toEqual([1]);
    working.end(1);
    await drained(one);
    await other.jobs.take(text(2));
    await Promise.race([idle.has(1), working.has(2)]);
  });

  it('stay with their worker while Redis is full for longer than their lock', async () => {
    const server = await startRedis();
    const [one, other] = [await queue(server), await queue(server)];
    const [working, idle] = [new Mate(false), new Mate()];
    one.jobs.work(working);
    await one.jobs.take(photo(1));
    await working.has(1);
    other.jobs.work(idle);
    const { client } = one.redis;
    // A look by then has marked the job as one that may have died with its worker.
    await wait(2 * TIMES.look);
    await client.config('SET', 'maxmemory', '1');
    await Promise.all([one.state('full'), other.state('full')]);
    while ((await client.keys('*update-1:lock')).length > 0) await wait(TIMES.renewal);
    await client.config('SET', 'maxmemory', '0');
    await Promise.all([one.state('ready'), other.state('ready')]);
    // BullMQ lets five seconds pass after a look that failed.
    await wait(5_000 + TIMES.back + 2 * TIMES.look);
    expect(idle.ids).toEqual([]);
    working.end(1);
    await drained(one);
    await other.jobs.take(text(2));
    await Promise.race([idle.has(1), working.has(2)]);
  });

  it('are taken again where Redis comes back full and has room later', async () => {
    const server = await startRedis();
    const one = await queue(server);
    const mate = new Mate(false);
    one.jobs.work(mate);
    await one.jobs.take(photo(1));
    await mate.has(1);
    await server.stop();
    await one.state('away');
    await server.start('--maxmemory', '1');
    await one.state('full');
    await one.redis.client.config('SET', 'maxmemory', '0');
    await one.state('ready');
    await one.jobs.take(photo(2));
    await mate.has(2);
  });

  it('cannot be taken while Redis is away', async () => {
    const server = await startRedis();
    const one = await queue(server);
    await server.stop();
    await one.state('away');
    expect(one.jobs.isReady()).toBe(false);
    const room = new AbortController();
    const waited = one.jobs.room(room.signal).then(() => 'room');
    expect(await Promise.race([waited, Promise.resolve('none')])).toBe('none');
    await server.start();
    expect(await waited).toBe('room');
  });

  it('are answered once although Redis takes nothing when they are', async () => {
    const server = await startRedis();
    const one = await queue(server);
    const mate = new Mate(false);
    one.jobs.work(mate);
    await one.jobs.take(photo(1));
    await mate.has(1);
    const { client } = one.redis;
    await client.config('SET', 'maxmemory', '1');
    mate.end(1);
    await drained(one);
    expect(await one.jobs.take(photo(2))).toBeNull();
    await client.config('SET', 'maxmemory', '0');
    await drained(one);
    await one.jobs.take(photo(3));
    await mate.has(2);
    mate.end(3);
    await drained(one);
    expect(mate.ids).toEqual([1, 3]);
  });
});
