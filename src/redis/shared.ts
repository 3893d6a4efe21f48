import type { Store } from '../analysis/store.js';
import type { Limiters } from '../bot/telegram/send-pace.js';
import type { Log } from '../log.js';
import { RedisConnection } from './connection.js';
import type { RedisState } from './connection.js';
import { RedisJobs } from './job-queue.js';
import { PollingTurn } from './polling-turn.js';
import { RedisStore } from './redis-store.js';
import { sharedLimiters } from './shared-pace.js';

/** What all processes of a bot have in common. */
export interface Shared {
  readonly redis: RedisConnection;
  readonly queue: RedisJobs;
  readonly turn: PollingTurn;
  readonly store: Store;
  readonly limiters: Limiters;
}

/** @throws RedisError where the Redis cannot be relied on */
export async function shareOnRedis(
  url: string,
  token: string,
  log: Log,
  onState: (state: RedisState) => void,
): Promise<Shared> {
  // A bot has its number in its token; the other number is the version of what stands under the keys.
  const prefix = `sorot:1:${token.split(':')[0] ?? ''}`;
  let queue: RedisJobs | null = null;
  const redis = await RedisConnection.connect({
    url,
    prefix,
    log,
    onState: (state) => {
      queue?.follow(state);
      onState(state);
    },
  });
  queue = new RedisJobs(redis, log);
  return {
    redis,
    queue,
    turn: new PollingTurn(redis.client, prefix, log),
    store: new RedisStore(redis),
    limiters: sharedLimiters(redis),
  };
}
