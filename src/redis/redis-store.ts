import type { Kept, KeptOptions, Store } from '../analysis/store.js';
import type { RedisConnection } from './connection.js';
import { takesNothing } from './redis-error.js';

const DAY_MS = 86_400_000;

/** How long what lasts is kept after it was last asked for, in milliseconds: people come back after a year. */
const LASTING_MS = 400 * DAY_MS;

/** How long anything else is kept whose time is not told: Telegram keeps an update for one day. */
const USUAL_MS = 2 * DAY_MS;

/**
 * A store in Redis, the same for all processes that use it: values as JSON, each under a key of its own, with a lifetime.
 * That is what bounds it: how many of a kind are kept at most has no meaning here, but that 0 keeps none.
 *
 * While Redis is away every call waits. What was asked when it went away is asked again when it is back: `add` and `delete`
 * may then say that another was first. While Redis takes nothing more, what only spares work is not kept; what lasts is
 * refused, as people are told that it is kept.
 */
export class RedisStore implements Store {
  readonly #connection: RedisConnection;

  /** @param connection is closed by whoever made it. */
  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  kept<V>(kind: string, options: KeptOptions): Kept<V> {
    const { client, prefix } = this.#connection;
    const nameOf = (key: string): string => `${prefix}:${kind}:${key}`;
    const lifetime = lifetimeMs(options);
    const keepsNone = options.limit < 1;
    const { lasting } = options;
    const written = async <T>(write: Promise<T>, otherwise: T): Promise<T> => {
      try {
        return await write;
      } catch (error) {
        if (lasting !== undefined || !takesNothing(error)) throw error;
        return otherwise;
      }
    };
    return {
      size: null,
      get: async (key) => {
        const name = nameOf(key);
        const text = await (lasting === undefined ? client.get(name) : client.getex(name, 'PX', lifetime));
        const value = text === null ? undefined : valueOf(text);
        return lasting?.(value) === false ? undefined : (value as V | undefined);
      },
      set: async (key, value) => {
        if (!keepsNone) await written(client.set(nameOf(key), JSON.stringify(value), 'PX', lifetime), 'OK');
      },
      add: async (key, value) => {
        if (keepsNone) return true;
        return (await written(client.set(nameOf(key), JSON.stringify(value), 'PX', lifetime, 'NX'), 'OK')) !== null;
      },
      delete: async (key) => (await client.del(nameOf(key))) > 0,
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function lifetimeMs({ ttlSeconds = 0, lasting }: KeptOptions): number {
  if (ttlSeconds > 0) return ttlSeconds * 1000;
  return lasting === undefined ? USUAL_MS : LASTING_MS;
}

/** What others have written there, or nothing where it makes no sense. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
