import { setTimeout as wait } from 'node:timers/promises';
import type { LocalTelegram } from 'local-telegram';
import { timeAnswer } from './bot.js';
import type { Taken } from '#sorot/bot/state/updates.js';
import { createLog } from '#sorot/log.js';
import { shareOnRedis } from '#sorot/redis/shared.js';
import { median } from './measure.js';
import { variations } from './pictures.js';
import { RedisServer } from './redis-server.js';
import { rowsOf } from './report.js';
import type { Row } from './report.js';
import { processorTimeOf } from './resident.js';
import { withBot, withBots } from './running-bot.js';
import { bareLoops, saturatedBot, WARM_UP } from './saturated.js';
import type { Cost } from './saturated.js';

/** How often each number of workers and of bare loops is measured, by turns. */
const TURNS = 3;

/** At most, as the second worker gains at least 0.85 of what the second bare loop does. */
const GAIN_LIMIT = 1 / 0.85;

/** Milliseconds that the queue may take of a photo's way. */
const QUEUE_LIMIT = 2;

/** Milliseconds after an answer in which a bot ends what nobody waits for, so that the other one is timed alone. */
const REST_MS = 50;

/** What is measured of a number of workers, and of as many bare loops with the same load beside them. */
type Costs = Readonly<Record<'worker' | 'bare', Cost>>;

async function withRedis<T>(work: (redis: RedisServer) => Promise<T>): Promise<T> {
  const redis = await RedisServer.start();
  try {
    return await work(redis);
  } finally {
    await redis.close();
  }
}

/** Of the processor, what all but vision takes: Telegram and who sends, the receiver, Redis and the workers' own processes. */
function workers(count: number, model: string, photos: readonly Buffer[]): Promise<Cost> {
  return withRedis((redis) => {
    const common = { REDIS_URL: redis.url };
    const worker = { ...common, ROLE: 'worker', MODEL: model, CONCURRENCY: '1' };
    const roles = [{ ...common, ROLE: 'receiver' }, ...Array.from({ length: count }, () => worker)];
    return withBots(roles, (telegram, pids) =>
      saturatedBot(telegram, photos, async () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000 + (await processorTimeOf([redis.pid, ...pids]));
      }),
    );
  });
}

/** How many more photos two workers answer than one, beside two bare loops with the same load beside them. */
export async function benchScale(section: string, model: string, photos: number): Promise<Row[]> {
  const pictures = await variations(photos + 2 * WARM_UP, 1280, 960);
  const turns: { readonly one: Costs; readonly two: Costs }[] = [];
  const costs = async (count: number): Promise<Costs> => {
    const worker = await workers(count, model, pictures);
    return { worker, bare: await bareLoops(model, pictures, count, worker.processor) };
  };
  for (let turn = 0; turn < TURNS; turn++) turns.push({ one: await costs(1), two: await costs(2) });
  const of = (value: (turn: (typeof turns)[number]) => number): number => median(turns.map(value));
  const gain = (who: keyof Costs, { one, two }: (typeof turns)[number]): number => one[who].wall / two[who].wall;
  const row = rowsOf(section);
  return [
    row(
      'one worker: a photo',
      of(({ one }) => one.worker.wall),
      'ms',
    ),
    row(
      '  of the processor, without vision',
      of(({ one }) => one.worker.processor),
      'ms',
    ),
    row(
      'two workers: a photo',
      of(({ two }) => two.worker.wall),
      'ms',
    ),
    row(
      '  of the processor, without vision',
      of(({ two }) => two.worker.processor),
      'ms',
    ),
    row(
      'one bare loop, as much beside it: a photo',
      of(({ one }) => one.bare.wall),
      'ms',
    ),
    row(
      'two bare loops, as much beside them: a photo',
      of(({ two }) => two.bare.wall),
      'ms',
    ),
    row(
      'photos of two workers : of one',
      of((turn) => gain('worker', turn)),
      'x',
    ),
    row(
      'photos of two bare loops : of one',
      of((turn) => gain('bare', turn)),
      'x',
    ),
    row(
      'what the second loop gains : the second worker',
      of((turn) => gain('bare', turn) / gain('worker', turn)),
      'x',
      GAIN_LIMIT,
    ),
  ];
}

/** Updates that are timed between their coming and the work on them, one after the other. */
const UPDATES = 200;

/** Milliseconds of the queue by itself, in one process that does nothing else. */
async function queueAlone(url: string): Promise<number> {
  const { redis, queue } = await shareOnRedis(url, '1:bench', createLog('silent'), () => undefined);
  let begun: () => void = () => undefined;
  const ended = Promise.resolve('answered' as const);
  const take = (): Promise<Taken> => {
    begun();
    return Promise.resolve({ answered: ended, over: ended });
  };
  queue.work({ take, room: () => Promise.resolve() });
  const times: number[] = [];
  for (let id = 1; id <= UPDATES + WARM_UP; id++) {
    const from = { id, is_bot: false, first_name: 'A' };
    const photo = [{ file_id: 'f', file_unique_id: 'u', width: 1280, height: 960 }];
    const chat = { id, type: 'private' as const, first_name: 'A' };
    const work = new Promise<void>((resolve) => (begun = resolve));
    const start = performance.now();
    await queue.take({ update_id: id, message: { message_id: id, date: 1, chat, from, photo } });
    await work;
    times.push(performance.now() - start);
  }
  await queue.close();
  await redis.close();
  return median(times.slice(WARM_UP));
}

/** What a queue on Redis takes of a photo's way, one photo at a time, by turns with a bot that has it in memory. */
export async function benchQueue(section: string, model: string, rounds: number): Promise<Row[]> {
  const pictures = await variations(2 * (rounds + WARM_UP), 1280, 960);
  const alone = await withRedis((redis) => queueAlone(redis.url));
  const pairs = await withRedis((redis) =>
    withBot({ MODEL: model, CONCURRENCY: '1' }, (inMemory) =>
      withBot({ MODEL: model, CONCURRENCY: '1', REDIS_URL: redis.url }, async (onRedis) => {
        const prediction = async (telegram: LocalTelegram): Promise<number> => {
          await wait(REST_MS);
          const { prediction } = await timeAnswer(telegram, pictures.pop() ?? Buffer.alloc(0), (user, chat, bytes) =>
            telegram.sendDocument(user, chat, bytes, { fileName: 'a.jpg', mimeType: 'image/jpeg' }),
          );
          return prediction;
        };
        const times = [];
        for (let round = 0; round < rounds + WARM_UP; round++) {
          times.push({ memory: await prediction(inMemory), redis: await prediction(onRedis) });
        }
        return times.slice(WARM_UP);
      }),
    ),
  );
  const row = rowsOf(section);
  return [
    row('an update to the work on it, the queue alone', alone, 'ms', QUEUE_LIMIT),
    row('update to prediction, in memory', median(pairs.map(({ memory }) => memory)), 'ms'),
    row('update to prediction, on Redis', median(pairs.map(({ redis }) => redis)), 'ms'),
    row(
      '  what Redis takes of it, with all that is remembered there: median of the differences',
      median(pairs.map(({ memory, redis }) => redis - memory)),
      'ms',
    ),
  ];
}
