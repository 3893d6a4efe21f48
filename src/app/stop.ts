import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../log.js';
import type { Shared } from '../redis/shared.js';
import type { Answering, Running } from './parts.js';

/** The last part of the time for stopping: what still waits is told so, and Telegram is told what was taken. */
const LAST_WORDS_MS = 3000;

/** So long is it tried to give back what others are to answer; what is not given back they get after some seconds. */
const GIVE_BACK_MS = 2000;

/** Takes no more updates, answers what is under way as far as time allows, and ends everything. */
export async function stop(running: Running): Promise<void> {
  const { server, telegram, answering, store, shared, receiving, stopping, milliseconds, log } = running;
  const started = performance.now();
  const left = (): number => Math.max(milliseconds - (performance.now() - started), 0);
  server.stopAccepting();
  stopping.abort();
  await receiving.ended.catch(() => undefined);
  await shared?.turn.end();
  await shared?.queue.stopWorking();
  if (answering !== null) await finish(answering, shared, left, milliseconds, log);
  await receiving.confirm();
  telegram.client.stop();
  // Not before nothing can be sent any more: others answer what is given back. While Redis is away they find it later.
  if (shared !== null) await Promise.race([shared.queue.close(), wait(GIVE_BACK_MS)]);
  answering?.bot.close();
  await answering?.analysis.close();
  await store.close();
  await shared?.redis.close();
  await server.close();
}

/** Answers what is under way, as far as time allows; the rest is told so, or left to others. */
async function finish(
  { bot, analysis }: Answering,
  shared: Shared | null,
  left: () => number,
  milliseconds: number,
  log: Log,
): Promise<void> {
  bot.flush();
  const lastWords = Math.min(LAST_WORDS_MS, milliseconds / 2);
  if (await bot.settled(Math.max(left() - lastWords, 0))) return;
  if (shared !== null) {
    log.info('not everything could be finished, the rest is given to others');
    return;
  }
  log.warn('not everything could be finished, the rest is told so');
  await analysis.close();
  if (!(await bot.settled(left()))) log.error('some answers were lost');
}
