import { describe, expect, it } from 'vitest';
import type { Chat, LocalTelegram, Message, User } from 'local-telegram';
import { startBot } from '../support/bot.js';
import { answerTo, LABELS, messageOf, said, smallModel } from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { sharedBot } from '../support/shared-bot.js';

const model = await smallModel();
const shared = sharedBot(() => ({ MODEL: model }));
const SERVED = 4_100_001;
const withList = sharedBot(() => ({ MODEL: model, ALLOWED_CHATS: String(SERVED) }));

const HEATMAP = 'For the heatmap, send me the photo in a private chat: @sorot_bot';

interface Elsewhere {
  readonly telegram: LocalTelegram;
  /** A group that the bot is not in. */
  readonly chat: Chat;
  readonly ayu: User;
  readonly budi: User;
}

async function elsewhere(world: typeof shared = shared, languageCode = 'en'): Promise<Elsewhere> {
  const { telegram } = await world();
  telegram.setGuestQueries(true);
  const ayu = telegram.addUser({ firstName: 'Ayu', languageCode });
  const budi = telegram.addUser({ firstName: 'Budi', languageCode: 'en' });
  const chat = telegram.addGroup({ title: 'Elsewhere', members: [ayu, budi] });
  telegram.setRole(chat, telegram.bot, 'left');
  return { telegram, chat, ayu, budi };
}

async function newPhoto(seed = 1): Promise<Buffer> {
  return unseen(await photograph(seed));
}

/** What the bot has said to a message, as the people of its chat see it. */
function answersTo(telegram: LocalTelegram, asked: Message): Message[] {
  return telegram
    .messagesOf(asked.chat)
    .filter(
      (message) => message.from?.id === telegram.bot.id && message.reply_to_message?.message_id === asked.message_id,
    );
}

async function linesTo(telegram: LocalTelegram, asked: Message): Promise<string[]> {
  await telegram.waitUntil(() => answersTo(telegram, asked).length > 0);
  return answersTo(telegram, asked)[0]?.text?.split('\n') ?? [];
}

