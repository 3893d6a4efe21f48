import type { Redis } from 'ioredis';
import { RedisError, whyOf } from './redis-error.js';

/** The first with GETEX. */
const OLDEST = [6, 2] as const;

/** Redis' words where it lets nobody in, or not this user, or has no such database. */
const REFUSALS = /^(?:NOAUTH|WRONGPASS|NOPERM|ERR (?:invalid password|DB index|invalid DB index))/;

/** Whether Redis will say the same however often it is asked; null where it may not. */
export function refusalIn(error: unknown): RedisError | null {
  const why = whyOf(error);
  if (!REFUSALS.test(why)) return null;
  return new RedisError(
    'refused',
    `Redis refuses the bot (${why}): set user, password and database in REDIS_URL right.`,
  );
}

/**
 * Whether what is told this Redis is there after it was ended, and however full it is.
 *
 * @throws RedisError with the line of redis.conf to change.
 */
export async function requireDurable(client: Redis): Promise<void> {
  const info = await client.info().catch((error: unknown) => {
    throw refusalIn(error) ?? error;
  });
  const facts = new Map(info.split('\r\n').map((line) => line.split(/:(.*)/s) as [string, string]));
  const version = facts.get('redis_version') ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new RedisError('too-old', `Redis ${version} is too old: REDIS_URL needs ${OLDEST.join('.')} or newer.`);
  }
  if (facts.get('aof_enabled') !== '1') {
    throw new RedisError(
      'not-durable',
      'This Redis loses what it was told when it ends: its redis.conf needs the line "appendonly yes".',
    );
  }
  const policy = facts.get('maxmemory_policy') ?? 'unknown';
  if (policy !== 'noeviction') {
    throw new RedisError(
      'evicts',
      `This Redis drops what it was told when it is full (${policy}): its redis.conf needs the line "maxmemory-policy noeviction".`,
    );
  }
}
