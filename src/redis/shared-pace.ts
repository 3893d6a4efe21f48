import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { LIMITS } from '../bot/telegram/send-pace.js';
import type { Limiters } from '../bot/telegram/send-pace.js';
import type { RedisConnection } from './connection.js';

/**
 * Grants points where so many are left, and takes none where not, so that an album that has to wait does not hold back
 * what is smaller. The library's own script counts whole seconds only; what it calls a duration is milliseconds here.
 */
const GRANT = `
local asked, milliseconds, most = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3])
redis.call('set', KEYS[1], 0, 'PX', milliseconds, 'NX')
local taken = tonumber(redis.call('get', KEYS[1])) + asked
if taken <= most then redis.call('incrby', KEYS[1], asked) end
return {taken, redis.call('pttl', KEYS[1])}
`;

/** For all processes of a bot together. While Redis is away each keeps the limits by itself. */
export function sharedLimiters({ client, prefix }: RedisConnection): Limiters {
  const shared = (name: keyof typeof LIMITS): RateLimiterRedis =>
    new RateLimiterRedis({
      storeClient: client,
      keyPrefix: `${prefix}:pace-${name}`,
      points: LIMITS[name].points,
      duration: LIMITS[name].duration * 1000,
      customIncrTtlLuaScript: GRANT,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory(LIMITS[name]),
    });
  return { overall: shared('overall'), chat: shared('chat'), group: shared('group') };
}
