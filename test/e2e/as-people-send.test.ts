import { describe, expect, it } from 'vitest';
import type { Message } from 'local-telegram';
import {
  answerTo,
  buttonsOf,
  classesOf,
  messageOf,
  said,
  smallModel,
  uploaded,
  words,
} from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { privateChatIn } from '../support/private-chat.js';
import type { PrivateChat } from '../support/private-chat.js';
import { sharedBot } from '../support/shared-bot.js';

const model = await smallModel();
const shared = sharedBot(() => ({ MODEL: model }), { privacy: false });

async function inPrivate(): Promise<PrivateChat> {
  return privateChatIn(await shared());
}

async function newPhoto(seed = 1): Promise<Buffer> {
  return unseen(await photograph(seed));
}

/** Everything before a further command's answer has gone out: the chat's sends go one after the other. */
async function untilQuiet({ telegram, user, chat }: PrivateChat): Promise<void> {
  await answerTo(telegram, telegram.sendText(user, chat, '/model'));
}

function firstOf(album: readonly Message[]): Message {
  const [first] = album;
  if (first === undefined) throw new Error('The album is empty.');
  return first;
}

describe('a photo sent covered', () => {
  it('comes back covered, also by a button and when Telegram has the heatmap already', async () => {
    const { telegram, user, chat } = await inPrivate();
    const photo = await newPhoto();
    const sent = await telegram.sendPhoto(user, chat, photo, { covered: true });
    const heatmap = await answerTo(telegram, sent, 'sendPhoto');
    expect(messageOf(heatmap).has_media_spoiler).toBe(true);
    telegram.pressButton(user, messageOf(heatmap), buttonsOf(heatmap)[1]?.callback_data ?? '');
    const another = await telegram.waitForCall('editMessageMedia', ({ status }) => status === 200);
    expect(messageOf(another).has_media_spoiler).toBe(true);

    const open = await telegram.sendPhoto(user, chat, photo);
    const resent = await answerTo(telegram, open, 'sendPhoto');
    expect([uploaded(resent), messageOf(resent).has_media_spoiler]).toEqual([null, undefined]);
    const again = await telegram.sendPhoto(user, chat, photo, { covered: true });
    const covered = await answerTo(telegram, again, 'sendPhoto');
    expect([uploaded(covered), messageOf(covered).has_media_spoiler]).toEqual([null, true]);
  });

  it('comes back covered to whoever replies to it, or to its heatmap, with /explain', async () => {
    const { telegram, user } = await inPrivate();
    const other = telegram.addUser({ languageCode: 'en' });
    const group = telegram.addGroup({ title: 'Kelompok', members: [user, other] });
    const sent = await telegram.sendPhoto(other, group, await newPhoto(), { covered: true });
    telegram.sendText(user, group, '/explain', { replyTo: sent });
    const heatmap = messageOf(await answerTo(telegram, sent, 'sendPhoto'));
    expect(heatmap.has_media_spoiler).toBe(true);
    const after = telegram.calls.length;
    telegram.sendText(user, group, '/explain 2', { replyTo: heatmap });
    const another = await answerTo(telegram, sent, 'sendPhoto', { after });
    expect(messageOf(another).has_media_spoiler).toBe(true);
  });

  it('comes back covered in an album, where others are not', async () => {
    const { telegram, user, chat } = await inPrivate();
    const photos = await Promise.all([1, 2, 3].map((seed) => newPhoto(seed)));
    const sent = await Promise.all(photos.map((photo) => telegram.sendPhoto(user, chat, photo)));
    await telegram.waitUntil(() => said(telegram).length === 6);
    const album = sent.map(({ photo }, index) =>
      telegram.sendOther(user, chat, {
        ...(photo !== undefined && { photo }),
        media_group_id: '77',
        ...(index === 1 && { has_media_spoiler: true }),
      }),
    );
    const heatmaps = (await answerTo(telegram, firstOf(album), 'sendMediaGroup')).result as Message[];
    expect(heatmaps.map(({ has_media_spoiler: covered }) => covered)).toEqual([undefined, true, undefined]);
  });
});

