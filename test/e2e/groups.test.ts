import { beforeEach, describe, expect, it } from 'vitest';
import { findEntities } from 'local-telegram';
import type { Chat, LocalTelegram, Message, User } from 'local-telegram';
import {
  answerTo,
  buttonsOf,
  classesOf,
  messageOf,
  repliesTo,
  said,
  sendSticker,
  smallModel,
  words,
} from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { sharedBot } from '../support/shared-bot.js';

const model = await smallModel();
const withPrivacy = sharedBot(() => ({ MODEL: model }));
const withoutPrivacy = sharedBot(() => ({ MODEL: model }), { privacy: false });

let photo: Buffer;

beforeEach(async () => {
  photo = unseen(await photograph(1, 640, 480));
});

interface Group {
  readonly telegram: LocalTelegram;
  readonly group: Chat;
  readonly admin: User;
  readonly member: User;
  readonly other: User;
}

async function group(options: { privacy?: boolean; forum?: boolean } = {}): Promise<Group> {
  const { telegram } = await (options.privacy === true ? withPrivacy() : withoutPrivacy());
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
  return { telegram, group: chat, admin, member, other };
}

/** Sends something that is answered for certain, and waits for that: everything before it has been seen then. */
async function untilSeen({ telegram, member, group: chat }: Group): Promise<void> {
  const asked = telegram.sendText(member, chat, '/model@sorot_bot');
  await answerTo(telegram, asked);
}

/** How much is to have been said in groups by the time the bot has ended, when nothing is under way any more. */
const inAll: { readonly test: string; readonly group: Group; readonly methods: readonly string[] }[] = [];

/** So much is said in this group and no more, which the last test looks at. */
async function expectInAll(group: Group, methods: readonly string[]): Promise<void> {
  await untilSeen(group);
  inAll.push({ test: expect.getState().currentTestName ?? '', group, methods: [...methods, 'sendMessage'] });
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
      sendSticker(telegram, member, chat, sticker);
      telegram.sendDocument(other, chat, Buffer.from('text'), { fileName: 'a.txt', mimeType: 'text/plain' });
      await telegram.sendPhoto(member, chat, photo, { caption: '/explain@other_bot' });
    }
    await expectInAll(all, []);
    expect(telegram.calls.filter(({ method }) => method === 'getFile')).toEqual([]);
  });

  it.each(['/gallery', '/gallery of /explain', '/explained'])(
    'a photo captioned with a command that it does not know, "%s", gets no answer',
    async (caption) => {
      const all = await group();
      const { telegram, group: chat, member } = all;
      await telegram.sendPhoto(member, chat, photo, { caption });
      await telegram.sendAlbum(member, chat, [photo, photo], { caption });
      await expectInAll(all, []);
    },
  );

  it('messages that are edited, also into a command, get no answer', async () => {
    const all = await group();
    const { telegram, group: chat, member, other } = all;
    const someones = await telegram.sendPhoto(other, chat, photo);
    telegram.editText(someones, '/explain');
    telegram.editText(telegram.sendText(member, chat, 'hello', { replyTo: someones }), '/explain');
    await expectInAll(all, []);
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
    const asking = heatmap ? await answerTo(telegram, someones, 'sendPhoto') : prediction;
    expect(classesOf(asking)).toHaveLength(3);
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

  it('/explain in reply to a photo of another chat is about that photo', async () => {
    const { telegram, group: chat, member, other } = await group({ privacy: true });
    const elsewhere = telegram.addGroup({ title: 'Elsewhere', members: [other] });
    const theirs = await telegram.sendPhoto(other, elsewhere, photo);
    const origin = { type: 'user', sender_user: other, date: theirs.date };
    const asked = telegram.sendOther(member, chat, {
      text: '/explain',
      entities: findEntities('/explain'),
      ...{ external_reply: { origin, chat: elsewhere, message_id: theirs.message_id, photo: theirs.photo } },
    });
    await answerTo(telegram, asked);
    await answerTo(telegram, asked, 'sendPhoto');
  });

  it('/explain of an admin who writes in the group’s name is about the last photo written so', async () => {
    const { telegram, group: chat, admin, member } = await group();
    const own = await telegram.sendPhoto(admin, chat, photo, { anonymous: true });
    await telegram.sendPhoto(member, chat, await photograph(2));
    telegram.sendText(admin, chat, '/explain', { anonymous: true });
    await answerTo(telegram, own, 'sendPhoto');
  });

  it('a button pressed in a topic is answered there', async () => {
    const { telegram, group: chat, member, other } = await group({ forum: true });
    const topic = telegram.addTopic(chat, 'Photos');
    const someones = await telegram.sendPhoto(other, chat, photo, { topic });
    telegram.sendText(member, chat, '/predict', { replyTo: someones, topic });
    const prediction = await answerTo(telegram, someones);
    telegram.pressButton(other, messageOf(prediction), buttonsOf(prediction)[1]?.callback_data ?? '');
    const heatmap = await answerTo(telegram, someones, 'sendPhoto');
    expect(heatmap.payload['message_thread_id']).toBe(topic);
  });

  it('answers stay in their topic', async () => {
    const { telegram, group: chat, admin, member, other } = await group({ forum: true });
    const topic = telegram.addTopic(chat, 'Photos');
    const someones = await telegram.sendPhoto(other, chat, photo, { topic });
    let release = (): void => undefined;
    telegram.fault({ method: 'file', kind: { hold: new Promise<void>((resolve) => (release = resolve)) } });
    telegram.sendText(member, chat, '/explain', { replyTo: someones, topic });
    const shown = await telegram.waitForCall('sendChatAction');
    release();
    const prediction = await answerTo(telegram, someones);
    const heatmap = await answerTo(telegram, someones, 'sendPhoto');
    expect([shown, prediction, heatmap].map(({ payload }) => payload['message_thread_id'])).toEqual([
      topic,
      topic,
      topic,
    ]);
    // In a topic every message replies to the one that opened it.
    const asked = telegram.sendText(admin, chat, '/explain', { topic });
    expect(words(await answerTo(telegram, asked))).toMatch(/Which photo/);
  });
});

