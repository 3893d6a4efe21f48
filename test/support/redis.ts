import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, onTestFinished } from 'vitest';
import { RedisServer } from '../../bench/redis-server.js';

const isInstalled = (process.env['PATH'] ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'redis-server')));

if (!isInstalled) {
  process.stdout.write('\nNo redis-server is installed, its tests are skipped: sudo apt-get install redis-server\n');
}

/** A group of tests that need a Redis. */
export const describeWithRedis = describe.skipIf(!isInstalled);

/**
 * Each write on the disk before it is answered. By default Redis writes up to two seconds later while the disk is busy, and
 * what it has acknowledged is gone where it is killed then.
 */
export const ON_DISK = ['--appendfsync', 'always'] as const;

/** A real Redis until the end of the test. */
export async function startRedis(...settings: readonly string[]): Promise<RedisServer> {
  const server = await RedisServer.start(settings);
  onTestFinished(() => server.close());
  return server;
}
