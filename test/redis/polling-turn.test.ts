import { once } from 'node:events';
import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { PollingTurn } from '../../src/redis/polling-turn.js';
import { connectionTo } from '../support/redis-connection.js';
import { describeWithRedis, startRedis } from '../support/redis.js';

describeWithRedis('the turn to poll', () => {
  it('is waited for no longer than the process goes on, although Redis has gone away', async () => {
    const redis = await startRedis();
    const { client, prefix } = await connectionTo(redis);
    const closed = once(client, 'close');
    await redis.stop();
    await closed;
    const ending = new AbortController();
    const coming = new PollingTurn(client, prefix, pino({ enabled: false })).come(ending.signal);
    ending.abort();
    await expect(coming).resolves.toBeUndefined();
  });

  it('holds no process back that ends, although Redis says nothing more', async () => {
    const redis = await startRedis();
    const { client, prefix } = await connectionTo(redis);
    const turn = new PollingTurn(client, prefix, pino({ enabled: false }));
    await turn.come(new AbortController().signal);
    redis.signal('SIGSTOP');
    onTestFinished(() => {
      redis.signal('SIGCONT');
    });
    await expect(turn.end()).resolves.toBeUndefined();
    expect(client.status).toBe('ready');
  });

  it('is another process’ as soon as it is given up', async () => {
    const redis = await startRedis();
    const { client, prefix } = await connectionTo(redis);
    const [first, second] = [1, 2].map(() => new PollingTurn(client, prefix, pino({ enabled: false })));
    const never = new AbortController().signal;
    await first?.come(never);
    await first?.end();
    await expect(second?.come(never)).resolves.toBeUndefined();
    await second?.end();
  });
});
