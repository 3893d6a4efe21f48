import pino from 'pino';
import { onTestFinished } from 'vitest';
import { RedisConnection } from '../../src/redis/connection.js';
import type { RedisServer } from '../../bench/redis-server.js';

/** That of the bot of the tests. */
export const PREFIX = 'sorot:1:123456789';

/** A connection of a process of its own, until the end of the test. */
export async function connectionTo({ url }: Pick<RedisServer, 'url'>): Promise<RedisConnection> {
  const log = pino({ level: 'silent' });
  const connection = await RedisConnection.connect({ url, prefix: PREFIX, log, onState: () => undefined });
  onTestFinished(() => connection.close());
  return connection;
}
