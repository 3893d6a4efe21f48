import type { Chat, LocalTelegram, Message, User } from 'local-telegram';
import { median } from './measure.js';
import { variations } from './pictures.js';
import { repliesTo } from './replies.js';
import { rowsOf } from './report.js';
import type { Row } from './report.js';
import { residentTree } from './resident.js';
import { withBot } from './running-bot.js';

/**
 * Milliseconds from the update to the call that answers it, where Telegram and its files are on loopback, medians; and
 * megabytes of a small container.
 */
const LIMITS = { prediction: 60, heatmap: 130, peak: 512 } as const;

/** Megabytes that the whole bot may take with a model; shared pages counted in each process, and once. */
export interface MemoryLimits {
  readonly resident?: number;
  readonly proportional?: number;
}

/** Photos that warm compilers and caches, and do not count. */
const WARM_UP = 8;

interface Times {
  readonly prediction: number;
  readonly heatmap: number;
}

type Send = (user: User, chat: Chat, bytes: Uint8Array) => Message | Promise<Message>;

/** Milliseconds from when the bot is handed the update to when the calls that answer it have arrived. */
async function timesOf(telegram: LocalTelegram, message: Message, update: number): Promise<Times> {
  const options = { after: Math.max(telegram.calls.length - 50, 0) };
  const heatmap = await telegram.waitForCall('sendPhoto', (call) => repliesTo(call, message), options);
  const prediction = await telegram.waitForCall('sendMessage', (call) => repliesTo(call, message), options);
  return { prediction: prediction.at - update, heatmap: heatmap.at - update };
}

/** Sends a photo and waits until all of its answer is there. */
export async function timeAnswer(telegram: LocalTelegram, bytes: Uint8Array, send: Send): Promise<Times> {
  // Another person each time: in one chat Telegram takes only so many messages a second.
  const user = telegram.addUser({ languageCode: 'en' });
  const chat = telegram.privateChat(user);
  const known = telegram.messagesOf(chat).length;
  let update = 0;
  // Telegram makes a photo's sizes before its update goes out: the clock starts where the message is there.
  const stop = telegram.subscribe(() => {
    if (update === 0 && telegram.messagesOf(chat).length > known) update = performance.now();
  });
  const message = await send(user, chat, bytes);
  stop();
  return timesOf(telegram, message, update);
}

async function timeAnswers(telegram: LocalTelegram, photos: readonly Uint8Array[], send: Send): Promise<Times[]> {
  const times: Times[] = [];
  for (const bytes of photos) times.push(await timeAnswer(telegram, bytes, send));
  return times.slice(WARM_UP);
}

/** What a person waits for: the real process, over HTTP, against a Telegram on this machine. */
export async function benchBot(
  section: string,
  model: string,
  rounds: number,
  limits: MemoryLimits = {},
): Promise<Row[]> {
  return withBot({ MODEL: model, CONCURRENCY: '1' }, async (telegram, pid) => {
    const count = rounds + WARM_UP;
    const pictures = await variations(2 * count, 1280, 960);
    const ways: readonly (readonly [name: string, photos: readonly Uint8Array[], send: Send])[] = [
      ['photo', pictures.slice(0, count), (from, to, bytes) => telegram.sendPhoto(from, to, bytes)],
      [
        'file',
        pictures.slice(count),
        (from, to, bytes) => telegram.sendDocument(from, to, bytes, { fileName: 'a.jpg', mimeType: 'image/jpeg' }),
      ],
    ];
    const row = rowsOf(section);
    const rows: Row[] = [];
    for (const [name, photos, send] of ways) {
      const times = await timeAnswers(telegram, photos, send);
      for (const answer of ['prediction', 'heatmap'] as const) {
        const what = `1280x960 ${name}: update to ${answer === 'prediction' ? 'sendMessage' : 'sendPhoto'}`;
        rows.push(row(what, median(times.map((each) => each[answer])), 'ms', LIMITS[answer]));
      }
    }
    const { resident, proportional, peak } = await residentTree(pid);
    rows.push(row(`process tree resident after ${2 * count} photos`, resident, 'MB', limits.resident));
    rows.push(row('  the same with shared pages counted once', proportional, 'MB', limits.proportional));
    rows.push(row('its peak', peak, 'MB', LIMITS.peak));
    return rows;
  });
}
