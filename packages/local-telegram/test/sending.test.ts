import sharp from 'sharp';
import { Telegram } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalTelegram, uploadsOf, type Chat, type Message, type User } from 'local-telegram';
import { violationsOf } from '../../../test/support/bot-api-spec.js';
import { call, callWithForm, photo, send, TOKEN } from './requests.js';

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

function last(): Message | undefined {
  return telegram.messagesOf(chat).at(-1);
}

describe('messages', () => {
  it('reads HTML and finds commands by itself', async () => {
    await bot.sendMessage(
      chat.id,
      ' <b>Dog &amp; <i>cat</i></b>, see /help or <a href="https://example.com/">this</a>',
      {
        parse_mode: 'HTML',
      },
    );
    expect(last()).toMatchObject({
      text: 'Dog & cat, see /help or this',
      entities: [
        { type: 'bold', offset: 0, length: 9 },
        { type: 'italic', offset: 6, length: 3 },
        { type: 'bot_command', offset: 15, length: 5 },
        { type: 'text_link', offset: 24, length: 4, url: 'https://example.com/' },
      ],
    });
  });

  it('replies one level deep', async () => {
    const asked = telegram.sendText(ayu, chat, 'first');
    const answer = await bot.sendMessage(chat.id, 'second', { reply_parameters: { message_id: asked.message_id } });
    await bot.sendMessage(chat.id, 'third', { reply_parameters: { message_id: answer.message_id } });
    expect(last()?.reply_to_message).toMatchObject({ text: 'second' });
    expect(last()?.reply_to_message).not.toHaveProperty('reply_to_message');
  });

  it('sends without the message replied to only where that is allowed', async () => {
    const reply = { chat_id: chat.id, text: 'x', reply_parameters: { message_id: 999 } };
    expect(await call(telegram, 'sendMessage', reply)).toMatchObject({
      error_code: 400,
      description: 'Bad Request: message to be replied not found',
    });
    const lenient = { ...reply, reply_parameters: { message_id: 999, allow_sending_without_reply: true } };
    expect(await call(telegram, 'sendMessage', lenient)).toMatchObject({ ok: true });
    expect(last()).not.toHaveProperty('reply_to_message');
  });

  it('takes JSON, forms and addresses alike', async () => {
    const asked = telegram.sendText(ayu, chat, 'first');
    const fields = {
      chat_id: String(chat.id),
      text: '12345',
      reply_parameters: JSON.stringify({ message_id: asked.message_id }),
    };
    const query = new URLSearchParams(fields).toString();
    await call(telegram, 'sendMessage', { ...fields, chat_id: chat.id });
    await callWithForm(telegram, 'sendMessage', fields);
    await send(`${telegram.root}/bot${TOKEN}/sendMessage`, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: query,
    });
    await send(`${telegram.root}/bot${TOKEN}/sendmessage?${query}`, { method: 'GET' });
    const answers = telegram.messagesOf(chat).slice(1);
    expect(answers).toHaveLength(4);
    for (const answer of answers) {
      expect(answer).toMatchObject({ text: '12345', reply_to_message: { message_id: asked.message_id } });
    }
    expect(telegram.calls.map(({ payload }) => payload['text'])).toEqual(['12345', '12345', '12345', '12345']);
  });

  it('edits, and takes the keyboard away where none is given', async () => {
    const keyboard = { inline_keyboard: [[{ text: 'Why dog?', callback_data: 'why:1' }]] };
    const sent = await bot.sendMessage(chat.id, 'dog', { reply_markup: keyboard });
    expect(last()).toMatchObject({ text: 'dog', reply_markup: keyboard });
    await bot.editMessageText(chat.id, sent.message_id, undefined, 'cat');
    expect(last()).toMatchObject({ text: 'cat', message_id: sent.message_id });
    expect(last()).not.toHaveProperty('reply_markup');
    await bot.editMessageReplyMarkup(chat.id, sent.message_id, undefined, keyboard);
    expect(last()).toMatchObject({ text: 'cat', reply_markup: keyboard });
    telegram.deleteMessage(last() ?? expect.fail());
    expect(telegram.messagesOf(chat)).toEqual([]);
  });

  it('answers a pressed button', async () => {
    const message = telegram.sendText(ayu, chat, 'dog');
    const query = telegram.pressButton(ayu, message, 'why:1');
    await bot.answerCbQuery(query, 'Wait...');
    telegram.expireCallbacks();
    await expect(bot.answerCbQuery(query)).rejects.toThrow(
      '400: Bad Request: query is too old and response timeout expired or query ID is invalid',
    );
  });

  it('does not write to a person who blocked it', async () => {
    telegram.blockBot(ayu);
    await expect(bot.sendMessage(chat.id, 'hello')).rejects.toThrow('403: Forbidden: bot was blocked by the user');
    telegram.setRole(chat, telegram.bot, 'member', ayu);
    await bot.sendMessage(chat.id, 'hello again');
    const { result } = await call(telegram, 'getUpdates');
    expect(result).toMatchObject([
      { my_chat_member: { old_chat_member: { status: 'member' }, new_chat_member: { status: 'kicked' } } },
      { my_chat_member: { old_chat_member: { status: 'kicked' }, new_chat_member: { status: 'member' } } },
    ]);
  });
});