describe('a group that does not let the bot send photos', () => {
  it('reads why there is no heatmap, and who can change that', async () => {
    const { telegram, group: chat, member, other } = await group();
    const description = 'Bad Request: not enough rights to send photos to the chat';
    telegram.fault({ method: 'sendPhoto', kind: { status: 400, description } });
    const someones = await telegram.sendPhoto(other, chat, photo);
    telegram.sendText(member, chat, '/explain', { replyTo: someones });
    const prediction = await answerTo(telegram, someones);
    const after = telegram.calls.indexOf(prediction) + 1;
    const sentence = await answerTo(telegram, someones, 'sendMessage', { after });
    expect(words(sentence)).toMatch(/^No heatmap: I may not send photos here\. .*admin/);
  });
});

describe('another bot', () => {
  /** A bot that sees and answers others, as bots may since Bot API 10.0. */
  async function withBot(): Promise<
    Group & { readonly say: (content: Partial<Message>, replyTo?: Message) => Message }
  > {
    const all = await group();
    const { telegram, group: chat } = all;
    const bot = telegram.addUser({ firstName: 'Echo', username: 'echo_bot', bot: true });
    telegram.addMember(chat, bot);
    const say = (content: Partial<Message>, replyTo?: Message): Message => {
      const message = telegram.sendOther(bot, chat, content, replyTo === undefined ? {} : { replyTo });
      telegram.pushUpdate({ message });
      return message;
    };
    return { ...all, say };
  }

  it('gets no answer: not to a photo in reply to the bot’s, a mention, a class, or a command for anybody', async () => {
    const all = await withBot();
    const { telegram, group: chat, admin, member, say } = all;
    await answerTo(telegram, telegram.sendText(admin, chat, '/auto on'));
    const own = await telegram.sendPhoto(member, chat, photo);
    const prediction = messageOf(await answerTo(telegram, own));
    await answerTo(telegram, own, 'sendPhoto');
    const before = said(telegram).map(({ method }) => method);
    const picture = own.photo === undefined ? {} : { photo: own.photo };
    say(picture, prediction);
    say({ ...picture, caption: 'Look @sorot_bot', caption_entities: findEntities('Look @sorot_bot') });
    say({ text: '2' }, prediction);
    say({ text: '/explain', entities: findEntities('/explain') }, own);
    await expectInAll(all, before);
  });

  it('is answered where its command names the bot', async () => {
    const { telegram, group: chat, member, say } = await withBot();
    const someones = await telegram.sendPhoto(member, chat, photo);
    say({ text: '/explain@sorot_bot', entities: findEntities('/explain@sorot_bot') }, someones);
    await answerTo(telegram, someones, 'sendPhoto');
  });
});

