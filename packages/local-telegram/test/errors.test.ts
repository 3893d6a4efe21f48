import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalTelegram, LocalTelegramError, type Chat, type User } from 'local-telegram';
import { sentViolationsOf } from '../../../test/support/bot-api-spec.js';
import { call, callWithForm, send, TOKEN } from './requests.js';

let telegram: LocalTelegram;
let ayu: User;
let chat: Chat;

beforeEach(async () => {
  telegram = await LocalTelegram.start({ token: TOKEN });
  ayu = telegram.addUser();
  chat = telegram.privateChat(ayu);
});

afterEach(async () => {
  const violations = sentViolationsOf(telegram);
  await telegram.close();
  expect(violations).toEqual([]);
});

function button(data: string): Record<string, unknown> {
  return { inline_keyboard: [[{ text: 'Press', callback_data: data }]] };
}

describe('a call that Telegram refuses', () => {
  it('is unknown, or has another token', async () => {
    expect(await call(telegram, 'sendNothing')).toEqual({
      ok: false,
      error_code: 404,
      description: 'Not Found: method not found',
    });
    expect(await call(telegram, 'getMe', {}, { token: '1:other' })).toEqual({
      ok: false,
      error_code: 401,
      description: 'Unauthorized',
    });
    expect(await send(`${telegram.root}/elsewhere`)).toMatchObject({ status: 404 });
    expect(await send(`${telegram.root}/file/bot1:other/photos/file_0.jpg`, { method: 'GET' })).toMatchObject({
      status: 401,
    });
  });

  it.each([
    [{ chat_id: '', text: 'x' }, 'chat_id is empty'],
    [{ chat_id: 42, text: 'x' }, 'chat not found'],
    [{ text: '' }, 'message text is empty'],
    [{ text: ' \n' }, 'message text is empty'],
    [{ text: 'x'.repeat(4097) }, 'message is too long'],
    [{ text: 'x', message_thread_id: 7 }, 'message thread not found'],
    [{ text: 'x', reply_parameters: { message_id: 7 } }, 'message to be replied not found'],
    [{ text: 'x', reply_parameters: '[object Object]' }, "can't parse reply parameters JSON object"],
    [{ text: 'x', reply_markup: button('x'.repeat(65)) }, 'BUTTON_DATA_INVALID'],
    [{ text: 'x', reply_markup: button('é'.repeat(33)) }, 'BUTTON_DATA_INVALID'],
    [
      { text: 'x', reply_markup: { inline_keyboard: [[{ text: 'nothing behind it' }]] } },
      "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [{ text: '<b>x', parse_mode: 'HTML' }, 'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"'],
    [{ text: 'é <dog>', parse_mode: 'HTML' }, 'can\'t parse entities: Unsupported start tag "dog" at byte offset 3'],
    [
      { text: '<b>x</i>', parse_mode: 'HTML' },
      'can\'t parse entities: Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
    ],
    [{ text: 'x</b>', parse_mode: 'HTML' }, "can't parse entities: Unexpected end tag at byte offset 1"],
    [{ text: 'x < 3', parse_mode: 'HTML' }, "can't parse entities: Unclosed start tag at byte offset 2"],
  ])('sendMessage %j: %s', async (fields, words) => {
    expect(await call(telegram, 'sendMessage', { chat_id: chat.id, ...fields })).toEqual({
      ok: false,
      error_code: 400,
      description: `Bad Request: ${words}`,
    });
    expect(telegram.messagesOf(chat)).toEqual([]);
  });

  it('takes text and captions of exactly the limit', async () => {
    expect(await call(telegram, 'sendMessage', { chat_id: chat.id, text: 'x'.repeat(4096) })).toMatchObject({
      ok: true,
    });
    expect(
      await call(telegram, 'sendMessage', { chat_id: chat.id, text: 'x', reply_markup: button('x'.repeat(64)) }),
    ).toMatchObject({ ok: true });
  });

  it('has a photo that Telegram does not take', async () => {
    const picture = (width: number, height: number) =>
      sharp({ create: { width, height, channels: 3, background: 'red' } })
        .png()
        .toBuffer();
    const upload = async (bytes: Uint8Array) =>
      (
        await callWithForm(telegram, 'sendPhoto', {
          chat_id: String(chat.id),
          photo: { filename: 'photo.png', bytes },
        })
      ).description;
    expect(await upload(await picture(9000, 1001))).toBe('Bad Request: PHOTO_INVALID_DIMENSIONS');
    expect(await upload(await picture(210, 10))).toBe('Bad Request: PHOTO_INVALID_DIMENSIONS');
    expect(await upload(new Uint8Array())).toBe('Bad Request: file must be non-empty');
    expect(await upload(Buffer.from('no picture'))).toBe('Bad Request: IMAGE_PROCESS_FAILED');
    expect(await upload(new Uint8Array(10_485_761))).toBe(
      'Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes',
    );
    expect(await upload(await picture(200, 10))).toBeUndefined();
  });

  it('has a caption that is too long, no photo, or another identifier', async () => {
    const fields = { chat_id: chat.id, photo: 'x' };
    const words = async (extra: Record<string, unknown>) =>
      (await call(telegram, 'sendPhoto', { ...fields, ...extra })).description;
    expect(await words({ caption: 'x'.repeat(1025) })).toBe('Bad Request: message caption is too long');
    expect(await words({ photo: '' })).toBe('Bad Request: there is no photo in the request');
    expect(await words({})).toBe('Bad Request: wrong file identifier/HTTP URL specified');
  });

  it('has a body above 50 MB', async () => {
    const large = {
      chat_id: String(chat.id),
      document: { filename: 'x.bin', bytes: new Uint8Array(51 * 1024 * 1024) },
    };
    const answer = await callWithForm(telegram, 'sendDocument', large);
    expect(answer).toEqual({ ok: false, error_code: 413, description: 'Request Entity Too Large' });
    expect(await call(telegram, 'getMe')).toMatchObject({ ok: true });
  });

  it('has an album of one, or of eleven', async () => {
    const items = (count: number) => Array.from({ length: count }, () => ({ type: 'photo', media: 'x' }));
    const words = async (count: number) =>
      (await call(telegram, 'sendMediaGroup', { chat_id: chat.id, media: items(count) })).description;
    expect(await words(1)).toBe('Bad Request: too few messages to send as an album');
    expect(await words(11)).toBe('Bad Request: too many messages to send as an album');
  });

  it('edits what is not there, not its own, or not changed', async () => {
    const theirs = telegram.sendText(ayu, chat, 'mine');
    const { result } = await call(telegram, 'sendMessage', { chat_id: chat.id, text: 'dog' });
    const own = (result as { message_id: number }).message_id;
    const words = async (id: number, text: string) =>
      (await call(telegram, 'editMessageText', { chat_id: chat.id, message_id: id, text })).description;
    expect(await words(999, 'x')).toBe('Bad Request: message to edit not found');
    expect(await words(theirs.message_id, 'x')).toBe("Bad Request: message can't be edited");
    expect(await words(own, 'dog')).toMatch(/^Bad Request: message is not modified: /);
    expect(await words(own, 'cat')).toBeUndefined();
  });

  it('asks for a file that is unknown or too big', async () => {
    const words = async (file_id: string) => (await call(telegram, 'getFile', { file_id })).description;
    expect(await words('nothing')).toBe('Bad Request: invalid file_id');
    expect(await words('')).toBe('Bad Request: file_id not specified');
    const claim = { fileName: 'x.jpg', mimeType: 'image/jpeg', size: 21 * 1024 * 1024 };
    const { document } = telegram.sendDocument(ayu, chat, new Uint8Array(3), claim);
    expect(document?.file_size).toBe(claim.size);
    expect(await words(document?.file_id ?? '')).toBe('Bad Request: file is too big');
  });

  it('names an action, or answers a press, that there is not', async () => {
    expect((await call(telegram, 'sendChatAction', { chat_id: chat.id, action: 'thinking' })).description).toBe(
      'Bad Request: wrong parameter action in request',
    );
    expect((await call(telegram, 'answerCallbackQuery', { callback_query_id: '1' })).description).toBe(
      'Bad Request: query is too old and response timeout expired or query ID is invalid',
    );
  });
});

describe('waiting for a call', () => {
  it('passes over what was refused, unless it asks for that', async () => {
    await call(telegram, 'sendMessage', { chat_id: 1, text: 'refused' });
    await call(telegram, 'sendMessage', { chat_id: chat.id, text: 'sent' });
    await call(telegram, 'sendMessage', { chat_id: chat.id, text: 'sent after it' });
    expect((await telegram.waitForCall('sendMessage', () => true)).payload['text']).toBe('sent');
    expect((await telegram.waitForCall('sendMessage', ({ status }) => status === 400)).payload['text']).toBe('refused');
    expect((await telegram.waitForCall('sendMessage', undefined, { after: 2 })).payload['text']).toBe('sent after it');
  });
});

describe('waiting in vain', () => {
  it('lists the last calls', async () => {
    await call(telegram, 'sendMessage', { chat_id: chat.id, text: 'what happened instead' });
    await call(telegram, 'sendMessage', { chat_id: 1, text: 'x' });
    const waiting = telegram.waitForCall('sendPhoto', undefined, { timeoutMs: 1 });
    await expect(waiting).rejects.toThrow(LocalTelegramError);
    await expect(waiting).rejects.toThrow(
      /sendMessage 200 .*what happened instead.*\n.*400 "Bad Request: chat not found"/,
    );
  });

  it('ends when the world ends', async () => {
    const waiting = telegram.waitUntil(() => false);
    await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'closed' }), telegram.close()]);
  });
});
