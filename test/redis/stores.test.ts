import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryStore } from '../../src/analysis/store.js';
import type { Store } from '../../src/analysis/store.js';
import { RedisStore } from '../../src/redis/redis-store.js';
import { describeWithRedis, ON_DISK, startRedis } from '../support/redis.js';
import { connectionTo, PREFIX } from '../support/redis-connection.js';

function inMemory(): Promise<Store> {
  const store = new MemoryStore();
  onTestFinished(() => store.close());
  return Promise.resolve(store);
}

async function inRedis(): Promise<Store> {
  return new RedisStore(await connectionTo(await startRedis()));
}

const isNumber = (value: unknown): boolean => typeof value === 'number';

/** What every store does: what is written with one in mind holds with the others. */
function whateverItIs(make: () => Promise<Store>): void {
  it('gives what was kept, by kind and key, until it is taken away', async () => {
    const store = await make();
    const photos = store.kept<{ readonly id: string }>('photo', { limit: 10 });
    const counts = store.kept<number>('count', { limit: 10 });
    await photos.set('a', { id: 'one' });
    await counts.set('a', 7);
    expect(await photos.get('a')).toEqual({ id: 'one' });
    expect(await counts.get('a')).toBe(7);
    expect(await photos.get('b')).toBeUndefined();
    expect([await photos.delete('a'), await photos.delete('a')]).toEqual([true, false]);
    expect(await photos.get('a')).toBeUndefined();
    expect(await counts.get('a')).toBe(7);
  });

  it('is the same for all who ask for one kind', async () => {
    const store = await make();
    await store.kept<number>('count', { limit: 10 }).set('a', 1);
    expect(await store.kept<number>('count', { limit: 10 }).get('a')).toBe(1);
  });

  it('adds once, whoever is first', async () => {
    const store = await make();
    const told = store.kept<string>('told', { limit: 10 });
    expect(await Promise.all([told.add('a', 'first'), told.add('a', 'second')])).toEqual([true, false]);
    expect(await told.get('a')).toBe('first');
    await told.delete('a');
    expect(await told.add('a', 'third')).toBe(true);
  });

  it('keeps nothing of a kind that has no room', async () => {
    const store = await make();
    const none = store.kept<number>('none', { limit: 0 });
    await none.set('a', 1);
    expect([await none.add('b', 2), await none.get('a'), await none.get('b')]).toEqual([true, undefined, undefined]);
  });

  it('forgets after the time of its kind, counted from when it was set', async () => {
    const store = await make();
    const brief = store.kept<number>('brief', { limit: 10, ttlSeconds: 1 });
    const long = store.kept<number>('long', { limit: 10, ttlSeconds: 3600, lasting: isNumber });
    await Promise.all([brief.set('a', 1), long.set('a', 1)]);
    while ((await brief.get('a')) !== undefined) await pause(20);
    expect(await brief.add('a', 2)).toBe(true);
    expect(await long.get('a')).toBe(1);
  });

  it.each(['', ' ', ':', 'a:b c', '__proto__', 'é\n🙂'])('takes %j as a key like any other', async (key) => {
    const kept = (await make()).kept<string>('odd', { limit: 10 });
    await kept.set(key, 'a value');
    expect(await kept.get(key)).toBe('a value');
    expect(await kept.get(`${key}x`)).toBeUndefined();
  });
}

describe('a store in memory', () => {
  whateverItIs(inMemory);

  it('has room for so many of a kind, and drops what was used longest ago', async () => {
    const few = (await inMemory()).kept<number>('few', { limit: 2 });
    await few.set('a', 1);
    await few.set('b', 2);
    await few.get('a');
    await few.set('c', 3);
    expect([await few.get('a'), await few.get('b'), await few.get('c')]).toEqual([1, undefined, 3]);
    expect(few.size).toBe(2);
  });
});

describeWithRedis('a store in Redis', () => {
  whateverItIs(inRedis);

  it('has what another process wrote, also after Redis was killed', async () => {
    const server = await startRedis(...ON_DISK);
    const options = { limit: 10, lasting: isNumber };
    const written = new RedisStore(await connectionTo(server)).kept<number>('settings', options);
    const read = new RedisStore(await connectionTo(server)).kept<number>('settings', options);
    await written.set('a', 1);
    expect(await read.get('a')).toBe(1);
    await server.stop('SIGKILL');
    await server.start();
    expect(await read.get('a')).toBe(1);
  });

  it('keeps everything for a time: what lasts for over a year from when it was asked for, the rest for two days', async () => {
    const connection = await connectionTo(await startRedis());
    const store = new RedisStore(connection);
    const lasting = store.kept<number>('lasting', { limit: 10, lasting: isNumber });
    await lasting.set('a', 1);
    await lasting.add('b', 1);
    await store.kept<number>('usual', { limit: 10 }).set('a', 1);
    await connection.client.expire(`${PREFIX}:lasting:a`, 60);
    await lasting.get('a');
    const days = async (key: string): Promise<number> =>
      Math.round((await connection.client.pttl(`${PREFIX}:${key}`)) / 86_400_000);
    expect(await Promise.all(['lasting:a', 'lasting:b', 'usual:a'].map(days))).toEqual([400, 400, 2]);
  });

  it('takes what makes no sense as if it were not there', async () => {
    const connection = await connectionTo(await startRedis());
    const kept = new RedisStore(connection).kept<number>('count', { limit: 10, lasting: isNumber });
    await connection.client.mset(`${PREFIX}:count:a`, '{"half', `${PREFIX}:count:b`, '"no number"');
    expect([await kept.get('a'), await kept.get('b')]).toEqual([undefined, undefined]);
    await kept.set('a', 3);
    expect(await kept.get('a')).toBe(3);
  });

  it('goes without what only spares work while Redis is full, and refuses what people would believe to be kept', async () => {
    const connection = await connectionTo(await startRedis());
    const store = new RedisStore(connection);
    const usual = store.kept<number>('usual', { limit: 10 });
    const lasting = store.kept<number>('lasting', { limit: 10, lasting: isNumber });
    await usual.set('before', 1);
    await connection.client.config('SET', 'maxmemory', '1');
    await usual.set('a', 1);
    expect([await usual.get('before'), await usual.get('a'), await usual.add('a', 2)]).toEqual([1, undefined, true]);
    await expect(lasting.set('a', 1)).rejects.toThrow('OOM');
    expect(await lasting.get('a')).toBeUndefined();
  });
});
