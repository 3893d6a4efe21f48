import { beforeAll, describe, expect, it } from 'vitest';
import type { ApiCall, Message } from 'local-telegram';
import { startBot, SHARES } from '../support/bot.js';
import { answerTo, classesOf, said, smallModel, words } from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { privateChatIn, privateChatWith } from '../support/private-chat.js';
import type { PrivateChat } from '../support/private-chat.js';
import { HAS_PROC, untilGone } from '../support/processes.js';
import { sharedBot } from '../support/shared-bot.js';
import { modelWithoutMap } from '../support/sorot.js';

const MB = 2 ** 20;

let model: string;

beforeAll(async () => {
  model = await smallModel();
});

const shared = sharedBot(() => ({ MODEL: model }));

/** A chat with the bot of all tests here, or with one that has these variables besides. */
async function inPrivate(env?: Record<string, string>): Promise<PrivateChat> {
  return env === undefined ? privateChatIn(await shared()) : privateChatWith({ MODEL: model, ...env });
}

async function newPhoto(seed: number): Promise<Buffer> {
  return unseen(await photograph(seed));
}

/** The texts that answer a photo: the prediction, then the sentence about the heatmap. */
async function texts({ telegram }: PrivateChat, photo: Message): Promise<[ApiCall, ApiCall]> {
  const first = await answerTo(telegram, photo);
  const second = await answerTo(telegram, photo, 'sendMessage', { after: telegram.calls.indexOf(first) + 1 });
  return [first, second];
}

/** The next photo gets its prediction and its heatmap. */
async function nextPhotoWorks({ telegram, user, chat }: PrivateChat): Promise<void> {
  const next = await telegram.sendPhoto(user, chat, await newPhoto(9));
  await answerTo(telegram, next);
  await answerTo(telegram, next, 'sendPhoto');
}

/** A photo whose prediction is out, and whose heatmap is being made by a process that stands still. */
async function stoppedAtTheHeatmap(all: PrivateChat): Promise<{ photo: Message; pid: number }> {
  const { telegram, bot, user, chat } = all;
  let release = (): void => undefined;
  telegram.fault({ method: 'sendMessage', kind: { hold: new Promise<void>((resolve) => (release = resolve)) } });
  const photo = await telegram.sendPhoto(user, chat, await newPhoto(1));
  await telegram.waitUntil(() => telegram.calls.some(({ method }) => method === 'sendMessage'));
  const pid = bot.enginePid();
  process.kill(pid, 'SIGSTOP');
  release();
  await bot.untilMetric('sorot_running{kind="heatmap"}', (running) => running === 1);
  return { photo, pid };
}