describe('a command just before its photo, as a forward with a comment comes', () => {
  it.each(['/explain dog', '/explain anjing'])('"%s" is about that photo, not the one before', async (comment) => {
    const all = await inPrivate();
    const { telegram, user, chat } = all;
    const before = await telegram.sendPhoto(user, chat, await newPhoto(1));
    await answerTo(telegram, before, 'sendPhoto');
    telegram.sendText(user, chat, comment);
    const sent = await telegram.sendPhoto(user, chat, await newPhoto(2));
    await answerTo(telegram, sent);
    expect(words(await answerTo(telegram, sent, 'sendPhoto'))).toContain('<b>dog</b>');
    await untilQuiet(all);
    expect(said(telegram).map(({ method }) => method)).toEqual([
      ...['sendMessage', 'sendPhoto'],
      ...['sendMessage', 'sendPhoto'],
      'sendMessage',
    ]);
  });

  it('asks for the prediction of that photo only, with /predict', async () => {
    const all = await inPrivate();
    const { telegram, user, chat } = all;
    telegram.sendText(user, chat, '/predict');
    const sent = await telegram.sendPhoto(user, chat, await newPhoto(2));
    await answerTo(telegram, sent);
    await untilQuiet(all);
    expect(said(telegram).map(({ method }) => method)).toEqual(['sendMessage', 'sendMessage']);
  });

  it('is about every photo of an album', async () => {
    const { telegram, user, chat } = await inPrivate();
    telegram.sendText(user, chat, '/explain ship');
    const album = await telegram.sendAlbum(user, chat, [await newPhoto(1), await newPhoto(2)]);
    const heatmaps = await answerTo(telegram, firstOf(album), 'sendMediaGroup');
    const media = heatmaps.payload['media'] as { caption: string }[];
    expect(media.map(({ caption }) => /<b>(.*)<\/b>/.exec(caption)?.[1])).toEqual(['ship', 'ship']);
  });

  it('in one chat is not about a photo in another', async () => {
    const { telegram, user, chat } = await inPrivate();
    const other = telegram.addUser({ languageCode: 'en' });
    const asked = telegram.sendText(user, chat, '/predict');
    const sent = await telegram.sendPhoto(other, telegram.privateChat(other), await newPhoto(2));
    await answerTo(telegram, sent, 'sendPhoto');
    expect(words(await answerTo(telegram, asked))).toMatch(/Which photo\?/);
  });
});

describe('a part of an album that comes when the album was answered', () => {
  /** Adds a photo to an album. */
  async function lateIn({ telegram, user }: PrivateChat, first: Message): Promise<Message> {
    const elsewhere = telegram.addUser();
    const { photo } = await telegram.sendPhoto(elsewhere, telegram.privateChat(elsewhere), await newPhoto(9));
    const { media_group_id: album = '', chat } = first;
    return telegram.sendOther(user, chat, { ...(photo !== undefined && { photo }), media_group_id: album });
  }

  it('is answered as the album was asked for', async () => {
    const all = await inPrivate();
    const { telegram, user, chat } = all;
    const photos = [await newPhoto(1), await newPhoto(2)];
    const first = firstOf(await telegram.sendAlbum(user, chat, photos, { caption: '/explain ship' }));
    await answerTo(telegram, first, 'sendMediaGroup');
    const late = await lateIn(all, first);
    expect(words(await answerTo(telegram, late, 'sendPhoto'))).toContain('<b>ship</b>');
  });

  it('in a group is answered too, where it has no words of its own', async () => {
    const all = await inPrivate();
    const { telegram, user } = all;
    const group = telegram.addGroup({ title: 'Kelompok', members: [user] });
    const photos = [await newPhoto(1), await newPhoto(2)];
    const first = firstOf(await telegram.sendAlbum(user, group, photos, { caption: '/predict' }));
    await answerTo(telegram, first);
    const late = await lateIn(all, first);
    await answerTo(telegram, late);
    await answerTo(telegram, telegram.sendText(user, group, '/model'));
    expect(said(telegram, group).map(({ method }) => method)).toEqual(['sendMessage', 'sendMessage', 'sendMessage']);
  });

  it('of an album that nobody asked about gets no answer in a group', async () => {
    const all = await inPrivate();
    const { telegram, user } = all;
    const group = telegram.addGroup({ title: 'Kelompok', members: [user] });
    const first = firstOf(await telegram.sendAlbum(user, group, [await newPhoto(1), await newPhoto(2)]));
    await answerTo(telegram, telegram.sendText(user, group, '/model'));
    await lateIn(all, first);
    await answerTo(telegram, telegram.sendText(user, group, '/model'));
    expect(said(telegram, group)).toHaveLength(2);
  });
});

