import { beforeAll, describe, expect, it } from 'vitest';
import type { Chat, LocalTelegram, Message, User } from '../../src/demo/bot-api/index.js';
import { startBot } from '../support/bot.js';
import type { RunningBot } from '../support/bot.js';
import { answerTo, buttonsOf, messageOf, repliesTo, said, smallModel, words } from '../support/conversation.js';
import { photograph } from '../support/pictures.js';

let model: string;
let photo: Buffer;

beforeAll(async () => {
  model = await smallModel();
  photo = await photograph(1, 640, 480);
});

interface Group {
  readonly telegram: LocalTelegram;
  readonly bot: RunningBot;
  readonly group: Chat;
  readonly admin: User;
  readonly member: User;
  readonly other: User;
}

async function group(options: { privacy?: boolean; forum?: boolean } = {}): Promise<Group> {
  const { telegram, bot } = await startBot({ MODEL: model }, { privacy: options.privacy ?? false });
  const [admin, member, other] = ['Ayu', 'Budi', 'Citra'].map((firstName) =>
    telegram.addUser({ firstName, languageCode: 'en' }),
  );
  if (admin === undefined || member === undefined || other === undefined) throw new Error('Nobody is there.');
  const chat = telegram.addGroup({
    title: 'Kelompok',
    members: [admin, member, other],
    admins: [admin],
    ...(options.forum === true && { forum: true }),
  });
  return { telegram, bot, group: chat, admin, member, other };
}

/** Sends something that is answered for certain, and waits for that: everything before it has been seen then. */
async function untilSeen({ telegram, member, group: chat }: Group): Promise<void> {
  const asked = telegram.sendText(member, chat, '/model@sorot_bot');
  await answerTo(telegram, asked);
}

describe('in a group', () => {
  it('fifty messages that are not meant for it get no answer', async () => {
    const all = await group();
    const { telegram, group: chat, member, other } = all;
    const sticker = await photograph(2, 512, 512);
    for (let i = 0; i < 5; i++) {
      const someones = await telegram.sendPhoto(other, chat, await photograph(i));
      telegram.sendText(member, chat, 'What a photo', { replyTo: someones });
      telegram.sendText(member, chat, '/explain@other_bot', { replyTo: someones });
      telegram.sendText(member, chat, '/unknown');
      telegram.sendText(member, chat, 'please /explain this', { replyTo: someones });
      telegram.sendText(member, chat, 'dog');
      await telegram.sendPhoto(member, chat, photo, { caption: 'for @other_bot' });
      telegram.sendSticker(member, chat, sticker);
      telegram.sendDocument(other, chat, Buffer.from('text'), { fileName: 'a.txt', mimeType: 'text/plain' });
      await telegram.sendPhoto(member, chat, photo, { caption: '/explain@other_bot' });
    }
    await untilSeen(all);
    expect(said(telegram)).toHaveLength(1);
    expect(telegram.calls.filter(({ method }) => method === 'getFile')).toEqual([]);
  });

  it.each([
    ['/explain in reply to somebody’s photo', '/explain', true],
    ['/explain with the bot’s name in reply', '/explain@sorot_bot', true],
    ['/explain with the bot’s name in capitals', '/explain@Sorot_Bot', true],
    ['/predict in reply to somebody’s photo', '/predict', false],
  ])('%s is answered', async (_, command, heatmap) => {
    const { telegram, group: chat, member, other } = await group({ privacy: true });
    const someones = await telegram.sendPhoto(other, chat, photo);
    telegram.sendText(member, chat, command, { replyTo: someones });
    const prediction = await answerTo(telegram, someones);
    expect(buttonsOf(prediction)).toHaveLength(3);
    if (heatmap) await answerTo(telegram, someones, 'sendPhoto');
  });

  it.each(['/explain', '/predict', '/explain@sorot_bot dog', 'Look @sorot_bot'])(
    'a photo captioned "%s" is answered',
    async (caption) => {
      const { telegram, group: chat, member } = await group();
      const own = await telegram.sendPhoto(member, chat, photo, { caption });
      await answerTo(telegram, own);
    },
  );

  it('a photo in reply to the bot’s message is answered', async () => {
    const all = await group({ privacy: true });
    const { telegram, group: chat, member } = all;
    const asked = telegram.sendText(member, chat, '/model@sorot_bot');
    const answer = messageOf(await answerTo(telegram, asked));
    const own = await telegram.sendPhoto(member, chat, photo, { replyTo: answer });
    await answerTo(telegram, own);
    await answerTo(telegram, own, 'sendPhoto');
  });

  it('/explain in reply to the bot’s answer, or a class named in reply to it, is about that photo', async () => {
    const { telegram, group: chat, member, other } = await group({ privacy: true });
    const someones = await telegram.sendPhoto(other, chat, photo);
    telegram.sendText(member, chat, '/predict', { replyTo: someones });
    const prediction = messageOf(await answerTo(telegram, someones));
    telegram.sendText(other, chat, '/explain 2', { replyTo: prediction });
    const second = await answerTo(telegram, someones, 'sendPhoto');
    const after = telegram.calls.length;
    telegram.sendText(other, chat, '1', { replyTo: prediction });
    const first = await answerTo(telegram, someones, 'sendPhoto', { after });
    expect(words(first)).not.toBe(words(second));
    telegram.sendText(other, chat, 'thanks', { replyTo: prediction });
  });

  it('/explain without a photo says how to use it', async () => {
    const { telegram, group: chat, member } = await group({ privacy: true });
    const asked = telegram.sendText(member, chat, '/explain@sorot_bot');
    expect(words(await answerTo(telegram, asked))).toMatch(/Which photo\?.*\/explain@sorot_bot/);
  });

  it('/explain in reply to a text says that there is no photo', async () => {
    const { telegram, group: chat, member, other } = await group({ privacy: true });
    const text = telegram.sendText(other, chat, 'Hello');
    const asked = telegram.sendText(member, chat, '/explain', { replyTo: text });
    expect(words(await answerTo(telegram, asked))).toMatch(/no photo in the message/);
  });

  it('answers stay in their topic', async () => {
    const { telegram, group: chat, admin, member, other } = await group({ forum: true });
    const topic = telegram.addTopic(chat, 'Photos');
    const someones = await telegram.sendPhoto(other, chat, photo, { topic });
    telegram.sendText(member, chat, '/explain', { replyTo: someones, topic });
    const prediction = await answerTo(telegram, someones);
    const heatmap = await answerTo(telegram, someones, 'sendPhoto');
    expect([prediction, heatmap].map(({ payload }) => payload['message_thread_id'])).toEqual([topic, topic]);
    // In a topic every message replies to the one that opened it.
    const asked = telegram.sendText(admin, chat, '/explain', { topic });
    expect(words(await answerTo(telegram, asked))).toMatch(/Which photo/);
    for (const { payload } of telegram.calls.filter(({ method }) => method === 'sendChatAction')) {
      expect(payload['message_thread_id']).toBe(topic);
    }
  });
});