describe.runIf(HAS_PROC)('the prediction stands and a sentence says why there is no heatmap', () => {
  it('where two vision processes are killed while they work on it', async () => {
    const all = await inPrivate();
    const crashed = 'sorot_heatmaps_total{outcome="crashed"}';
    const before = await all.bot.metric(crashed);
    const { photo, pid } = await stoppedAtTheHeatmap(all);
    // The next process has to have the photo anew.
    let release = (): void => undefined;
    all.telegram.fault({ method: 'file', kind: { hold: new Promise<void>((resolve) => (release = resolve)) } });
    process.kill(pid, 'SIGKILL');
    await all.bot.untilMetric('sorot_engine_pid{engine="0"}', (is) => is !== pid);
    const next = await all.bot.metric('sorot_engine_pid{engine="0"}');
    process.kill(next, 'SIGSTOP');
    release();
    await all.bot.untilMetric('sorot_running{kind="heatmap"}', (running) => running === 1);
    process.kill(next, 'SIGKILL');
    const [prediction, sentence] = await texts(all, photo);
    expect(words(prediction)).toContain('▰');
    expect(words(sentence)).toMatch(/^No heatmap: .*broke while drawing/);
    await nextPhotoWorks(all);
    expect(await all.bot.metric(crashed)).toBe(before + 1);
  });

  it('where its deadline passes, and the work really ends', async () => {
    const all = await inPrivate({ HEATMAP_TIMEOUT_S: '3' });
    const { photo, pid } = await stoppedAtTheHeatmap(all);
    const [, sentence] = await texts(all, photo);
    expect(words(sentence)).toMatch(/^No heatmap: .*too long/);
    await untilGone(pid);
    await nextPhotoWorks(all);
  });

  it('where memory is high; where it is critical, photos are told to come again', async () => {
    const measured = await inPrivate({});
    await nextPhotoWorks(measured);
    const used = await measured.bot.metric('sorot_memory_bytes');
    await measured.bot.stop();

    const high = await inPrivate({ MEMORY_LIMIT_MB: String(Math.round(used / MB) + 25) });
    const photo = await high.telegram.sendPhoto(high.user, high.chat, await newPhoto(1));
    const [prediction, sentence] = await texts(high, photo);
    expect(words(prediction)).toContain('▰');
    expect(words(sentence)).toMatch(/^No heatmap: .*memory/);
    expect(await high.bot.metric('sorot_memory_band{band="high"}')).toBe(1);
    const next = await high.telegram.sendPhoto(high.user, high.chat, await newPhoto(2));
    expect(words(await answerTo(high.telegram, next))).toContain('▰');
    await high.bot.stop();

    const critical = await inPrivate({ MEMORY_LIMIT_MB: '64' });
    await critical.bot.untilMetric('sorot_memory_band{band="critical"}', (is) => is === 1);
    const refused = await critical.telegram.sendPhoto(critical.user, critical.chat, await newPhoto(1));
    expect(words(await answerTo(critical.telegram, refused))).toMatch(/Too many photos|short of memory/);
  });

  it('where heatmaps are off for the whole bot', async () => {
    const all = await inPrivate({ HEATMAP: 'off' });
    const photo = await all.telegram.sendPhoto(all.user, all.chat, await newPhoto(1));
    const [prediction, sentence] = await texts(all, photo);
    expect(classesOf(prediction)).toEqual([]);
    expect(words(sentence)).toMatch(/^No heatmap: .*switched heatmaps off/);
  });

  it('where nothing speaks for the class', async () => {
    const all = await inPrivate();
    const { telegram, user, chat } = all;
    const bytes = await newPhoto(1);
    const photo = telegram.sendDocument(user, chat, bytes, { fileName: 'a.jpg', mimeType: 'image/jpeg' });
    await answerTo(telegram, photo, 'sendPhoto');
    const after = telegram.calls.length;
    telegram.sendText(user, chat, '/explain #4');
    expect(words(await answerTo(telegram, photo, 'sendMessage', { after }))).toMatch(
      /^No heatmap: nothing in this picture points to “lorry”/,
    );
    await nextPhotoWorks(all);
  });

  it('where the model has no feature map', async () => {
    const all = await inPrivate({ MODEL: await modelWithoutMap() });
    const photo = await all.telegram.sendPhoto(all.user, all.chat, await newPhoto(1));
    const [, sentence] = await texts(all, photo);
    expect(words(sentence)).toMatch(/^No heatmap: .*point at places/);
    const next = await all.telegram.sendPhoto(all.user, all.chat, await newPhoto(2));
    await texts(all, next);
  });
});

it.runIf(HAS_PROC)('a heatmap whose vision process is killed is made in the next one', async () => {
  const all = await inPrivate();
  const [ok, restarted] = ['sorot_heatmaps_total{outcome="ok"}', 'sorot_engine_restarts_total'] as const;
  const [made, restarts] = [await all.bot.metric(ok), await all.bot.metric(restarted)];
  const { photo, pid } = await stoppedAtTheHeatmap(all);
  process.kill(pid, 'SIGKILL');
  await answerTo(all.telegram, photo, 'sendPhoto');
  // Counted when what is remembered of it is written, which may be after it is seen.
  await all.bot.untilMetric(ok, (is) => is === made + 1);
  expect(await all.bot.metric(restarted)).toBe(restarts + 1);
});