describe('/auto', () => {
  it('is refused to those who are not admins', async () => {
    const all = await group();
    const { telegram, group: chat, member, other } = all;
    const asked = telegram.sendText(member, chat, '/auto on');
    expect(words(await answerTo(telegram, asked))).toMatch(/admins/);
    await telegram.sendPhoto(other, chat, photo);
    await expectInAll(all, ['sendMessage']);
  });

  it('switched on by an admin has every photo answered until it is switched off', async () => {
    const all = await group();
    const { telegram, group: chat, admin, other } = all;
    const on = telegram.sendText(admin, chat, '/auto on');
    expect(words(await answerTo(telegram, on))).toMatch(/every photo/);
    const first = await telegram.sendPhoto(other, chat, photo);
    await answerTo(telegram, first, 'sendPhoto');
    sendSticker(telegram, other, chat, photo);
    telegram.sendDocument(other, chat, Buffer.from('text'), { fileName: 'a.txt', mimeType: 'text/plain' });
    await untilSeen(all);
    const off = telegram.sendText(admin, chat, '/auto off');
    await answerTo(telegram, off);
    const before = said(telegram).map(({ method }) => method);
    await telegram.sendPhoto(other, chat, await photograph(5));
    await expectInAll(all, before);
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
    telegram.setRole(chat, telegram.bot, 'administrator');
    const again = telegram.sendText(admin, chat, '/auto on');
    expect(words(await answerTo(telegram, again))).toMatch(/every photo/);
  });
});

describe('a channel’s post in the group where it is discussed', () => {
  /** The post as Telegram puts it into the group by itself. */
  async function posted({ telegram, group: chat, admin }: Group, caption: string): Promise<Message> {
    const channel = { id: -1_009_999, type: 'channel', title: 'Kanal' } as const;
    const elsewhere = telegram.addUser();
    const { photo: sizes } = await telegram.sendPhoto(elsewhere, telegram.privateChat(elsewhere), photo);
    const content: object = {
      ...(sizes !== undefined && { photo: sizes }),
      caption,
      caption_entities: findEntities(caption),
      sender_chat: channel,
      is_automatic_forward: true,
      forward_origin: { type: 'channel', chat: channel, message_id: 5, date: 1_700_000_000 },
    };
    return telegram.sendOther(admin, chat, content);
  }

  it.each(['/explain', '/explain@sorot_bot', 'Look @sorot_bot'])('captioned "%s" gets no answer', async (caption) => {
    const all = await group();
    await posted(all, caption);
    await expectInAll(all, []);
  });

  it('without a photo leaves /explain in a comment to the last photo of whoever wrote it', async () => {
    const all = await group();
    const { telegram, group: chat, admin, member } = all;
    const content: object = { text: 'News', is_automatic_forward: true };
    const post = telegram.sendOther(admin, chat, content);
    const asked = telegram.sendText(member, chat, '/explain', { replyTo: post });
    expect(words(await answerTo(telegram, asked))).toMatch(/Which photo\?/);
    const own = await telegram.sendPhoto(member, chat, photo, { replyTo: post });
    telegram.sendText(member, chat, '/explain 2', { replyTo: post });
    await answerTo(telegram, own, 'sendPhoto');
  });

  it('does not make comments replies to the bot, and a photo with /explain under it is explained itself', async () => {
    const all = await group();
    const { telegram, group: chat, member, other } = all;
    const post = await posted(all, 'News');
    await telegram.sendPhoto(other, chat, await photograph(2), { replyTo: post });
    telegram.sendText(other, chat, '2', { replyTo: post });
    const own = await telegram.sendPhoto(member, chat, await photograph(3), { replyTo: post, caption: '/explain' });
    await answerTo(telegram, own, 'sendPhoto');
    await expectInAll(all, ['sendMessage', 'sendPhoto']);
  });

  it('is answered where every photo is, and to whoever asks about it', async () => {
    const all = await group();
    const { telegram, group: chat, admin, member } = all;
    const before = await posted(all, 'News');
    telegram.sendText(member, chat, '/explain', { replyTo: before });
    await answerTo(telegram, before, 'sendPhoto');
    await answerTo(telegram, telegram.sendText(admin, chat, '/auto on'));
    const after = await posted(all, 'More news');
    await answerTo(telegram, after, 'sendPhoto');
  });
});

