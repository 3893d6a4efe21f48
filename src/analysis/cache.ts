import NodeCache from 'node-cache';

export interface CacheOptions {
  /** Entries at most; 0 keeps nothing. */
  readonly limit: number;
  /** Seconds an entry lives from when it was set; 0 or absent: for ever. */
  readonly ttlSeconds?: number;
}

/** Seconds between two looks for what has outlived its time; until then it is only not given out. */
const SWEEP_S = 600;

/**
 * Values by key, in memory, so many at most: the one that was neither read nor set for longest makes room. Values are
 * given out as they were put in, not as copies.
 */
export class BoundedCache<V> {
  readonly #limit: number;
  readonly #entries: NodeCache;
  /** Names of the entries, oldest first: node-cache itself refuses when full and knows no age. */
  readonly #ages = new Set<string>();

  constructor({ limit, ttlSeconds = 0 }: CacheOptions) {
    this.#limit = limit;
    this.#entries = new NodeCache({
      useClones: false,
      stdTTL: ttlSeconds,
      checkperiod: ttlSeconds === 0 ? 0 : SWEEP_S,
    });
    this.#entries.on('del', (name: string) => this.#ages.delete(name));
  }

  /** Entries there are; one that has outlived its time may be among them until it is looked for. */
  get size(): number {
    return this.#ages.size;
  }

  /** Every entry, the one that was neither read nor set for longest first. */
  entries(): [key: string, value: V][] {
    return [...this.#ages].flatMap((name): [string, V][] => {
      const value = this.#entries.get<V>(name);
      return value === undefined ? [] : [[keyOf(name), value]];
    });
  }

  get(key: string): V | undefined {
    const name = nameOf(key);
    const value = this.#entries.get<V>(name);
    if (value !== undefined) this.#makeYoung(name);
    return value;
  }

  has(key: string): boolean {
    return this.#entries.has(nameOf(key));
  }

  set(key: string, value: V): void {
    if (this.#limit < 1) return;
    const name = nameOf(key);
    this.#makeYoung(name);
    this.#entries.set(name, value);
    for (const oldest of this.#ages) {
      if (this.#ages.size <= this.#limit) break;
      this.#entries.del(oldest);
    }
  }

  /** Whether there was something. */
  delete(key: string): boolean {
    const wasThere = this.has(key);
    this.#entries.del(nameOf(key));
    return wasThere;
  }

  clear(): void {
    this.#entries.flushAll();
    this.#ages.clear();
  }

  /** Empties the cache and ends its timer. */
  close(): void {
    this.clear();
    this.#entries.close();
  }

  #makeYoung(name: string): void {
    this.#ages.delete(name);
    this.#ages.add(name);
  }
}

/** node-cache keeps entries as properties of a plain object, which has names such as `constructor` already. */
function nameOf(key: string): string {
  return `:${key}`;
}

function keyOf(name: string): string {
  return name.slice(1);
}
