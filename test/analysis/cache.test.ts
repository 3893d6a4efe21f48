import { afterEach, describe, expect, it, vi } from 'vitest';
import { BoundedCache } from '../../src/analysis/cache.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('a full cache', () => {
  it('lets the oldest go', () => {
    const cache = new BoundedCache<number>({ limit: 2 });
    for (const [value, key] of ['a', 'b', 'c'].entries()) cache.set(key, value);
    expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([undefined, 1, 2]);
    expect(cache.size).toBe(2);
  });

  it('keeps what was read or set again', () => {
    const cache = new BoundedCache<number>({ limit: 3 });
    for (const key of ['a', 'b', 'c']) cache.set(key, 0);
    cache.get('a');
    cache.set('b', 1);
    cache.set('d', 0);
    expect(['a', 'b', 'c', 'd'].map((key) => cache.has(key))).toEqual([true, true, false, true]);
  });

  it('takes numbers for keys in the order they came', () => {
    const cache = new BoundedCache<string>({ limit: 2 });
    for (const key of ['9', '1', '5']) cache.set(key, key);
    expect([cache.get('9'), cache.get('1'), cache.get('5')]).toEqual([undefined, '1', '5']);
  });
});

it('gives out what was put in, and not a copy', () => {
  const cache = new BoundedCache<object>({ limit: 1 });
  const value = { big: new Float32Array(4) };
  cache.set('key', value);
  expect(cache.get('key')).toBe(value);
});

it.each(['constructor', '__proto__', 'toString', ''])('knows no entry called "%s" until there is one', (key) => {
  const cache = new BoundedCache<number>({ limit: 4 });
  expect([cache.get(key), cache.has(key)]).toEqual([undefined, false]);
  cache.set(key, 1);
  expect(cache.get(key)).toBe(1);
});

it('keeps nothing with a limit of 0', () => {
  const cache = new BoundedCache<number>({ limit: 0 });
  cache.set('a', 1);
  expect([cache.get('a'), cache.size]).toEqual([undefined, 0]);
});

it('forgets what is deleted, and all when cleared', () => {
  const cache = new BoundedCache<number>({ limit: 4 });
  for (const key of ['a', 'b', 'c']) cache.set(key, 0);
  cache.delete('a');
  expect([cache.has('a'), cache.size]).toEqual([false, 2]);
  cache.clear();
  expect([cache.has('b'), cache.size]).toEqual([false, 0]);
  for (const key of ['d', 'e', 'f', 'g', 'h']) cache.set(key, 1);
  expect(cache.size).toBe(4);
});

describe('with a time to live', () => {
  it('lets an entry go when its time is over, however often it was read', () => {
    vi.useFakeTimers();
    const cache = new BoundedCache<number>({ limit: 4, ttlSeconds: 10 });
    cache.set('a', 1);
    vi.advanceTimersByTime(6000);
    expect(cache.get('a')).toBe(1);
    vi.advanceTimersByTime(6000);
    expect([cache.get('a'), cache.size]).toEqual([undefined, 0]);
    cache.close();
  });

  it('forgets in time what nobody asks for', () => {
    vi.useFakeTimers();
    const cache = new BoundedCache<number>({ limit: 4, ttlSeconds: 10 });
    cache.set('a', 1);
    vi.advanceTimersByTime(3_600_000);
    expect(cache.size).toBe(0);
    cache.close();
  });
});
