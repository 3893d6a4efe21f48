import { beforeAll, describe, expect, it } from 'vitest';
import type { ApiCall } from 'local-telegram';
import { startBot } from '../support/bot.js';
import { answerTo, repliesTo, said, smallModel, uploaded, words } from '../support/conversation.js';
import { privateChatIn } from '../support/private-chat.js';
import type { PrivateChat } from '../support/private-chat.js';
import { photograph, unseen } from '../support/pictures.js';
import { sharedBot } from '../support/shared-bot.js';

let model: string;

beforeAll(async () => {
  model = await smallModel();
});

const shared = sharedBot(() => ({ MODEL: model }));

async function inPrivate(): Promise<PrivateChat> {
  return privateChatIn(await shared());
}

async function newPhoto(seed: number, width?: number, height?: number): Promise<Buffer> {
  return unseen(await photograph(seed, width, height));
}

/** Everything before a further command's answer has gone out: the chat's sends go one after the other. */
async function untilQuiet({ telegram, user, chat }: PrivateChat): Promise<void> {
  const asked = telegram.sendText(user, chat, '/model');
  await answerTo(telegram, asked);
}

describe('what Telegram does not take at first', () => {
  it('is sent once it has waited as long as Telegram asks for', async () => {
    const all = await inPrivate();
    const { telegram, user, chat } = all;
    telegram.fault({ method: 'sendPhoto', kind: { status: 429, retryAfter: 2 } });
    const photo = await telegram.sendPhoto(user, chat, await newPhoto(1));
    const heatmap = await answerTo(telegram, photo, 'sendPhoto');
    await untilQuiet(all);
    const tries = telegram.calls.filter(({ method }) => method === 'sendPhoto');
    expect(tries.map(({ status }) => status)).toEqual([429, 200]);
    const [refused, accepted] = tries;
    expect((accepted?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThanOrEqual(2000);
    expect(repliesTo(heatmap)).toBe(photo.message_id);
    expect(uploaded(heatmap)).not.toBeNull();
  });

  it.each([
    ['the connection drops before', { drop: 'before' }],
    ['Telegram has an error of its own', { status: 500 }],
    ['Telegram has a bad gateway', { status: 502 }],
  ] as const)('is sent again where %s', async (_, kind) => {
    const all = await inPrivate();
    const { telegram, user, chat } = all;
    telegram.fault({ method: 'sendMessage', kind });
    telegram.fault({ method: 'sendPhoto', kind });
    const photo = await telegram.sendPhoto(user, chat, await newPhoto(1));
    await answerTo(telegram, photo);
    await answerTo(telegram, photo, 'sendPhoto');
    await untilQuiet(all);
    expect(said(telegram)).toHaveLength(3);
  });

  it.each([
    ['whose answer breaks off', 'chunked'],
    ['whose answer breaks off unnoticed', true],
  ] as const)('but accepted all the same, %s, is not sent twice', async (_, brokenBody) => {
    const all = await inPrivate();
    const { telegram, user, chat } = all;
    telegram.fault({ method: 'sendPhoto', kind: { brokenBody } });
    await telegram.sendPhoto(user, chat, await newPhoto(1));
    await telegram.waitUntil(() =>
      telegram.calls.some(({ method, result }) => method === 'sendPhoto' && result !== undefined),
    );
    await untilQuiet(all);
    expect(telegram.calls.filter(({ method }) => method === 'sendPhoto')).toHaveLength(1);
    expect(telegram.messagesOf(chat).filter((message) => message.from?.is_bot && message.photo)).toHaveLength(1);
  });

  it('but accepted all the same, as a prediction, is followed by the heatmap', async () => {
    const all = await inPrivate();
    const { telegram, user, chat } = all;
    telegram.fault({ method: 'sendMessage', kind: { brokenBody: 'chunked' } });
    const photo = await telegram.sendPhoto(user, chat, await newPhoto(1));
    await answerTo(telegram, photo, 'sendPhoto');
    await untilQuiet(all);
    const predictions = telegram.messagesOf(chat).filter((message) => message.text?.includes('▰'));
    expect(predictions.filter((message) => message.reply_to_message?.message_id === photo.message_id)).toHaveLength(1);
  });

  it('as a photo goes as a document', async () => {
    const { telegram, user, chat } = await inPrivate();
    const banner = await newPhoto(1, 2400, 100);
    const sent = telegram.sendDocument(user, chat, banner, { fileName: 'banner.jpg', mimeType: 'image/jpeg' });
    const document = await answerTo(telegram, sent, 'sendDocument');
    expect(uploaded(document, 'document')).not.toBeNull();
    expect(telegram.calls.find(({ method }) => method === 'sendPhoto')?.description).toMatch(
      /PHOTO_INVALID_DIMENSIONS/,
    );
    const again = telegram.sendDocument(user, chat, banner, { fileName: 'banner.jpg', mimeType: 'image/jpeg' });
    const resent = await answerTo(telegram, again, 'sendDocument');
    expect(uploaded(resent, 'document')).toBeNull();
  });

  it('at all becomes the sentence, where only the heatmap is refused, and counts as that', async () => {
    const { telegram, bot, user, chat } = await inPrivate();
    const [refusals, successes] = ['sorot_heatmaps_total{outcome="telegram"}', 'sorot_heatmaps_total{outcome="ok"}'];
    const [refused, made] = await Promise.all([bot.metric(refusals), bot.metric(successes)]);
    const fault = telegram.fault({
      method: 'sendPhoto',
      times: 10,
      kind: { status: 400, description: 'Bad Request: FILE_PARTS_INVALID' },
    });
    const photo = await telegram.sendPhoto(user, chat, await newPhoto(1));
    const prediction = await answerTo(telegram, photo);
    const sentence = await answerTo(telegram, photo, 'sendMessage', { after: telegram.calls.indexOf(prediction) + 1 });
    expect(words(sentence)).toMatch(/^No heatmap: .*Telegram/);
    expect(await bot.metric(refusals)).toBe(refused + 1);
    expect(await bot.metric(successes)).toBe(made);
    fault.remove();
  });

  it('as a reply, because the photo was deleted meanwhile, is sent without', async () => {
    const { telegram, user, chat } = await inPrivate();
    let release = (): void => undefined;
    telegram.fault({ method: 'file', kind: { hold: new Promise<void>((resolve) => (release = resolve)) } });
    const photo = await telegram.sendPhoto(user, chat, await newPhoto(1));
    await telegram.waitUntil(() => telegram.calls.some(({ method }) => method === 'file'));
    telegram.deleteMessage(photo);
    release();
    await telegram.waitForCall('sendPhoto');
    const answers = telegram.messagesOf(chat);
    expect(answers.map((message) => message.reply_to_message)).toEqual([undefined, undefined]);
  });

  it('because the person has blocked the bot is given up quietly, and others are served', async () => {
    const { telegram, bot, user, chat } = await inPrivate();
    const before = bot.lines.length;
    let release = (): void => undefined;
    telegram.fault({ method: 'file', kind: { hold: new Promise<void>((resolve) => (release = resolve)) } });
    await telegram.sendPhoto(user, chat, await newPhoto(1));
    await telegram.waitUntil(() => telegram.calls.some(({ method }) => method === 'file'));
    telegram.blockBot(user);
    release();
    await telegram.waitForCall('sendMessage', ({ status }) => status === 403);
    const other = telegram.addUser({ languageCode: 'en' });
    const photo = await telegram.sendPhoto(other, telegram.privateChat(other), await newPhoto(2));
    await answerTo(telegram, photo, 'sendPhoto');
    expect(bot.lines.slice(before).filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('in one chat does not hold up another', async () => {
    const { telegram, user, chat } = await inPrivate();
    const other = telegram.addUser({ languageCode: 'en' });
    telegram.fault({
      method: 'sendMessage',
      kind: { status: 429, retryAfter: 3 },
      match: (payload) => payload['chat_id'] === chat.id,
    });
    const flooded = telegram.sendText(user, chat, '/model');
    await telegram.waitForCall('sendMessage', ({ status }) => status === 429);
    const asked = telegram.sendText(other, telegram.privateChat(other), '/model');
    await answerTo(telegram, asked);
    expect(said(telegram, chat)).toEqual([]);
    await answerTo(telegram, flooded);
  });
});

describe('an album', () => {
  it('becomes one answer with a line a photo, and one album of heatmaps', async () => {
    const all = await inPrivate();
    const { telegram, user, chat } = all;
    const photos = await Promise.all(Array.from({ length: 10 }, (_, seed) => newPhoto(seed)));
    const [first] = await telegram.sendAlbum(user, chat, photos);
    if (first === undefined) throw new Error('The album is empty.');
    const answer = await answerTo(telegram, first);
    expect(words(answer).match(/^\d+\. /gm)).toHaveLength(10);
    const heatmaps = await answerTo(telegram, first, 'sendMediaGroup');
    const media = heatmaps.payload['media'] as { type: string; caption: string }[];
    expect(media.map(({ type }) => type)).toEqual(Array.from({ length: 10 }, () => 'photo'));
    expect(media[9]?.caption).toMatch(/^Photo 10: /);
    await untilQuiet(all);
    expect(said(telegram)).toHaveLength(3);
  });

  it('with a file that is no picture names it in its line', async () => {
    const { telegram, user, chat } = await inPrivate();
    const good = await newPhoto(1);
    const [first] = await telegram.sendAlbum(user, chat, [good, await newPhoto(2)]);
    if (first === undefined) throw new Error('The album is empty.');
    await answerTo(telegram, first, 'sendMediaGroup');

    telegram.fault({ method: 'file', times: 1, kind: { missing: true } });
    const [next] = await telegram.sendAlbum(user, chat, [await newPhoto(3), await newPhoto(4), await newPhoto(5)]);
    if (next === undefined) throw new Error('The album is empty.');
    expect(words(await answerTo(telegram, next))).toMatch(/^\d\. no answer: /m);
    const heatmaps = await answerTo(telegram, next, 'sendMediaGroup');
    expect(heatmaps.payload['media']).toHaveLength(2);
  });

  it('with a video among the photos keeps their numbers', async () => {
    const all = await inPrivate();
    const { telegram, user, chat } = all;
    const { photo } = await telegram.sendPhoto(user, chat, await newPhoto(1));
    const { photo: other } = await telegram.sendPhoto(user, chat, await newPhoto(2));
    await telegram.waitUntil(() => said(telegram).length === 4);
    const video = { ...telegram.addFile(Buffer.from('moving'), 'a.mp4'), width: 10, height: 10, duration: 1 };
    const album = [photo !== undefined ? { photo } : {}, { video }, other !== undefined ? { photo: other } : {}];
    const [first] = album.map((content) => telegram.sendOther(user, chat, { ...content, media_group_id: '77' }));
    if (first === undefined) throw new Error('The album is empty.');
    expect(words(await answerTo(telegram, first))).toMatch(
      /^1\. (?!no answer).*\n2\. no answer: .*\n3\. (?!no answer)/,
    );
    const media = (await answerTo(telegram, first, 'sendMediaGroup')).payload['media'] as { caption: string }[];
    expect(media.map(({ caption }) => caption.slice(0, 7))).toEqual(['Photo 1', 'Photo 3']);
  });

  it('with a video that has a preview answers it like the photos, and says so', async () => {
    const all = await inPrivate();
    const { telegram, user, chat } = all;
    const { photo } = await telegram.sendPhoto(user, chat, await newPhoto(1));
    await telegram.waitUntil(() => said(telegram).length === 2);
    const thumbnail = { ...telegram.addFile(await newPhoto(2), 'frame.jpg'), width: 320, height: 240 };
    const video = {
      ...telegram.addFile(Buffer.from('moving'), 'a.mp4'),
      width: 640,
      height: 480,
      duration: 1,
      thumbnail,
    };
    const album = [photo !== undefined ? { photo } : {}, { video }];
    const [first] = album.map((content) => telegram.sendOther(user, chat, { ...content, media_group_id: '78' }));
    if (first === undefined) throw new Error('The album is empty.');
    const [one, two] = words(await answerTo(telegram, first)).split('\n');
    expect(one).toMatch(/^1\. .*%$/);
    expect(two).toMatch(/^2\. .*% \(preview frame\)$/);
    expect((await answerTo(telegram, first, 'sendMediaGroup')).payload['media']).toHaveLength(2);
  });

  it('whose heatmaps Telegram has lost has them made anew', async () => {
    const { telegram, user, chat } = await inPrivate();
    const photos = await Promise.all([1, 2].map((seed) => newPhoto(seed)));
    const [once] = await telegram.sendAlbum(user, chat, photos);
    if (once === undefined) throw new Error('The album is empty.');
    await answerTo(telegram, once, 'sendMediaGroup');
    const lost = { status: 400, description: 'Bad Request: wrong file identifier/HTTP URL specified' };
    telegram.fault({ method: 'sendMediaGroup', kind: lost });
    telegram.fault({ method: 'sendPhoto', times: 2, kind: lost, match: ({ photo }) => typeof photo === 'string' });
    const [again] = await telegram.sendAlbum(user, chat, photos);
    if (again === undefined) throw new Error('The album is empty.');
    const sent = (): ApiCall[] =>
      telegram.calls.filter((call) => call.method === 'sendPhoto' && repliesTo(call) === again.message_id);
    await telegram.waitUntil(() => sent().filter(({ status }) => status === 200).length === 2);
    expect(said(telegram).filter((call) => words(call).includes('missing'))).toEqual([]);
  });

  it('of which one heatmap is refused has the others, and a sentence for that one', async () => {
    const { telegram, user, chat } = await inPrivate();
    const refused = { status: 400, description: 'Bad Request: not enough rights to send photos to the chat' };
    telegram.fault({ method: 'sendMediaGroup', kind: refused });
    telegram.fault({
      method: 'sendPhoto',
      kind: refused,
      match: ({ caption }) => typeof caption === 'string' && caption.startsWith('Photo 2'),
    });
    const photos = await Promise.all([1, 2, 3].map((seed) => newPhoto(seed)));
    const [first] = await telegram.sendAlbum(user, chat, photos);
    if (first === undefined) throw new Error('The album is empty.');
    const lines = await answerTo(telegram, first);
    const sentence = await answerTo(telegram, first, 'sendMessage', { after: telegram.calls.indexOf(lines) + 1 });
    expect(words(sentence)).toMatch(/^One heatmap is missing\.\nPhoto 2: /);
    const captions = said(telegram).filter(({ method }) => method === 'sendPhoto');
    expect(captions.map((call) => words(call).slice(0, 7))).toEqual(['Photo 1', 'Photo 3']);
  });

  it('without heatmaps says so once', async () => {
    const { telegram } = await startBot({ MODEL: model, HEATMAP: 'off' });
    const user = telegram.addUser({ languageCode: 'en' });
    const photos = await Promise.all([1, 2, 3].map((seed) => newPhoto(seed)));
    const [first] = await telegram.sendAlbum(user, telegram.privateChat(user), photos);
    if (first === undefined) throw new Error('The album is empty.');
    const lines = await answerTo(telegram, first);
    const sentence = await answerTo(telegram, first, 'sendMessage', { after: telegram.calls.indexOf(lines) + 1 });
    expect(words(sentence)).toBe(
      'Some heatmaps are missing.\nPhotos 1, 2 and 3: heatmaps are switched off\nMy answers above still hold.',
    );
    expect(said(telegram)).toHaveLength(2);
  });

  it('refused as a whole comes one by one', async () => {
    const { telegram, user, chat } = await inPrivate();
    telegram.fault({
      method: 'sendMediaGroup',
      kind: { status: 400, description: 'Bad Request: PHOTO_INVALID_DIMENSIONS' },
    });
    const [first] = await telegram.sendAlbum(user, chat, [await newPhoto(1), await newPhoto(2)]);
    if (first === undefined) throw new Error('The album is empty.');
    await telegram.waitUntil(
      () => telegram.calls.filter(({ method, status }) => method === 'sendPhoto' && status === 200).length === 2,
    );
  });
});