describe('a reply in people’s own words', () => {
  it('to a photo, to its prediction and to its heatmap is about that photo', async () => {
    const { telegram, user, chat } = await inPrivate();
    const sent = await telegram.sendPhoto(user, chat, await newPhoto());
    const prediction = messageOf(await answerTo(telegram, sent));
    const heatmap = messageOf(await answerTo(telegram, sent, 'sendPhoto'));
    for (const [text, replyTo, label] of [
      ['why cat?', sent, 'cat'],
      ['kenapa anjing?', prediction, 'dog'],
      ['show me the ship', heatmap, 'ship'],
    ] as const) {
      const after = telegram.calls.length;
      telegram.sendText(user, chat, text, { replyTo });
      expect(words(await answerTo(telegram, sent, 'sendPhoto', { after }))).toContain(`<b>${label}</b>`);
    }
  });

  it('that asks for nothing, or for what is not known, has a hint in a private chat', async () => {
    const { telegram, user, chat } = await inPrivate();
    const sent = await telegram.sendPhoto(user, chat, await newPhoto());
    await answerTo(telegram, sent, 'sendPhoto');
    const thanks = telegram.sendText(user, chat, 'lovely', { replyTo: sent });
    expect(words(await answerTo(telegram, thanks))).toMatch(/reply “why\?”/);
    const zebra = telegram.sendText(user, chat, 'why zebra?', { replyTo: sent });
    expect(words(await answerTo(telegram, zebra))).toMatch(/I don’t know “zebra”/);
  });

  it('to the bot’s text about something else is none about a photo, and /explain says so', async () => {
    const { telegram, user, chat } = await inPrivate();
    const help = messageOf(await answerTo(telegram, telegram.sendText(user, chat, '/help')));
    const asked = telegram.sendText(user, chat, '/explain', { replyTo: help });
    expect(words(await answerTo(telegram, asked))).toMatch(/no photo in the message you replied to/);
    const why = telegram.sendText(user, chat, 'why?', { replyTo: help });
    expect(words(await answerTo(telegram, why))).toMatch(/Send me a photo/);
  });

  it('in a group is answered where it replies to the bot, and talk is not', async () => {
    const { telegram, user } = await inPrivate();
    const group = telegram.addGroup({ title: 'Kelompok', members: [user] });
    const sent = await telegram.sendPhoto(user, group, await newPhoto());
    telegram.sendText(user, group, '/predict', { replyTo: sent });
    const prediction = messageOf(await answerTo(telegram, sent));
    for (const text of ['why zebra?', 'lucu banget', 'it’s a dog']) {
      telegram.sendText(user, group, text, { replyTo: prediction });
    }
    telegram.sendText(user, group, 'why cat?', { replyTo: sent });
    telegram.sendText(user, group, 'kenapa kapal?', { replyTo: prediction });
    expect(words(await answerTo(telegram, sent, 'sendPhoto'))).toContain('<b>ship</b>');
    await answerTo(telegram, telegram.sendText(user, group, '/model'));
    expect(said(telegram, group).map(({ method }) => method)).toEqual(['sendMessage', 'sendPhoto', 'sendMessage']);
  });
});

describe('one photo of an album', () => {
  it('is meant by its number: before a class, and alone in a reply to the answer that numbers them', async () => {
    const { telegram, user, chat } = await inPrivate();
    const bytes = await Promise.all([1, 2, 3].map(newPhoto));
    const album = await telegram.sendAlbum(user, chat, bytes);
    const [first, second, third] = album;
    if (first === undefined || second === undefined || third === undefined) throw new Error('The album is short.');
    const answer = messageOf(await answerTo(telegram, first));
    await answerTo(telegram, first, 'sendMediaGroup');
    for (const [text, replyTo, photo, label] of [
      ['/explain 3 dog', first, third, 'dog'],
      ['/explain 2 cat', undefined, second, 'cat'],
      ['/explain 3', answer, third, null],
      ['why the second photo?', answer, second, null],
      ['foto 3 kapal', answer, third, 'ship'],
    ] as const) {
      const after = telegram.calls.length;
      telegram.sendText(user, chat, text, replyTo && { replyTo });
      const heatmap = await answerTo(telegram, photo, 'sendPhoto', { after });
      if (label !== null) expect(words(heatmap)).toContain(`<b>${label}</b>`);
    }
    const none = telegram.sendText(user, chat, '/explain 7 dog', { replyTo: answer });
    expect(words(await answerTo(telegram, none))).toBe('I have no answer for photo 7 of this album.');
    // In a reply to a photo itself a number alone is a guess's.
    const after = telegram.calls.length;
    telegram.sendText(user, chat, '2', { replyTo: third });
    const heatmap = await answerTo(telegram, third, 'sendPhoto', { after });
    expect(words(heatmap)).toContain(`<b>${classesOf(heatmap)[1]?.text.replace('✓ ', '') ?? ''}</b>`);
  });
});