describe('in a chat that the bot is not in', () => {
  it('a photo replied to with its name is predicted as elsewhere, with where the heatmap is to be had', async () => {
    const { telegram, chat, ayu, budi } = await elsewhere();
    const photo = await newPhoto();
    const theirs = await telegram.sendPhoto(budi, chat, photo);
    const asked = telegram.sendText(ayu, chat, '@sorot_bot', { replyTo: theirs });
    const lines = await linesTo(telegram, asked);
    const own = await telegram.sendPhoto(ayu, telegram.privateChat(ayu), photo);
    const inPrivate = messageOf(await answerTo(telegram, own)).text ?? '';
    expect(lines).toEqual([...inPrivate.split('\n'), HEATMAP]);
    expect(answersTo(telegram, asked)).toMatchObject([{ guest_bot_caller_user: { id: ayu.id } }]);
    expect(answersTo(telegram, asked)[0]).not.toHaveProperty('reply_markup');
  });

  it('a photo that names it in its caption is predicted, in the person’s language', async () => {
    const { telegram, chat, ayu } = await elsewhere(shared, 'id');
    const asked = await telegram.sendPhoto(ayu, chat, await newPhoto(), { caption: 'Apa ini, @Sorot_Bot?' });
    const lines = await linesTo(telegram, asked);
    expect(LABELS.some(({ id }) => lines[0]?.endsWith(id))).toBe(true);
    expect(lines.at(-1)).toBe('Untuk heatmap-nya, kirim fotonya lewat chat pribadi: @sorot_bot');
  });

  it.each(['@sorot_bot lorry?', 'Is this a lorry, @sorot_bot?', 'lorry @sorot_bot', '@sorot_bot 5'])(
    'what "%s" asks for by name stands before the guesses',
    async (text) => {
      const { telegram, chat, ayu, budi } = await elsewhere();
      const theirs = await telegram.sendPhoto(budi, chat, await newPhoto());
      const plain = await linesTo(telegram, telegram.sendText(ayu, chat, '@sorot_bot', { replyTo: theirs }));
      const lines = await linesTo(telegram, telegram.sendText(ayu, chat, text, { replyTo: theirs }));
      expect(lines[0]).toMatch(/^\D+ \d+(\.\d+)?%$/);
      expect(lines.slice(1)).toEqual(plain);
    },
  );

  it('talk around its name changes nothing', async () => {
    const { telegram, chat, ayu, budi } = await elsewhere();
    const theirs = await telegram.sendPhoto(budi, chat, await newPhoto());
    const plain = await linesTo(telegram, telegram.sendText(ayu, chat, '@sorot_bot', { replyTo: theirs }));
    const asked = telegram.sendText(ayu, chat, 'ask @sorot_bot, it knows everything', { replyTo: theirs });
    expect(await linesTo(telegram, asked)).toEqual(plain);
  });

  it('its name without a photo is told what to do, what is no picture why not', async () => {
    const { telegram, chat, ayu, budi } = await elsewhere();
    const hint = ['Reply to a photo with @sorot_bot, and I will say what is in it.'];
    expect(await linesTo(telegram, telegram.sendText(ayu, chat, 'hello @sorot_bot'))).toEqual(hint);
    const words = telegram.sendText(budi, chat, 'hello');
    expect(await linesTo(telegram, telegram.sendText(ayu, chat, '@sorot_bot', { replyTo: words }))).toEqual(hint);
    const file = telegram.sendDocument(budi, chat, Buffer.from('x'), { fileName: 'a.txt', mimeType: 'text/plain' });
    const asked = telegram.sendText(ayu, chat, '@sorot_bot', { replyTo: file });
    expect((await linesTo(telegram, asked))[0]).toMatch(/^This file isn’t a picture/);
  });

  it('a photo that cannot be opened gets the sentence for that', async () => {
    const { telegram, chat, ayu, budi } = await elsewhere();
    const asIs = { width: 800, height: 600 };
    const theirs = await telegram.sendPhoto(budi, chat, Buffer.from('no picture'), { asIs });
    const asked = telegram.sendText(ayu, chat, '@sorot_bot', { replyTo: theirs });
    expect((await linesTo(telegram, asked))[0]).toMatch(/^I couldn’t open this file as a picture/);
  });

  it('another chat with its number has no part in it', async () => {
    const { telegram, ayu, budi } = await elsewhere();
    const own = telegram.privateChat(budi);
    await answerTo(telegram, telegram.sendText(budi, own, '/language id'));
    await answerTo(telegram, telegram.sendText(budi, own, '/heatmap off'));
    const ofTwo = telegram.chatOfTwo(ayu, budi);
    expect(ofTwo.id).toBe(own.id);
    const photo = await newPhoto();
    const theirs = await telegram.sendPhoto(budi, ofTwo, photo);
    const asked = telegram.sendText(ayu, ofTwo, '@sorot_bot', { replyTo: theirs });
    expect((await linesTo(telegram, asked)).at(-1)).toBe(HEATMAP);
    // Nor does the guest's answer count as one that the other chat has had: it gets its prediction, then its heatmap.
    const explained = await telegram.sendPhoto(budi, own, photo, { caption: '/explain' });
    await answerTo(telegram, explained);
    await answerTo(telegram, explained, 'sendPhoto');
  });

  it('one person who asks and asks does not take the places of the others, and is told once', async () => {
    const { telegram, chat, ayu, budi } = await elsewhere(() => startBot({ MODEL: model, PERSON_LIMIT: '2' }));
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    telegram.fault({ method: 'file', times: 100, kind: { hold } });
    const ask = async (user: User, seed: number): Promise<Message> =>
      telegram.sendPhoto(user, chat, await newPhoto(seed), { caption: '@sorot_bot' });
    const asked: Message[] = [];
    for (let seed = 1; seed <= 5; seed++) asked.push(await ask(budi, seed));
    const other = await ask(ayu, 6);
    const busy = (): boolean[] =>
      asked.map((each) => answersTo(telegram, each).some(({ text }) => text?.startsWith('Too many photos') === true));
    await telegram.waitUntil(() => busy().includes(true));
    release();
    expect((await linesTo(telegram, other)).join()).toContain('▰');
    for (const each of asked.slice(0, 2)) expect((await linesTo(telegram, each)).join()).toContain('▰');
    expect(busy().filter(Boolean)).toHaveLength(1);
  });

  it('another bot gets no answer', async () => {
    const { telegram, chat, ayu } = await elsewhere();
    const bot = telegram.addUser({ firstName: 'Echo', username: 'echo_bot', bot: true });
    const before = telegram.calls.length;
    const { photo } = await telegram.sendPhoto(ayu, chat, await newPhoto());
    const message = {
      message_id: 1,
      date: 1,
      chat,
      from: bot,
      ...(photo !== undefined && { photo }),
      caption: '@sorot_bot',
    };
    telegram.pushUpdate({ guest_message: { ...message, guest_query_id: '1' } });
    await linesTo(telegram, telegram.sendText(ayu, chat, '@sorot_bot'));
    const calls = telegram.calls.slice(before).map(({ method }) => method);
    expect(calls.filter((method) => ['getFile', 'answerGuestQuery'].includes(method))).toEqual(['answerGuestQuery']);
  });

  it.each([{ drop: 'before' }, { drop: 'after' }, { status: 429, retryAfter: 1 }, { status: 502 }] as const)(
    'gets one answer where Telegram fails with %j',
    async (kind) => {
      const { telegram, chat, ayu } = await elsewhere();
      const fault = telegram.fault({ method: 'answerGuestQuery', kind });
      const asked = telegram.sendText(ayu, chat, 'hello @sorot_bot');
      await linesTo(telegram, asked);
      await linesTo(telegram, telegram.sendText(ayu, chat, 'again @sorot_bot'));
      expect(fault.used).toBe(1);
      expect(answersTo(telegram, asked)).toHaveLength(1);
    },
  );
});

it('with guest mode off nothing comes, and all else goes on', async () => {
  const { telegram, chat, ayu } = await elsewhere();
  telegram.setGuestQueries(false);
  const asked = await telegram.sendPhoto(ayu, chat, await newPhoto(), { caption: '@sorot_bot' });
  await answerTo(telegram, await telegram.sendPhoto(ayu, telegram.privateChat(ayu), await newPhoto()), 'sendPhoto');
  expect(answersTo(telegram, asked)).toEqual([]);
});

describe('a bot that serves certain chats only', () => {
  it('says so to guests, also in a chat that has the number of one of those, and looks at no photo', async () => {
    const { telegram, chat, ayu } = await elsewhere(withList);
    const refusal = ['I only work in selected chats, and this isn’t one of them.'];
    const served = telegram.addUser({ id: SERVED, languageCode: 'en' });
    const ofTwo = telegram.chatOfTwo(ayu, served);
    for (const place of [chat, ofTwo]) {
      const asked = await telegram.sendPhoto(ayu, place, await newPhoto(), { caption: '@sorot_bot' });
      expect(await linesTo(telegram, asked)).toEqual(refusal);
    }
    expect(telegram.calls.filter(({ method }) => method === 'getFile')).toEqual([]);
    expect(said(telegram)).toEqual([]);
  });
});
