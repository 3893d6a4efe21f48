import { RateLimiterRes } from 'rate-limiter-flexible';
import { expect, it } from 'vitest';
import { LIMITS, SendPace } from '../../src/bot/telegram/send-pace.js';
import type { Limiters } from '../../src/bot/telegram/send-pace.js';
import { sharedLimiters } from '../../src/redis/shared-pace.js';
import { describeWithRedis, startRedis } from '../support/redis.js';
import { connectionTo, PREFIX } from '../support/redis-connection.js';

/** Asks for so many messages to one chat; how long to wait where they are refused. */
async function ask(limiters: Limiters, messages: number): Promise<'granted' | number> {
  try {
    await limiters.chat.consume('7', messages);
    return 'granted';
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    return refusal.msBeforeNext;
  }
}

describeWithRedis('processes that share a Redis', () => {
  it('keep the limits of Telegram together', async () => {
    const server = await startRedis();
    const processes = await Promise.all([connectionTo(server), connectionTo(server)]);
    const [first, second] = processes.map((connection) => new SendPace(sharedLimiters(connection)));
    const { signal } = new AbortController();
    const came: number[] = [];
    const start = Date.now();
    await Promise.all(
      Array.from({ length: 61 }, async (_, chat) => {
        await (chat % 2 === 0 ? first : second)?.turn(chat + 1, 1, 'answer', signal);
        came.push(Date.now());
      }),
    );
    // Telegram takes thirty a second; timers count whole milliseconds and may be one early each time.
    expect((came[30] ?? 0) - start).toBeGreaterThanOrEqual(990);
    expect((came[60] ?? 0) - start).toBeGreaterThanOrEqual(1980);
  });

  it('are granted so many messages to a chat, and told when there are more', async () => {
    const server = await startRedis();
    const connections = await Promise.all([connectionTo(server), connectionTo(server)]);
    const both = connections.map((connection) => sharedLimiters(connection));
    const answers = await Promise.all(both.flatMap((limiters) => Array.from({ length: 10 }, () => ask(limiters, 1))));
    const refused = answers.filter((answer) => answer !== 'granted');
    const { points, duration } = LIMITS.chat;
    expect(refused).toHaveLength(20 - points);
    expect(refused.every((milliseconds) => milliseconds > 0 && milliseconds <= duration * 1000)).toBe(true);
    // Every key has an end.
    expect(await connections[0].client.pttl(`${PREFIX}:pace-chat:7`)).toBeGreaterThan(0);
  });

  it('do not wait behind an album that does not fit', async () => {
    const server = await startRedis();
    const limiters = sharedLimiters(await connectionTo(server));
    expect(await ask(limiters, 5)).toBe('granted');
    expect(await ask(limiters, 10)).toBeTypeOf('number');
    expect(await ask(limiters, 7)).toBe('granted');
  });

  it('keep them by themselves while it is away', async () => {
    const server = await startRedis();
    const connection = await connectionTo(server);
    const limiters = sharedLimiters(connection);
    // Not by `once` of node:events: a connection that is reset says so first.
    const away = new Promise((resolve) => connection.client.once('close', resolve));
    await server.stop('SIGKILL');
    await away;
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(limiters, 1)));
    expect(answers.filter((answer) => answer === 'granted')).toHaveLength(LIMITS.chat.points);
  });
});