describe('/auto', () => {
  it('is refused to those who are not admins', async () => {
    const all = await group();
    const { telegram, group: chat, member, other } = all;
    const asked = telegram.sendText(member, chat, '/auto on');
    expect(words(await answerTo(telegram, asked))).toMatch(/admins/);
    await telegram.sendPhoto(other, chat, photo);
    await untilSeen(all);
    expect(said(telegram)).toHaveLength(2);
  });

  it('switched on by an admin has every photo answered until it is switched off', async () => {
    const all = await group();
    const { telegram, group: chat, admin, other } = all;
    const on = telegram.sendText(admin, chat, '/auto on');
    expect(words(await answerTo(telegram, on))).toMatch(/every photo/);
    const first = await telegram.sendPhoto(other, chat, photo);
    await answerTo(telegram, first, 'sendPhoto');
    telegram.sendSticker(other, chat, photo);
    telegram.sendDocument(other, chat, Buffer.from('text'), { fileName: 'a.txt', mimeType: 'text/plain' });
    await untilSeen(all);
    const off = telegram.sendText(admin, chat, '/auto off');
    await answerTo(telegram, off);
    const before = said(telegram).length;
    await telegram.sendPhoto(other, chat, await photograph(5));
    await untilSeen(all);
    expect(said(telegram)).toHaveLength(before + 1);
  });

  it('may be switched by an admin who writes in the group’s name', async () => {
    const { telegram, group: chat, admin } = await group();
    const on = telegram.sendText(admin, chat, '/auto on', { anonymous: true });
    expect(words(await answerTo(telegram, on))).toMatch(/every photo/);
  });

  it('says so where privacy mode hides the photos', async () => {
    const { telegram, group: chat, admin } = await group({ privacy: true });
    const on = telegram.sendText(admin, chat, '/auto on');
    expect(words(await answerTo(telegram, on))).toMatch(/privacy/i);
    telegram.promote(chat, telegram.bot);
    const again = telegram.sendText(admin, chat, '/auto on');
    expect(words(await answerTo(telegram, again))).toMatch(/every photo/);
  });
});

describe('settings of a group', () => {
  it('are its admins’ to change', async () => {
    const { telegram, group: chat, admin, member } = await group({ privacy: true });
    for (const command of ['/language id', '/heatmap off']) {
      const asked = telegram.sendText(member, chat, command);
      expect(words(await answerTo(telegram, asked))).toMatch(/admins/);
    }
    const asked = telegram.sendText(admin, chat, '/language');
    const question = await answerTo(telegram, asked);
    const [, indonesian] = buttonsOf(question);
    telegram.pressButton(member, messageOf(question), indonesian?.callback_data ?? '');
    const refused = await telegram.waitForCall('answerCallbackQuery');
    expect(refused.payload['text']).toMatch(/admins/);
    telegram.pressButton(admin, messageOf(question), indonesian?.callback_data ?? '');
    await telegram.waitForCall('editMessageText', (call) => words(call).includes('bahasa Indonesia'));
    const usage = telegram.sendText(member, chat, '/explain');
    expect(words(await answerTo(telegram, usage))).toMatch(/Foto yang mana|Balas/);
  });
});

describe('an album in a group', () => {
  it('where every photo is answered becomes one answer and one album', async () => {
    const { telegram, group: chat, admin, other } = await group();
    await answerTo(telegram, telegram.sendText(admin, chat, '/auto on'));
    const photos = await Promise.all([1, 2, 3].map((seed) => photograph(seed)));
    const album: Message[] = await telegram.sendAlbum(other, chat, photos);
    const [first] = album;
    if (first === undefined) throw new Error('The album is empty.');
    const answer = await answerTo(telegram, first);
    expect(words(answer).match(/^\d\. /gm)).toEqual(['1. ', '2. ', '3. ']);
    const heatmaps = await answerTo(telegram, first, 'sendMediaGroup');
    expect(heatmaps.payload['media']).toHaveLength(3);
    expect(repliesTo(heatmaps)).toBe(first.message_id);
    expect(said(telegram)).toHaveLength(3);
  });
});