describe('photos', () => {
  it('come in sizes of 90, 320, 800 and 1280, upright, never enlarged', async () => {
    const wide = await sharp(await photo(1000, 2000))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const large = await telegram.sendPhoto(ayu, chat, wide);
    expect(large.photo?.map(({ width, height }) => [width, height])).toEqual([
      [90, 45],
      [320, 160],
      [800, 400],
      [1280, 640],
    ]);
    const small = await telegram.sendPhoto(ayu, chat, await photo(500, 250));
    expect(small.photo?.map(({ width }) => width)).toEqual([90, 320, 500]);
    const least = small.photo?.at(-1);
    const bytes = telegram.fileBytes(least?.file_id ?? '');
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 500, height: 250 });
    expect(least?.file_size).toBe(bytes.length);
  });

  it('have the same unique identifiers when sent twice, under other file identifiers', async () => {
    const bytes = await photo(400, 300);
    const [one, two, other] = await Promise.all([
      telegram.sendPhoto(ayu, chat, bytes),
      telegram.sendPhoto(ayu, chat, new Uint8Array(bytes)),
      telegram.sendPhoto(ayu, chat, await photo(400, 300, 3)),
    ]);
    const unique = (message: Message) => message.photo?.map(({ file_unique_id }) => file_unique_id);
    expect(unique(two)).toEqual(unique(one));
    expect(unique(other)).not.toEqual(unique(one));
    expect(two.photo?.[0]?.file_id).not.toBe(one.photo?.[0]?.file_id);
    const { file_id, file_unique_id } = one.photo?.[0] ?? { file_id: '', file_unique_id: '' };
    expect(file_id.length).toBeGreaterThan(file_unique_id.length);
  });

  it('are uploaded as a reply whose parameters are JSON text', async () => {
    const asked = telegram.sendText(ayu, chat, 'why?');
    const sent = await bot.sendPhoto(
      chat.id,
      { source: Buffer.from(await photo(640, 480)) },
      {
        caption: '<b>dog</b>',
        parse_mode: 'HTML',
        reply_parameters: JSON.stringify({ message_id: asked.message_id }) as never,
        reply_markup: { inline_keyboard: [[{ text: 'More', callback_data: 'more' }]] },
      },
    );
    expect(sent).toMatchObject({
      caption: 'dog',
      caption_entities: [{ type: 'bold', offset: 0, length: 3 }],
      reply_to_message: { message_id: asked.message_id },
      reply_markup: { inline_keyboard: [[{ text: 'More' }]] },
    });
    const [upload] = uploadsOf(telegram.calls.at(-1) ?? expect.fail());
    expect(await sharp(upload?.upload).metadata()).toMatchObject({ width: 640, height: 480 });
    expect(telegram.calls.at(-1)?.payload).toMatchObject({ reply_parameters: { message_id: asked.message_id } });
  });

  it('are sent again by their identifier', async () => {
    const first = await bot.sendPhoto(chat.id, { source: Buffer.from(await photo(640, 480)) });
    const again = await bot.sendPhoto(chat.id, first.photo.at(-1)?.file_id ?? '', { caption: 'again' });
    expect(again.photo).toEqual(first.photo);
    const file = await bot.sendDocument(chat.id, { source: Buffer.from('text'), filename: 'note.txt' });
    expect(file.document).toMatchObject({ file_name: 'note.txt', file_size: 4 });
    expect((await bot.sendDocument(chat.id, file.document.file_id)).document).toEqual(file.document);
    await expect(bot.sendDocument(chat.id, first.photo[0]?.file_id ?? '')).rejects.toThrow(
      "can't use file of type Photo as Document",
    );
  });

  it('are downloaded by getFile', async () => {
    const { photo: sizes } = await telegram.sendPhoto(ayu, chat, await photo(640, 480));
    const { file_id } = sizes?.at(-1) ?? { file_id: '' };
    const link = await bot.getFileLink(file_id);
    expect(link.pathname).toBe(`/file/bot${TOKEN}/photos/file_3.jpg`);
    const answer = await send(link.href, { method: 'GET' });
    expect(answer.status).toBe(200);
    expect(new Uint8Array(answer.bytes)).toEqual(telegram.fileBytes(file_id));
  });

  it('change under an edit', async () => {
    const sent = await bot.sendPhoto(chat.id, { source: Buffer.from(await photo(64, 48)) }, { caption: 'one' });
    await bot.editMessageCaption(chat.id, sent.message_id, undefined, 'two');
    expect(last()).toMatchObject({ caption: 'two', photo: sent.photo });
    const media = { type: 'photo' as const, media: { source: Buffer.from(await photo(32, 48)) }, caption: 'three' };
    await bot.editMessageMedia(chat.id, sent.message_id, undefined, media);
    expect(last()).toMatchObject({ caption: 'three', photo: [{ width: 32, height: 48 }] });
  });

  it('may be given with bytes that no phone would send', async () => {
    const broken = new TextEncoder().encode('no picture');
    const message = await telegram.sendPhoto(ayu, chat, broken, { asIs: { width: 800, height: 600 } });
    expect(message.photo).toMatchObject([{ width: 800, height: 600, file_size: broken.length }]);
    expect(telegram.fileBytes(message.photo?.[0]?.file_id ?? '')).toEqual(broken);
  });
});

