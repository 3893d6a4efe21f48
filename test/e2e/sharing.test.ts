import { beforeAll, expect, it } from 'vitest';
import type { LocalTelegram, Message } from 'local-telegram';
import { launchBot, localTelegram, TOKEN } from '../support/bot.js';
import type { RunningBot } from '../support/bot.js';
import { answerTo, chatOf, repliesTo, said, smallModel, uploaded } from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { visionProcesses } from '../support/processes.js';
import type { RedisServer } from '../../bench/redis-server.js';
import { freePort } from '../../bench/ports.js';
import { describeWithRedis, startRedis } from '../support/redis.js';

let photo: Buffer;
let model: string;

beforeAll(async () => {
  model = await smallModel();
  photo = await photograph(1, 640, 480);
});

/** Processes of one bot that share a Redis. */
class Fleet {
  readonly telegram: LocalTelegram;
  readonly redis: RedisServer;
  readonly #port: number;

  private constructor(telegram: LocalTelegram, redis: RedisServer, port: number) {
    this.telegram = telegram;
    this.redis = redis;
    this.#port = port;
  }

  static async start(): Promise<Fleet> {
    return new Fleet(await localTelegram(), await startRedis(), await freePort());
  }

  /** A process of it, connected to Telegram. */
  async process(role: 'receiver' | 'worker' | 'all', mode: 'polling' | 'webhook' = 'webhook'): Promise<RunningBot> {
    const bot = await launchBot({
      BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: this.telegram.root,
      MODEL: model,
      REDIS_URL: this.redis.url,
      ROLE: role,
      BOT_MODE: mode,
      ...(mode === 'webhook' && { WEBHOOK_URL: `http://127.0.0.1:${this.#port}/hook` }),
      ...(mode === 'webhook' && role === 'receiver' && { PORT: String(this.#port) }),
    });
    await bot.line(({ msg }) => msg === 'connected to Telegram');
    return bot;
  }

  /** Somebody's photo. */
  async send(): Promise<Message> {
    const user = this.telegram.addUser({ languageCode: 'en' });
    return this.telegram.sendPhoto(user, this.telegram.privateChat(user), unseen(photo));
  }
}

describeWithRedis('a receiver and workers', () => {
  it('answer a photo together: only the worker has a vision process, and both log the same update', async () => {
    const fleet = await Fleet.start();
    const receiver = await fleet.process('receiver');
    const worker = await fleet.process('worker');
    await receiver.line(({ msg }) => msg === 'webhook set');
    const sent = await fleet.send();
    await answerTo(fleet.telegram, sent);
    expect(uploaded(await answerTo(fleet.telegram, sent, 'sendPhoto'))).not.toBeNull();
    expect(visionProcesses(receiver.pid)).toEqual([]);
    expect(visionProcesses(worker.pid)).toHaveLength(1);
    const { update } = await receiver.line(({ msg }) => msg === 'update stored');
    expect((await worker.line(({ msg }) => msg === 'answered'))['update']).toBe(update);
    expect((await receiver.get('/readyz')).status).toBe(200);
    expect((await worker.get('/readyz')).status).toBe(200);
  });

  it('lose nothing when a worker is killed: another one answers', async () => {
    const fleet = await Fleet.start();
    const receiver = await fleet.process('receiver');
    await receiver.line(({ msg }) => msg === 'webhook set');
    const sent = await Promise.all(Array.from({ length: 6 }, () => fleet.send()));
    const worker = await fleet.process('worker');
    await worker.line(({ msg }) => msg === 'answered');
    worker.signal('SIGKILL');
    await worker.exited;
    await fleet.process('worker');
    let twice = 0;
    for (const message of sent) {
      await answerTo(fleet.telegram, message);
      await answerTo(fleet.telegram, message, 'sendPhoto');
      const { chat, message_id: id } = message;
      const own = said(fleet.telegram).filter((call) => chatOf(call) === chat.id && repliesTo(call) === id);
      twice += own.length - 2;
    }
    // What was on its way when the worker was killed: it has a vision process, and fetches two photos ahead.
    expect(twice).toBeLessThanOrEqual(3);
  });

  it('pause while Redis is away, and go on', async () => {
    const fleet = await Fleet.start();
    const receiver = await fleet.process('receiver');
    const worker = await fleet.process('worker');
    await receiver.line(({ msg }) => msg === 'webhook set');
    await fleet.redis.stop();
    await Promise.all([receiver, worker].map((bot) => bot.line(({ msg }) => msg.startsWith('Redis is away'))));
    for (const bot of [receiver, worker]) {
      expect(await bot.get('/readyz')).toEqual({ status: 503, body: '{"reason":"redis-away"}' });
    }
    const sent = await fleet.send();
    await fleet.redis.start();
    await answerTo(fleet.telegram, sent);
    await answerTo(fleet.telegram, sent, 'sendPhoto');
  });
});

describeWithRedis('a process that is asked to end while Redis is away', () => {
  it.each(['receiver', 'worker', 'all'] as const)('ends: %s', async (role) => {
    const fleet = await Fleet.start();
    const bot = await fleet.process(role, 'polling');
    await fleet.redis.stop();
    await bot.line(({ msg }) => msg.startsWith('Redis is away'));
    expect(await bot.stop()).toBe(0);
  });
});

describeWithRedis('processes that poll', () => {
  it('let one do so, and another when that one is gone', async () => {
    const fleet = await Fleet.start();
    const first = await fleet.process('all', 'polling');
    const second = await fleet.process('receiver', 'polling');
    await second.line(({ msg }) => msg.includes('stands by'));
    const sent = await fleet.send();
    await answerTo(fleet.telegram, sent, 'sendPhoto');
    await first.stop();
    await second.line(({ msg }) => msg.includes('this one receives'));
    await fleet.process('worker', 'polling');
    const later = await fleet.send();
    await answerTo(fleet.telegram, later);
  });
});
