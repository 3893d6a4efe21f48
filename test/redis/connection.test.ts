import pino from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { RedisConnection } from '../../src/redis/connection.js';
import type { RedisState } from '../../src/redis/connection.js';
import { describeWithRedis, ON_DISK, startRedis } from '../support/redis.js';

/** A connection and what is told of it. */
class Watched {
  readonly lines: { readonly msg: string; readonly why?: string }[] = [];
  readonly connected: Promise<RedisConnection>;
  readonly #states: RedisState[] = [];
  #check: () => void = () => undefined;

  constructor(url: string) {
    const write = (line: string): void => {
      this.lines.push(JSON.parse(line) as { msg: string });
      this.#check();
    };
    const onState = (state: RedisState): void => {
      this.#states.push(state);
      this.#check();
    };
    this.connected = RedisConnection.connect({
      url,
      prefix: 'sorot:1:42',
      log: pino({ base: null }, { write }),
      onState,
    });
    this.connected.then(
      (connection) => {
        onTestFinished(() => connection.close());
      },
      () => undefined,
    );
  }

  /** Resolves once the last state is this one. */
  state(wanted: RedisState): Promise<void> {
    return this.#until(() => this.#states.at(-1) === wanted);
  }

  line(words: string): Promise<void> {
    return this.#until(() => this.lines.some(({ msg }) => msg.includes(words)));
  }

  #until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#check = () => {
        if (isSo()) resolve();
      };
      this.#check();
    });
  }
}

describeWithRedis('a Redis', () => {
  it.each([
    [['--appendonly', 'no'], 'not-durable', 'appendonly yes'],
    [['--maxmemory-policy', 'allkeys-lru'], 'evicts', 'maxmemory-policy noeviction'],
  ])('with %j is refused, with the line of redis.conf to change', async (settings, code, line) => {
    const { url } = await startRedis(...settings);
    const failure: unknown = await new Watched(url).connected.catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(String(failure)).toContain(line);
  });

  it.each(['', 'someone:not-the-password@', ':not-the-password@'])(
    'that does not let "%s" in is not tried again, and no password is told',
    async (credentials) => {
      const { url } = await startRedis('--requirepass', 'the-password');
      const watched = new Watched(url.replace('//', `//${credentials}`));
      const failure: unknown = await watched.connected.catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'refused' });
      expect(failure).not.toHaveProperty('cause');
      expect(JSON.stringify([String(failure), watched.lines])).not.toContain('not-the-password');
    },
  );

  it('that has no such database is refused', async () => {
    const { url } = await startRedis();
    await expect(new Watched(`${url}/99`).connected).rejects.toMatchObject({ code: 'refused' });
  });

  it('that starts later is waited for, which is told once', async () => {
    const server = await startRedis();
    await server.stop();
    const watched = new Watched(server.url);
    await watched.line('waiting for it');
    await server.start();
    const { client } = await watched.connected;
    expect(await client.ping()).toBe('PONG');
    expect(watched.lines).toHaveLength(1);
  });

  it('that goes away and comes back: what was asked meanwhile is done, and each is told once', async () => {
    const server = await startRedis(...ON_DISK);
    const watched = new Watched(server.url);
    const { client } = await watched.connected;
    await client.set('kept', 'yes');
    await server.stop('SIGKILL');
    await watched.state('away');
    const asked = client.get('kept');
    await server.start();
    expect(await asked).toBe('yes');
    await watched.state('ready');
    expect(watched.lines.map(({ msg }) => msg)).toEqual(['Redis is away: what needs it waits', 'Redis is back']);
  });

  it('that does not answer any more counts as away, though its connections stay', async () => {
    const server = await startRedis();
    const watched = new Watched(server.url);
    const { client } = await watched.connected;
    server.signal('SIGSTOP');
    const asked = client.incr('count');
    await watched.state('away');
    server.signal('SIGCONT');
    expect(await asked).toBeGreaterThan(0);
    await watched.state('ready');
  });

  it('that is full is told of once, and when there is room again', async () => {
    const { url } = await startRedis();
    const watched = new Watched(url);
    const { client } = await watched.connected;
    await client.config('SET', 'maxmemory', '1');
    await watched.state('full');
    await client.config('SET', 'maxmemory', '0');
    await watched.state('ready');
    expect(watched.lines.map(({ msg }) => msg.split(':')[0])).toEqual(['Redis takes nothing more', 'Redis is back']);
  });
});