describe('a video in a group', () => {
  async function video({ telegram, group: chat, other }: Group): Promise<Message> {
    const frame = telegram.addFile(unseen(await photograph(5, 320, 240)), 'frame.jpg');
    return telegram.sendOther(other, chat, {
      video: {
        ...telegram.addFile(Buffer.from('moving'), 'a.mp4'),
        ...{ width: 640, height: 480, duration: 1, thumbnail: { ...frame, width: 320, height: 240 } },
      },
    });
  }

  it('is answered by its preview frame when someone asks about it', async () => {
    const all = await group({ privacy: true });
    const { telegram, group: chat, member } = all;
    const sent = await video(all);
    telegram.sendText(member, chat, '/explain', { replyTo: sent });
    expect(words(await answerTo(telegram, sent))).toMatch(/^I can only see the preview frame of a video\.$/m);
    await answerTo(telegram, sent, 'sendPhoto');
  });

  it('is not answered unasked, also where every photo is', async () => {
    const all = await group();
    const { telegram, group: chat, admin } = all;
    await answerTo(telegram, telegram.sendText(admin, chat, '/auto on'));
    await video(all);
    await expectInAll(all, ['sendMessage']);
  });
});

describe('settings of a group', () => {
  it('go with it when it becomes a supergroup with another number', async () => {
    const { telegram, group: chat, admin, member } = await group();
    await answerTo(telegram, telegram.sendText(admin, chat, '/language id'));
    const supergroup = telegram.addGroup({ title: 'Kelompok', members: [admin, member] });
    const moved: object = { migrate_to_chat_id: supergroup.id };
    telegram.sendOther(admin, chat, moved);
    const asked = telegram.sendText(member, supergroup, '/help@sorot_bot');
    expect(words(await answerTo(telegram, asked))).toMatch(/Balas/);
  });

  it('cannot be changed where Telegram does not say who the admins are, and that is said', async () => {
    const { telegram, group: chat, admin } = await group();
    telegram.fault({
      method: 'getChatAdministrators',
      kind: { status: 400, description: 'Bad Request: member list is inaccessible' },
    });
    const asked = telegram.sendText(admin, chat, '/auto on');
    expect(words(await answerTo(telegram, asked))).toMatch(/something went wrong/);
    const state = telegram.sendText(admin, chat, '/auto');
    const [auto] = buttonsOf(await answerTo(telegram, state));
    expect(auto?.text).toBe('I answer: only when asked');
  });

  it('cannot be changed then by a button either, which says so', async () => {
    const { telegram, group: chat, admin } = await group();
    const question = await answerTo(telegram, telegram.sendText(admin, chat, '/language'));
    telegram.fault({
      method: 'getChatAdministrators',
      kind: { status: 400, description: 'Bad Request: member list is inaccessible' },
    });
    telegram.pressButton(admin, messageOf(question), buttonsOf(question)[1]?.callback_data ?? '');
    const answered = await telegram.waitForCall('answerCallbackQuery', undefined, { timeoutMs: 5000 });
    expect(answered.payload['text']).toMatch(/something went wrong/);
  });

  it('are its admins’ to change', async () => {
    const { telegram, group: chat, admin, member } = await group({ privacy: true });
    for (const command of ['/language id', '/heatmap off']) {
      const asked = telegram.sendText(member, chat, command);
      expect(words(await answerTo(telegram, asked))).toMatch(/admins/);
    }
    const asked = telegram.sendText(admin, chat, '/language');
    const question = await answerTo(telegram, asked);
    const indonesian = buttonsOf(question).find(({ text }) => text === 'Bahasa Indonesia');
    telegram.pressButton(member, messageOf(question), indonesian?.callback_data ?? '');
    const refused = await telegram.waitForCall('answerCallbackQuery');
    // Of an anonymous admin a press says who it is, which the bot may not know to be one; a command does not.
    expect(refused.payload['text']).toMatch(/admins.*anonymous, type \/settings language id/);
    telegram.pressButton(admin, messageOf(question), indonesian?.callback_data ?? '');
    await telegram.waitForCall('editMessageText', (call) => words(call).includes('Pengaturan grup ini'));
    const usage = telegram.sendText(member, chat, '/explain');
    expect(words(await answerTo(telegram, usage))).toMatch(/Foto yang mana|Balas/);
  });
});