describe('where too much waits', () => {
  it.skipIf(SHARES)('those beyond the queue are told so at once, the others are answered', async () => {
    const { telegram, bot } = await startBot({ MODEL: model, QUEUE_LIMIT: '1' });
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    telegram.fault({ method: 'file', times: 100, kind: { hold } });
    const people = Array.from({ length: 8 }, () => telegram.addUser({ languageCode: 'en' }));
    const photos: Message[] = [];
    for (const [index, user] of people.entries()) {
      photos.push(await telegram.sendPhoto(user, telegram.privateChat(user), await newPhoto(index)));
    }
    const busy = (): ApiCall[] => said(telegram).filter((call) => words(call).includes('Too many photos'));
    await telegram.waitUntil(() => busy().length === 4);
    expect(await bot.metric('sorot_waiting{kind="prediction"}')).toBe(4);
    release();
    const predictions = await Promise.all(photos.map((photo) => answerTo(telegram, photo)));
    expect(predictions.filter((call) => words(call).includes('▰'))).toHaveLength(4);
  });

  it('one person does not take the places of the others', async () => {
    const { telegram } = await startBot({ MODEL: model, PERSON_LIMIT: '2' });
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    telegram.fault({ method: 'file', times: 100, kind: { hold } });
    const [greedy, patient] = ['Budi', 'Citra'].map((firstName) => telegram.addUser({ firstName, languageCode: 'en' }));
    if (greedy === undefined || patient === undefined) throw new Error('Nobody is there.');
    const sent: Message[] = [];
    for (let i = 0; i < 5; i++) {
      sent.push(await telegram.sendPhoto(greedy, telegram.privateChat(greedy), await newPhoto(i)));
    }
    const other = await telegram.sendPhoto(patient, telegram.privateChat(patient), await newPhoto(7));
    const busy = (): ApiCall[] => said(telegram).filter((call) => words(call).includes('Too many photos'));
    await telegram.waitUntil(() => busy().length > 0);
    release();
    expect(words(await answerTo(telegram, other))).toContain('▰');
    for (const photo of sent.slice(0, 2)) expect(words(await answerTo(telegram, photo))).toContain('▰');
    expect(busy()).toHaveLength(1);
  });

  it('one person does not while answers wait to be sent either, and is answered again after that', async () => {
    const { telegram, bot } = await startBot({ MODEL: model, PERSON_LIMIT: '2' });
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    telegram.fault({ method: 'sendMessage', times: 1, kind: { hold } });
    const user = telegram.addUser({ firstName: 'Budi', languageCode: 'en' });
    const chat = telegram.privateChat(user);
    const send = async (seed: number): Promise<Message> => telegram.sendPhoto(user, chat, await newPhoto(seed));
    const [first, second] = [await send(1), await send(2)];
    await bot.untilMetric('sorot_predictions_total{outcome="ok"}', (count) => count === 2);
    await send(3);
    await bot.line(() => bot.lines.filter(({ msg }) => msg === 'photo received').length === 3);
    release();
    for (const photo of [first, second]) expect(words(await answerTo(telegram, photo))).toContain('▰');
    const busy = (): ApiCall[] => said(telegram).filter((call) => words(call).includes('Too many photos'));
    await telegram.waitUntil(() => busy().length === 1);
    expect(words(await answerTo(telegram, await send(4)))).toContain('▰');
    expect(busy()).toHaveLength(1);
  });
});

describe('a photo that cannot be fetched', () => {
  it.each([
    ['whose file breaks off every time', { truncate: 100 }, /couldn’t get the photo from Telegram/],
    ['whose file is not there', { missing: true }, /no longer have this photo/],
  ] as const)('%s is answered with a sentence, and the next one works', async (_, kind, sentence) => {
    const all = await inPrivate();
    const fault = all.telegram.fault({ method: 'file', times: 100, kind });
    const photo = await all.telegram.sendPhoto(all.user, all.chat, await newPhoto(1));
    expect(words(await answerTo(all.telegram, photo))).toMatch(sentence);
    fault.remove();
    await nextPhotoWorks(all);
  });

  it('at first is fetched again', async () => {
    const all = await inPrivate();
    all.telegram.fault({ method: 'file', kind: { truncate: 100 } });
    all.telegram.fault({ method: 'getFile', kind: { status: 500 } });
    await nextPhotoWorks(all);
  });

  it('over a connection that goes dead is fetched over another', async () => {
    const all = await inPrivate();
    all.telegram.fault({ method: 'file', kind: { hold: new Promise<void>(() => undefined) } });
    await nextPhotoWorks(all);
  });

  it('in time is given up, and the sentence says so', async () => {
    const all = await inPrivate({ DOWNLOAD_TIMEOUT_S: '3' });
    all.telegram.fault({ method: 'file', kind: { hold: new Promise<void>(() => undefined) } });
    const photo = await all.telegram.sendPhoto(all.user, all.chat, await newPhoto(1));
    expect(words(await answerTo(all.telegram, photo))).toMatch(/couldn’t get the photo from Telegram/);
    await nextPhotoWorks(all);
  });
});
