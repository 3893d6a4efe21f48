import { EventEmitter, once } from 'node:events';
import { Telegram } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalTelegram, type Chat, type FaultKind, type User } from 'local-telegram';
import { violationsOf } from '../../../test/support/bot-api-spec.js';
import { call, photo, send, TOKEN } from './requests.js';

let telegram: LocalTelegram;
let bot: Telegram;
let ayu: User;
let chat: Chat;

beforeEach(async () => {
  telegram = await LocalTelegram.start({ token: TOKEN });
  bot = new Telegram(TOKEN, { apiRoot: telegram.root });
  ayu = telegram.addUser();
  chat = telegram.privateChat(ayu);
});

afterEach(async () => {
  const violations = violationsOf(telegram);
  await telegram.close();
  expect(violations).toEqual([]);
});

async function fileLink(): Promise<{ link: string; bytes: Uint8Array }> {
  const { photo: sizes } = await telegram.sendPhoto(ayu, chat, await photo(640, 480));
  const fileId = sizes?.at(-1)?.file_id ?? '';
  return { link: (await bot.getFileLink(fileId)).href, bytes: telegram.fileBytes(fileId) };
}

describe('a fault of a method', () => {
  it('refuses with a status, as often as was said, and has no effect', async () => {
    const fault = telegram.fault({ method: 'sendMessage', times: 2, kind: { status: 429, retryAfter: 3 } });
    for (const used of [1, 2]) {
      expect(await call(telegram, 'sendMessage', { chat_id: chat.id, text: 'x' })).toEqual({
        ok: false,
        error_code: 429,
        description: 'Too Many Requests: retry after 3',
        parameters: { retry_after: 3 },
      });
      expect(fault.used).toBe(used);
    }
    expect(telegram.messagesOf(chat)).toEqual([]);
    await bot.sendMessage(chat.id, 'x');
    expect(telegram.messagesOf(chat)).toHaveLength(1);
  });

  it.each<[FaultKind, string]>([
    [{ status: 500 }, '500: Internal Server Error'],
    [{ status: 401 }, '401: Unauthorized'],
    [{ status: 409 }, '409: Conflict: terminated by other getUpdates request'],
    [
      { status: 400, description: 'Bad Request: PHOTO_INVALID_DIMENSIONS' },
      '400: Bad Request: PHOTO_INVALID_DIMENSIONS',
    ],
    [{ drop: 'before' }, 'socket hang up'],
  ])('%j is seen by telegraf as "%s"', async (kind, words) => {
    telegram.fault({ method: '*', kind });
    await expect(bot.sendMessage(chat.id, 'x')).rejects.toThrow(words);
    expect(telegram.messagesOf(chat)).toEqual([]);
  });

  it.each<[FaultKind]>([[{ drop: 'after' }], [{ brokenBody: true }], [{ brokenBody: 'chunked' }]])(
    '%j breaks the connection after the message was sent',
    async (kind) => {
      telegram.fault({ method: 'sendMessage', kind });
      await expect(call(telegram, 'sendMessage', { chat_id: chat.id, text: 'x' })).rejects.toThrow();
      expect(telegram.messagesOf(chat)).toHaveLength(1);
      expect(telegram.calls.at(-1)).toMatchObject({ status: 0, result: { text: 'x' } });
    },
  );

  it('holds an answer, and its effect, until it is let go', async () => {
    const gate = new EventEmitter();
    const hold = once(gate, 'open').then(() => undefined);
    telegram.fault({ method: 'sendMessage', kind: { hold } });
    const held = bot.sendMessage(chat.id, 'held');
    await telegram.waitForCall('sendMessage', ({ status }) => status === 0);
    await bot.sendMessage(chat.id, 'overtakes');
    gate.emit('open');
    await held;
    expect(telegram.messagesOf(chat).map(({ text }) => text)).toEqual(['overtakes', 'held']);
  });

  it('delays a call', async () => {
    telegram.fault({ method: 'sendMessage', kind: { delayMs: 5 } });
    await bot.sendMessage(chat.id, 'a little later');
    telegram.fault({ method: 'sendMessage', kind: { delayMs: 3_600_000 } });
    const slow = expect(bot.sendMessage(chat.id, 'an hour later')).rejects.toThrow();
    await telegram.waitForCall('sendMessage', ({ status }) => status === 0);
    await bot.sendMessage(chat.id, 'meanwhile');
    expect(telegram.messagesOf(chat).map(({ text }) => text)).toEqual(['a little later', 'meanwhile']);
    await Promise.all([slow, telegram.close()]);
  });

  it('meets only what it was made for, the first that fits, until it is removed', async () => {
    const first = telegram.fault({
      method: 'sendMessage',
      times: 5,
      kind: { status: 500 },
      match: ({ text }) => text === 'x',
    });
    const second = telegram.fault({ method: 'sendMessage', times: 5, kind: { status: 502 } });
    expect(await call(telegram, 'sendMessage', { chat_id: chat.id, text: 'x' })).toMatchObject({ error_code: 500 });
    expect(await call(telegram, 'sendMessage', { chat_id: chat.id, text: 'y' })).toMatchObject({ error_code: 502 });
    expect([first.used, second.used]).toEqual([1, 1]);
    first.remove();
    second.remove();
    await bot.sendMessage(chat.id, 'x');
  });

  it('spares a waiting getUpdates unless it is named', async () => {
    telegram.fault({ method: '*', kind: { status: 500 } });
    telegram.sendText(ayu, chat, 'hello');
    expect(await call(telegram, 'getUpdates')).toMatchObject({ ok: true });
    telegram.fault({ method: 'getUpdates', kind: { status: 409 } });
    expect(await call(telegram, 'getUpdates')).toMatchObject({ error_code: 409 });
  });
});

describe('a fault of a file', () => {
  it('cuts the download short', async () => {
    const { link, bytes } = await fileLink();
    telegram.fault({ method: 'file', kind: { truncate: 100 } });
    await expect(send(link, { method: 'GET' })).rejects.toThrow('aborted');
    expect((await send(link, { method: 'GET' })).bytes).toEqual(Buffer.from(bytes));
  });

  it('makes it missing', async () => {
    const { link } = await fileLink();
    telegram.fault({ method: 'file', kind: { missing: true } });
    expect(await send(link, { method: 'GET' })).toMatchObject({ status: 404 });
    telegram.fault({ method: 'getFile', kind: { missing: true } });
    await expect(fileLink()).rejects.toThrow('wrong file_id or the file is temporarily unavailable');
  });

  it('drops the connection, refuses, or holds it', async () => {
    const { link, bytes } = await fileLink();
    telegram.fault({ method: 'file', kind: { drop: 'before' } });
    await expect(send(link, { method: 'GET' })).rejects.toThrow('socket hang up');
    telegram.fault({ method: 'file', kind: { status: 500 } });
    expect(await send(link, { method: 'GET' })).toMatchObject({ status: 500 });
    telegram.fault({ method: 'file', kind: { hold: Promise.resolve() } });
    expect((await send(link, { method: 'GET' })).bytes).toHaveLength(bytes.length);
  });
});