describe('an album in a group', () => {
  it('captioned with /explain has what it asks for explained in each of its photos', async () => {
    const { telegram, group: chat, member } = await group();
    const photos = await Promise.all([1, 2].map((seed) => photograph(seed)));
    const [first] = await telegram.sendAlbum(member, chat, photos, { caption: '/explain 2' });
    if (first === undefined) throw new Error('The album is empty.');
    const best = [...words(await answerTo(telegram, first)).matchAll(/^\d\. (?:not sure, perhaps )?(.*) — /gm)];
    const heatmaps = await answerTo(telegram, first, 'sendMediaGroup');
    const media = heatmaps.payload['media'] as { caption: string }[];
    expect(media).toHaveLength(2);
    expect(best).toHaveLength(2);
    for (const [index, { caption }] of media.entries()) expect(caption).not.toContain(best[index]?.[1]);
  });

  it('of which privacy mode shows only the captioned photo is answered as its caption asks', async () => {
    const { telegram, group: chat, member } = await group({ privacy: true });
    const photos = await Promise.all([1, 2].map((seed) => photograph(seed)));
    const [first] = await telegram.sendAlbum(member, chat, photos, { caption: '/explain 2' });
    if (first === undefined) throw new Error('The album is empty.');
    const heatmap = await answerTo(telegram, first, 'sendPhoto');
    expect(words(heatmap)).toContain(`<b>${buttonsOf(heatmap)[1]?.text.replace(/^✓ /, '') ?? ''}</b>`);
  });

  it('captioned with a class that the model does not know is told so', async () => {
    const { telegram, group: chat, member } = await group();
    const [first] = await telegram.sendAlbum(member, chat, [photo, photo], { caption: '/explain unicorn' });
    if (first === undefined) throw new Error('The album is empty.');
    expect(words(await answerTo(telegram, first))).toMatch(/“unicorn”/);
  });

  it('captioned with /predict has predictions only', async () => {
    const all = await group();
    const { telegram, group: chat, member } = all;
    const photos = await Promise.all([1, 2].map((seed) => photograph(seed)));
    const [first] = await telegram.sendAlbum(member, chat, photos, { caption: '/predict' });
    if (first === undefined) throw new Error('The album is empty.');
    await answerTo(telegram, first);
    await expectInAll(all, ['sendMessage']);
  });

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

describe('once the bot has ended', () => {
  it('no more was said in any of these groups than was asked for', async () => {
    const { bot } = await withoutPrivacy();
    expect(await bot.stop()).toBe(0);
    expect(inAll).toHaveLength(14);
    const spoken = inAll.map(({ test, group: { telegram, group: chat } }) => ({
      test,
      methods: said(telegram, chat).map(({ method }) => method),
    }));
    expect(spoken).toEqual(inAll.map(({ test, methods }) => ({ test, methods })));
  });
});
