import { RedisServer } from '../bench/redis-server.js';

/** Of each local Telegram its own, so many for each worker of the test runner: see `startBot`. */
const DATABASES = 16_384;

/** Gives the bots of end-to-end tests a Redis to share. */
export default async function setup(): Promise<() => Promise<void>> {
  const server = await RedisServer.start(['--databases', String(DATABASES)]);
  process.env['SOROT_TEST_REDIS'] = server.url;
  return () => server.close();
}
