import { BoundedCache } from './cache.js';
import type { CacheOptions } from './cache.js';

/** What is remembered of one kind of thing, by key. Values are such as JSON can write. */
export interface Kept<V> {
  /** Undefined where nothing is kept, or no more. */
  get(key: string): Promise<V | undefined>;
  set(key: string, value: V): Promise<void>;
  /** Keeps a value where there is none; whether there was none. */
  add(key: string, value: V): Promise<boolean>;
  delete(key: string): Promise<void>;
}

/** Everything that is remembered from one photo or message to the next, wherever that is kept. */
export interface Store {
  /** What is kept under the name of one kind: the same, whoever asks, within the bounds of who asked first. */
  kept<V>(kind: string, bounds: CacheOptions): Kept<V>;
  close(): Promise<void>;
}

/** A store in this process' memory: what is in it is lost with the process. */
export class MemoryStore implements Store {
  readonly #caches = new Map<string, BoundedCache<unknown>>();

  kept<V>(kind: string, bounds: CacheOptions): Kept<V> {
    const known = this.#caches.get(kind);
    const cache = (known ?? new BoundedCache(bounds)) as BoundedCache<V>;
    if (known === undefined) this.#caches.set(kind, cache);
    return {
      get: (key) => Promise.resolve(cache.get(key)),
      set: (key, value) => {
        cache.set(key, value);
        return Promise.resolve();
      },
      add: (key, value) => {
        const isNew = !cache.has(key);
        if (isNew) cache.set(key, value);
        return Promise.resolve(isNew);
      },
      delete: (key) => {
        cache.delete(key);
        return Promise.resolve();
      },
    };
  }

  close(): Promise<void> {
    for (const cache of this.#caches.values()) cache.close();
    this.#caches.clear();
    return Promise.resolve();
  }
}