describe('albums', () => {
  it('from people are separate updates with one number, the caption on the first', async () => {
    const photos = await Promise.all([photo(100, 80), photo(100, 80, 1), photo(100, 80, 2)]);
    await telegram.sendAlbum(ayu, chat, photos, { caption: '/explain' });
    const { result } = await call(telegram, 'getUpdates');
    const messages = (result as { message: Message }[]).map(({ message }) => message);
    expect(messages.map(({ caption }) => caption)).toEqual(['/explain', undefined, undefined]);
    expect(new Set(messages.map(({ media_group_id }) => media_group_id)).size).toBe(1);
    expect(messages[0]?.media_group_id).toMatch(/^\d+$/);
  });

  it('from the bot are uploaded in one call', async () => {
    const asked = telegram.sendText(ayu, chat, 'why?');
    const sent = await bot.sendMediaGroup(
      chat.id,
      [
        { type: 'photo', media: { source: Buffer.from(await photo(100, 80)) }, caption: 'one' },
        { type: 'photo', media: { source: Buffer.from(await photo(80, 100)) }, caption: 'two' },
      ],
      { reply_parameters: JSON.stringify({ message_id: asked.message_id }) as never },
    );
    expect(sent).toMatchObject([
      { caption: 'one', photo: [{ width: 90 }, { width: 100 }], reply_to_message: { text: 'why?' } },
      { caption: 'two', photo: [{ height: 90 }, { height: 100 }] },
    ]);
    expect(telegram.messagesOf(chat)).toHaveLength(3);
  });
});

describe('other content of people', () => {
  it('arrives as Telegram would send it', async () => {
    const bytes = await photo(50, 50);
    telegram.sendDocument(ayu, chat, bytes, { fileName: 'cat.jpg', mimeType: 'image/jpeg', caption: '/predict' });
    telegram.sendOther(ayu, chat, { location: { latitude: -6.2, longitude: 106.8 } });
    const text = telegram.sendText(ayu, chat, 'see https://example.com/a, @someone and /help@test_bot');
    telegram.editText(text, 'changed');
    const { result } = await call(telegram, 'getUpdates');
    expect(result).toMatchObject([
      { message: { document: { file_name: 'cat.jpg', mime_type: 'image/jpeg' }, caption_entities: [{ length: 8 }] } },
      { message: { location: { latitude: -6.2 } } },
      {
        message: {
          entities: [
            { type: 'url', offset: 4, length: 21 },
            { type: 'mention', offset: 27, length: 8 },
            { type: 'bot_command', offset: 40, length: 14 },
          ],
        },
      },
      { edited_message: { text: 'changed', message_id: text.message_id } },
    ]);
  });
});
