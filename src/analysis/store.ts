import { BoundedCache } from './cache.js';
import type { CacheOptions } from './cache.js';
import type { StateFile } from './state-file.js';

/** What is remembered of one kind of thing, by key. Values are such as JSON can write. */
export interface Kept<V> {
  /** How many there are; null where the store does not count them. */
  readonly size: number | null;
  /** Undefined where nothing is kept, or no more. */
  get(key: string): Promise<V | undefined>;
  set(key: string, value: V): Promise<void>;
  /** Keeps a value where there is none; whether there was none. */
  add(key: string, value: V): Promise<boolean>;
  /** Whether there was something: of several who take the same away, one is told so. */
  delete(key: string): Promise<boolean>;
}

export interface KeptOptions extends CacheOptions {
  /** Given where this kind outlives the process, wherever the store can do that: whether what was found there is such. */
  readonly lasting?: (value: unknown) => boolean;
}

/** Everything that is remembered from one photo or message to the next, wherever that is kept. */
export interface Store {
  /** What is kept under the name of one kind: the same, whoever asks, within the bounds of who asked first. */
  kept<V>(kind: string, options: KeptOptions): Kept<V>;
  close(): Promise<void>;
}

/** A store in this process' memory: what is in it is lost with the process, but for what lasts where there is a file. */
export class MemoryStore implements Store {
  readonly #caches = new Map<string, BoundedCache<unknown>>();
  readonly #file: StateFile | null;

  constructor(file: StateFile | null = null) {
    this.#file = file;
  }

  kept<V>(kind: string, options: KeptOptions): Kept<V> {
    const cache = (this.#caches.get(kind) ?? this.#newCache(kind, options)) as BoundedCache<V>;
    const changed = (): void => {
      if (options.lasting !== undefined) this.#file?.changed();
    };
    return {
      get size() {
        return cache.size;
      },
      get: (key) => Promise.resolve(cache.get(key)),
      set: (key, value) => {
        cache.set(key, value);
        changed();
        return Promise.resolve();
      },
      add: (key, value) => {
        const isNew = !cache.has(key);
        if (isNew) {
          cache.set(key, value);
          changed();
        }
        return Promise.resolve(isNew);
      },
      delete: (key) => {
        const wasThere = cache.delete(key);
        if (wasThere) changed();
        return Promise.resolve(wasThere);
      },
    };
  }

  async close(): Promise<void> {
    await this.#file?.close();
    for (const cache of this.#caches.values()) cache.close();
    this.#caches.clear();
  }

  #newCache(kind: string, options: KeptOptions): BoundedCache<unknown> {
    const cache = new BoundedCache<unknown>(options);
    this.#caches.set(kind, cache);
    if (options.lasting !== undefined && this.#file !== null) {
      for (const [key, value] of this.#file.read(kind)) if (options.lasting(value)) cache.set(key, value);
      this.#file.follow(kind, () => cache.entries());
    }
    return cache;
  }
}
