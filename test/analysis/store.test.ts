import { afterEach, describe, expect, it } from 'vitest';
import { MemoryStore } from '../../src/analysis/store.js';
import type { Store } from '../../src/analysis/store.js';

/** Every store there is: what is written with one in mind holds with the others. */
const STORES: readonly (readonly [name: string, make: () => Store])[] = [['in memory', () => new MemoryStore()]];

describe.each(STORES)('a store %s', (_, make) => {
  let store: Store;

  afterEach(async () => {
    await store.close();
  });

  it('gives what was kept, by kind and key, until it is taken away', async () => {
    store = make();
    const photos = store.kept<{ readonly id: string }>('photo', { limit: 10 });
    const counts = store.kept<number>('count', { limit: 10 });
    await photos.set('a', { id: 'one' });
    await counts.set('a', 7);
    expect(await photos.get('a')).toEqual({ id: 'one' });
    expect(await counts.get('a')).toBe(7);
    expect(await photos.get('b')).toBeUndefined();
    await photos.delete('a');
    expect(await photos.get('a')).toBeUndefined();
    expect(await counts.get('a')).toBe(7);
  });

  it('is the same for all who ask for one kind', async () => {
    store = make();
    await store.kept<number>('count', { limit: 10 }).set('a', 1);
    expect(await store.kept<number>('count', { limit: 10 }).get('a')).toBe(1);
  });

  it('has room for so many of a kind, and drops what was used longest ago', async () => {
    store = make();
    const few = store.kept<number>('few', { limit: 2 });
    await few.set('a', 1);
    await few.set('b', 2);
    await few.get('a');
    await few.set('c', 3);
    expect([await few.get('a'), await few.get('b'), await few.get('c')]).toEqual([1, undefined, 3]);
  });

  it('adds once, whoever is first', async () => {
    store = make();
    const told = store.kept<string>('told', { limit: 10 });
    expect(await Promise.all([told.add('a', 'first'), told.add('a', 'second')])).toEqual([true, false]);
    expect(await told.get('a')).toBe('first');
  });
});
