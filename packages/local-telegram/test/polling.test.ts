import { Telegraf } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalTelegram, type Chat, type Update, type User } from 'local-telegram';
import { violationsOf } from '../../../test/support/bot-api-spec.js';
import { call, TOKEN } from './requests.js';

let telegram: LocalTelegram;
let ayu: User;
let chat: Chat;

beforeEach(async () => {
  // The clock stands still but where a test says that time goes by.
  vi.useFakeTimers({ toFake: ['performance'] });
  telegram = await LocalTelegram.start({ token: TOKEN });
  ayu = telegram.addUser({ languageCode: 'id' });
  chat = telegram.privateChat(ayu);
});

afterEach(async () => {
  const violations = violationsOf(telegram);
  await telegram.close();
  vi.useRealTimers();
  expect(violations).toEqual([]);
});

async function updates(fields: Record<string, unknown> = {}): Promise<readonly Update[]> {
  const { result } = await call(telegram, 'getUpdates', fields);
  return result as readonly Update[];
}

function textsOf(list: readonly Update[]): (string | undefined)[] {
  return list.map(({ message }) => message?.text);
}

/** Resolves once a poller waits; another call is answered only after it was seen to. */
async function untilHeld(earlierCalls = 0): Promise<void> {
  await telegram.waitForCall('getUpdates', ({ status }) => status === 0, { after: earlierCalls });
  await call(telegram, 'getMe');
}

function after(list: readonly Update[]): number {
  return (list.at(-1)?.update_id ?? 0) + 1;
}

describe('what waits for a poller', () => {
  it('is given again and again until an offset confirms it', async () => {
    for (const text of ['one', 'two', 'three']) {
      telegram.sendText(ayu, chat, text);
    }
    expect(telegram.pendingUpdates).toBe(3);
    const first = await updates({ limit: 2 });
    expect(textsOf(first)).toEqual(['one', 'two']);
    expect(telegram.pendingUpdates).toBe(1);
    vi.advanceTimersByTime(500);
    expect(await updates({ limit: 2 })).toEqual(first);
    const rest = await updates({ offset: after(first) });
    expect(textsOf(rest)).toEqual(['three']);
    expect(await updates({ offset: after(rest) })).toEqual([]);
  });

  it('is given one by one to the same offset within half a second', async () => {
    telegram.sendText(ayu, chat, 'confirmed');
    const offset = after(await updates());
    telegram.sendText(ayu, chat, 'one');
    telegram.sendText(ayu, chat, 'two');
    expect(textsOf(await updates({ offset }))).toEqual(['one', 'two']);
    vi.advanceTimersByTime(499);
    expect(textsOf(await updates({ offset }))).toEqual(['one']);
    // Asked again in haste it would be one again: the half second begins anew with each call.
    vi.advanceTimersByTime(499);
    expect(textsOf(await updates({ offset }))).toEqual(['one']);
    vi.advanceTimersByTime(500);
    expect(textsOf(await updates({ offset }))).toEqual(['one', 'two']);
    expect(textsOf(await updates({ offset: offset + 1 }))).toEqual(['two']);
  });

  it('is a hundred at most, whatever the limit', async () => {
    const sent = Array.from({ length: 101 }, (_, index) => telegram.sendText(ayu, chat, String(index)).text);
    const first = await updates({ limit: 1000 });
    expect(textsOf(first)).toEqual(sent.slice(0, 100));
    expect(textsOf(await updates({ offset: after(first), limit: 0 }))).toEqual(['100']);
  });

  it('is only the newest with a negative offset, which forgets the others', async () => {
    telegram.sendText(ayu, chat, 'old');
    telegram.sendText(ayu, chat, 'new');
    telegram.sendText(ayu, chat, 'newest');
    expect(textsOf(await updates({ offset: -2 }))).toEqual(['new', 'newest']);
    expect(textsOf(await updates())).toEqual(['new', 'newest']);
  });

  it('is not confirmed by an offset of other numbers, far above its own', async () => {
    telegram.sendText(ayu, chat, 'one');
    expect(textsOf(await updates({ offset: 2_000_000_000 }))).toEqual(['one']);
    expect(textsOf(await updates())).toEqual(['one']);
  });

  it('is only of the kinds that were asked for', async () => {
    await updates({ allowed_updates: ['callback_query'] });
    const message = telegram.sendText(ayu, chat, 'unseen');
    telegram.pressButton(ayu, message, 'seen');
    expect(await updates()).toMatchObject([{ callback_query: { data: 'seen', message: { text: 'unseen' } } }]);
  });
});

describe('a poller that waits', () => {
  it('is answered as soon as something comes, with all that comes together', async () => {
    const waiting = updates({ timeout: 50 });
    await untilHeld();
    telegram.sendText(ayu, chat, 'hello');
    telegram.sendText(ayu, chat, 'again');
    expect(await waiting).toMatchObject([
      { message: { text: 'hello', from: { id: ayu.id, language_code: 'id' } } },
      { message: { text: 'again' } },
    ]);
  });

  it('waits even where it said it would not, if it asks for the same again within three seconds', async () => {
    expect(await updates()).toEqual([]);
    vi.advanceTimersByTime(2999);
    const hasty = updates();
    await untilHeld(1);
    telegram.sendText(ayu, chat, 'one');
    telegram.sendText(ayu, chat, 'two');
    const found = await hasty;
    expect(textsOf(found)).toEqual(['one', 'two']);
    const offset = after(found);
    expect(await updates({ offset })).toEqual([]);
    vi.advanceTimersByTime(3000);
    expect(await updates({ offset })).toEqual([]);
  });

  it('loses nothing when it leaves', async () => {
    const leaving = new AbortController();
    const waiting = call(telegram, 'getUpdates', { timeout: 50 }, { signal: leaving.signal });
    await untilHeld();
    leaving.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await telegram.waitForCall('getUpdates', ({ status, result }) => status === 0 && result !== undefined);
    telegram.sendText(ayu, chat, 'still here');
    expect(telegram.pendingUpdates).toBe(1);
    expect(textsOf(await updates())).toEqual(['still here']);
  });

  it('is ended with 409 by another that comes to wait', async () => {
    const older = call(telegram, 'getUpdates', { timeout: 50 });
    await untilHeld();
    const newer = updates({ offset: 1, timeout: 50 });
    expect(await older).toEqual({
      ok: false,
      error_code: 409,
      description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    telegram.sendText(ayu, chat, 'for the newer');
    expect(textsOf(await newer)).toEqual(['for the newer']);
  });

  it('is not ended by one that does not wait', async () => {
    const waiting = updates({ timeout: 50 });
    await untilHeld();
    expect(await updates({ offset: 1 })).toEqual([]);
    telegram.sendText(ayu, chat, 'for who waits');
    expect(textsOf(await waiting)).toEqual(['for who waits']);
  });

  it('may be a telegraf bot', async () => {
    const bot = new Telegraf(TOKEN, { telegram: { apiRoot: telegram.root } });
    bot.command('start', (context) => context.reply(`Hello, ${context.from.first_name}`));
    const ended = bot.launch();
    telegram.sendText(ayu, chat, '/start');
    await telegram.waitForCall('sendMessage');
    bot.stop();
    await ended;
    expect(telegram.messagesOf(chat).map(({ text }) => text)).toEqual(['/start', 'Hello, Ayu']);
  });
});
