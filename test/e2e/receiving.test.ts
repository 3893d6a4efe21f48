import { beforeAll, describe, expect, it } from 'vitest';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chat, LocalTelegram, Message, Update, User } from 'local-telegram';
import { freePort } from '../../bench/ports.js';
import { http, launchBot, localTelegram, startBot, TOKEN, SHARES } from '../support/bot.js';
import type { LogLine, RunningBot } from '../support/bot.js';
import { answerTo, repliesTo, said, smallModel, words } from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { HAS_PROC } from '../support/processes.js';
import { sharedBot } from '../support/shared-bot.js';
import { newFolder } from '../support/sorot.js';

const SECRET = 'a-secret-that-nobody-guesses';

let model: string;

beforeAll(async () => {
  model = await smallModel();
});

const polling = sharedBot(() => ({ MODEL: model }));

function byWebhook(port: number): Record<string, string> {
  return {
    MODEL: model,
    BOT_MODE: 'webhook',
    PORT: String(port),
    WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
    WEBHOOK_SECRET: SECRET,
  };
}

let port: number;

beforeAll(async () => {
  port = await freePort();
});

const receiving = sharedBot(() => byWebhook(port));

let lastId = 900_000;

/** The number of an update that the bot has not seen. */
function newId(): number {
  return (lastId += 1);
}

/** An update in which a person asks for `/model`. */
function asked(id: number, chat: Chat, from: User): string {
  const entities = [{ type: 'bot_command', offset: 0, length: 6 }];
  const message = { message_id: 7, date: 1_700_000_000, chat, from, text: '/model', entities };
  return JSON.stringify({ update_id: id, message });
}

/** A call of the webhook, by Telegram or by somebody who does not know the secret. */
function push(port: number, body: string, secret?: string) {
  const header = secret === undefined ? {} : { 'x-telegram-bot-api-secret-token': secret };
  const headers = { 'content-type': 'application/json', ...header };
  return http(port, '/hook', { method: 'POST', body, headers });
}

describe('by webhook', () => {
  it('an update is taken before its answer is out, and the answer is a call of its own', async () => {
    const { telegram } = await receiving();
    const user = telegram.addUser({ languageCode: 'en' });
    let release = (): void => undefined;
    telegram.fault({ method: 'sendMessage', kind: { hold: new Promise<void>((resolve) => (release = resolve)) } });
    const taken = await push(port, asked(newId(), telegram.privateChat(user), user), SECRET);
    expect(taken).toEqual({ status: 200, body: '' });
    expect(said(telegram)).toEqual([]);
    release();
    await telegram.waitForCall('sendMessage');
  });

  it.skipIf(SHARES)('a photo is taken once it is answered', async () => {
    const { telegram } = await receiving();
    const user = telegram.addUser({ languageCode: 'en' });
    const photo = await telegram.sendPhoto(user, telegram.privateChat(user), unseen(await photograph(1)));
    await answerTo(telegram, photo, 'sendPhoto');
    let release = (): void => undefined;
    telegram.fault({ method: 'sendMessage', kind: { hold: new Promise<void>((resolve) => (release = resolve)) } });
    let taken = false;
    const again = JSON.stringify({ update_id: newId(), message: { ...photo, message_id: 999 } });
    const call = push(port, again, SECRET).then((answer) => {
      taken = true;
      return answer;
    });
    await telegram.waitForCall('sendMessage', (call) => call.status === 0 && repliesTo(call) === 999);
    expect(taken).toBe(false);
    release();
    expect((await call).status).toBe(200);
  });

  it.skipIf(SHARES)('a photo whose answer Telegram does not take is left to it, to come again', async () => {
    const { telegram } = await receiving();
    const user = telegram.addUser({ languageCode: 'en' });
    const chat = telegram.privateChat(user);
    const photo = await telegram.sendPhoto(user, chat, unseen(await photograph(1)));
    await answerTo(telegram, photo, 'sendPhoto');
    const outage = telegram.fault({ method: 'sendMessage', times: 100, kind: { status: 502 } });
    const again = JSON.stringify({ update_id: newId(), message: { ...photo, message_id: 999 } });
    expect(await push(port, again, SECRET)).toMatchObject({ status: 503 });
    outage.remove();
    expect((await push(port, again, SECRET)).status).toBe(200);
    await telegram.waitForCall('sendMessage', (call) => repliesTo(call) === 999);
  });

  it('an update that makes no sense costs nobody else anything', async () => {
    const { telegram, bot } = await receiving();
    const before = bot.lines.length;
    const user = telegram.addUser({ languageCode: 'en' });
    expect((await push(port, JSON.stringify({ update_id: newId(), message: {} }), SECRET)).status).toBe(200);
    await bot.line(({ msg }) => msg === 'a message without a chat');
    expect((await push(port, asked(newId(), telegram.privateChat(user), user), SECRET)).status).toBe(200);
    await telegram.waitForCall('sendMessage');
    expect(bot.lines.slice(before).filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('a photo is answered', async () => {
    // Not the one that the other tests share: every call of its life is looked at.
    const { telegram } = await startBot(byWebhook(await freePort()));
    const user = telegram.addUser({ languageCode: 'en' });
    const photo = await telegram.sendPhoto(user, telegram.privateChat(user), unseen(await photograph(1)));
    await answerTo(telegram, photo);
    await answerTo(telegram, photo, 'sendPhoto');
    expect(telegram.calls.some(({ method }) => method === 'getUpdates')).toBe(false);
  });

  it('a call without the right secret gets 401 and does nothing; the same update twice is answered once', async () => {
    const { telegram } = await receiving();
    const user = telegram.addUser({ languageCode: 'en' });
    const body = (id: number): string => asked(id, telegram.privateChat(user), user);
    const post = (text: string, secret?: string) => push(port, text, secret);
    const [refused, twice, once] = [newId(), newId(), newId()];
    expect((await post(body(refused))).status).toBe(401);
    expect((await post(body(refused), `${SECRET}x`)).status).toBe(401);
    expect((await post(body(refused), SECRET.slice(1))).status).toBe(401);
    expect((await post('{', SECRET)).status).toBe(400);
    expect((await post(body(twice), SECRET)).status).toBe(200);
    expect((await post(body(twice), SECRET)).status).toBe(200);
    expect((await post(body(once), SECRET)).status).toBe(200);
    await telegram.waitUntil(() => said(telegram).length >= 2);
    expect(said(telegram)).toHaveLength(2);
  });
});

describe('by webhook, while the bot is starting', () => {
  it.skipIf(SHARES)('updates are left to Telegram until the bot knows who it is, and are answered then', async () => {
    const telegram = await localTelegram();
    let release = (): void => undefined;
    telegram.fault({ method: 'getMe', kind: { hold: new Promise<void>((resolve) => (release = resolve)) } });
    const bot = await launchBot({
      BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: telegram.root,
      MODEL: model,
      BOT_MODE: 'webhook',
      WEBHOOK_URL: 'http://127.0.0.1/hook',
      WEBHOOK_SECRET: SECRET,
    });
    const port = await bot.port();
    await telegram.waitUntil(() => telegram.calls.some(({ method }) => method === 'getMe'));
    const user = telegram.addUser({ languageCode: 'en' });
    const chat = telegram.privateChat(user);
    const post = () => push(port, asked(900_001, chat, user), SECRET);
    expect((await post()).status).toBe(503);
    release();
    await bot.line(({ msg }) => msg === 'connected to Telegram');
    expect((await post()).status).toBe(200);
    await telegram.waitUntil(() => said(telegram).length === 1);
  });
});

describe('by polling', () => {
  it('an update that comes twice is answered once', async () => {
    const { telegram } = await polling();
    const user = telegram.addUser({ languageCode: 'en' });
    const chat = telegram.privateChat(user);
    const update: Omit<Update, 'update_id'> = {
      message: {
        message_id: 7,
        date: 1_700_000_000,
        chat,
        from: user,
        text: '/model',
        entities: [{ type: 'bot_command', offset: 0, length: 6 }],
      },
    };
    const { update_id } = telegram.pushUpdate(update);
    telegram.pushUpdate({ ...update, update_id });
    telegram.pushUpdate(update);
    await telegram.waitUntil(() => said(telegram).length >= 2);
    const asked = telegram.sendText(user, chat, '/labels');
    await answerTo(telegram, asked);
    expect(said(telegram)).toHaveLength(3);
  });

  it('photos under way when the whole bot is killed are answered by the next one, and those answered are not again', async () => {
    const TMPDIR = await newFolder();
    const { telegram, bot } = await startBot({ MODEL: model, TMPDIR });
    const send = async (seed: number) => {
      const user = telegram.addUser({ languageCode: 'en' });
      return telegram.sendPhoto(user, telegram.privateChat(user), await photograph(seed));
    };
    const held = telegram.fault({ method: 'file', kind: { hold: new Promise(() => undefined) } });
    const slow = await send(0);
    await telegram.waitUntil(() => held.used === 1);
    const quick = await Promise.all([1, 2].map(send));
    await Promise.all(quick.map((photo) => answerTo(telegram, photo)));
    const late = telegram.fault({ method: 'file', times: 9, kind: { hold: new Promise(() => undefined) } });
    const waiting = await Promise.all([3, 4, 5, 6].map(send));
    await telegram.waitUntil(() => late.used > 0);
    bot.signal('SIGKILL');
    await bot.exited;
    late.remove();

    await startBot({ MODEL: model, TMPDIR }, { telegram });
    await Promise.all([slow, ...waiting].map((photo) => answerTo(telegram, photo)));
    for (const photo of [slow, ...quick, ...waiting]) {
      const answers = said(telegram).filter(
        (call) => call.method === 'sendMessage' && call.payload['chat_id'] === photo.chat.id,
      );
      expect(answers).toHaveLength(1);
    }
  });

  it('a photo that the whole bot died of twice is told so by the third, and others are answered', async () => {
    const TMPDIR = await newFolder();
    const telegram = await localTelegram();
    const user = telegram.addUser({ languageCode: 'en' });
    const deadly = await telegram.sendPhoto(user, telegram.privateChat(user), await photograph(1));
    const friend = telegram.addUser({ languageCode: 'en' });
    const photo = await telegram.sendPhoto(friend, telegram.privateChat(friend), await photograph(2));
    // With a queue, which cannot tell what a worker died of from what it had beside that, it is three times.
    for (let start = 1; start <= (SHARES ? 3 : 2); start++) {
      // Two photos are fetched at a time, and it dies when it has this one.
      const fetched = telegram.fault({ method: 'file', times: 9, kind: { hold: new Promise(() => undefined) } });
      const bot = await launchBot({ BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegram.root, MODEL: model, TMPDIR });
      await telegram.waitUntil(() => fetched.used > 0);
      bot.signal('SIGKILL');
      await bot.exited;
      fetched.remove();
    }
    await startBot({ MODEL: model, TMPDIR }, { telegram });
    expect(words(await answerTo(telegram, deadly))).toMatch(/broke/);
    await answerTo(telegram, photo);
  });

  it('an answer that Telegram could not be reached for is tried again', async () => {
    const { telegram } = await polling();
    const user = telegram.addUser({ languageCode: 'en' });
    const outage = telegram.fault({ method: 'sendMessage', times: 5, kind: { status: 502 } });
    const photo = await telegram.sendPhoto(user, telegram.privateChat(user), unseen(await photograph(1)));
    await answerTo(telegram, photo);
    expect(outage.used).toBe(5);
    await answerTo(telegram, photo, 'sendPhoto');
  });

  it('another instance is waited out', async () => {
    const telegram = await localTelegram();
    telegram.fault({
      method: 'getUpdates',
      times: 2,
      kind: {
        status: 409,
        description:
          'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
      },
    });
    const { bot } = await startBot({ MODEL: model }, { telegram });
    await bot.line(({ why }) => typeof why === 'string' && why.includes('another instance'));
    const user = telegram.addUser({ languageCode: 'en' });
    const asked = telegram.sendText(user, telegram.privateChat(user), '/model');
    await answerTo(telegram, asked);
    expect((await bot.get('/readyz')).status).toBe(200);
  });

  it('an outage is waited out', async () => {
    const telegram = await localTelegram();
    telegram.fault({ method: 'getMe', times: 2, kind: { drop: 'before' } });
    telegram.fault({ method: 'getUpdates', times: 1, kind: { status: 502 } });
    const { bot } = await startBot({ MODEL: model }, { telegram });
    const user = telegram.addUser({ languageCode: 'en' });
    const asked = telegram.sendText(user, telegram.privateChat(user), '/model');
    await answerTo(telegram, asked);
    expect((await bot.get('/healthz')).body).toBe('ok');
    // The menus too, which wait for the first connection.
    await telegram.waitForCall('setMyCommands');
  });

  it('a wrong token ends the process with one clear line', async () => {
    const telegram = await localTelegram();
    const wrong = '987654321:WRONG-token_abcdefghijklmnopqrstuvwx';
    const bot = await launchBot({ MODEL: model, BOT_TOKEN: wrong, TELEGRAM_API_ROOT: telegram.root });
    expect(await bot.exited).toBe(1);
    expect(complaint(bot)).toMatchObject({
      code: 'token-refused',
      why: expect.stringMatching(/refuses BOT_TOKEN/) as unknown,
    });
    expect(bot.output).not.toContain(wrong);
  });
});

/** The one line that says why the process ended, for somebody who has to put it right: no stack. */
function complaint(bot: RunningBot): object | undefined {
  const lines = bot.lines.filter(({ level }) => level === 'fatal' || level === 'error' || level === 'warn');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toHaveProperty('err');
  expect(bot.errors).toBe('');
  return lines[0];
}

describe('what keeps the bot from starting ends the process with one clear line', () => {
  it('a model that cannot be loaded', async () => {
    const telegram = await localTelegram();
    const broken = await smallModel();
    await writeFile(join(broken, 'model.json'), '{"format": "layers-model"}');
    const bot = await launchBot({ MODEL: broken, BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegram.root });
    expect(await bot.exited).toBe(1);
    expect(complaint(bot)).toMatchObject({ code: 'invalid-model' });
    expect(telegram.calls).toEqual([]);
  });

  it('a port that is taken', async () => {
    const telegram = await localTelegram();
    const taken = new URL(telegram.root).port;
    const bot = await launchBot({ MODEL: model, BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegram.root, PORT: taken });
    expect(await bot.exited).toBe(1);
    expect(complaint(bot)).toMatchObject({ code: 'port-taken', why: expect.stringContaining(taken) as unknown });
  });

  it('a webhook address that Telegram refuses', async () => {
    const telegram = await localTelegram();
    const webhook = { BOT_MODE: 'webhook', WEBHOOK_URL: 'https://example.org/hook', WEBHOOK_SECRET: SECRET };
    const description = 'Bad Request: bad webhook: IP address 127.0.0.1 is reserved';
    telegram.fault({ method: 'setWebhook', kind: { status: 400, description } });
    const bot = await launchBot({ MODEL: model, BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegram.root, ...webhook });
    expect(await bot.exited).toBe(1);
    expect(complaint(bot)).toMatchObject({
      code: 'webhook-refused',
      why: expect.stringMatching(/is reserved/) as unknown,
    });
  });
});

describe('mistakes in the environment', () => {
  it('are named all at once, and the process ends with 2', async () => {
    const bot = await launchBot({ BOT_TOKEN: 'nonsense', QUEUE_LIMIT: 'many', MODEL: 'no-such-model' });
    expect(await bot.exited).toBe(2);
    for (const name of ['BOT_TOKEN', 'QUEUE_LIMIT', 'MODEL']) expect(bot.errors).toContain(name);
    expect(bot.errors).not.toContain('nonsense');
  });

  it('a missing token is one of them', async () => {
    const bot = await launchBot({ NODE_ENV: 'production' });
    expect(await bot.exited).toBe(2);
    expect(bot.errors).toMatch(/BOT_TOKEN/);
  });
});

describe.runIf(HAS_PROC)('SIGTERM', () => {
  it('while the bot is starting ends the process with 0, and the vision process with it', async () => {
    const telegram = await localTelegram();
    const bot = await launchBot({ MODEL: model, BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegram.root });
    await bot.port();
    expect(await bot.stop()).toBe(0);
    expect(bot.lines.map(({ msg }) => msg)).not.toContain('engine ready');
  });

  it('while an album is gathered has it answered', async () => {
    const { telegram, bot } = await startBot({ MODEL: model });
    const user = telegram.addUser({ languageCode: 'en' });
    const [first] = await telegram.sendAlbum(user, telegram.privateChat(user), [
      await photograph(1),
      await photograph(2),
    ]);
    if (first === undefined) throw new Error('The album is empty.');
    const isReceived = ({ msg }: LogLine): boolean => msg === 'photo received';
    await bot.line((line) => isReceived(line) && bot.lines.filter(isReceived).length === 2);
    expect(await bot.stop()).toBe(0);
    expect(words(await answerTo(telegram, first))).toMatch(/^1\. .*\n2\. /);
    await answerTo(telegram, first, 'sendMediaGroup');
  });

  it('while a photo is worked on has it finished, and the process ends with 0', async () => {
    const { telegram, bot } = await startBot({ MODEL: model });
    const user = telegram.addUser({ languageCode: 'en' });
    let release = (): void => undefined;
    telegram.fault({ method: 'file', kind: { hold: new Promise<void>((resolve) => (release = resolve)) } });
    const photo = await telegram.sendPhoto(user, telegram.privateChat(user), await photograph(1));
    await telegram.waitUntil(() => telegram.calls.some(({ method }) => method === 'file'));
    bot.signal('SIGTERM');
    await bot.line(({ msg }) => msg === 'stopping');
    release();
    expect(await bot.exited).toBe(0);
    await answerTo(telegram, photo);
    await answerTo(telegram, photo, 'sendPhoto');
  });

  it.skipIf(SHARES)('with more waiting than there is time for has the rest told so', async () => {
    const { telegram, bot } = await startBot({ MODEL: model, SHUTDOWN_S: '3' });
    telegram.fault({ method: 'file', times: 100, kind: { hold: new Promise<void>(() => undefined) } });
    const photos = [];
    for (let i = 0; i < 6; i++) {
      const user = telegram.addUser({ languageCode: 'en' });
      photos.push(await telegram.sendPhoto(user, telegram.privateChat(user), await photograph(i)));
    }
    await bot.untilMetric('sorot_waiting{kind="prediction"}', (waiting) => waiting === 6);
    expect(await bot.stop()).toBe(0);
    const answers = await Promise.all(photos.map((photo) => answerTo(telegram, photo)));
    for (const answer of answers) expect(words(answer)).toMatch(/being restarted/);
  });

  it('leaves updates that were not taken for the next process', async () => {
    const { telegram, bot } = await startBot({ MODEL: model });
    const user = telegram.addUser({ languageCode: 'en' });
    const chat = telegram.privateChat(user);
    await answerTo(telegram, telegram.sendText(user, chat, '/model'));
    expect(await bot.stop()).toBe(0);
    const waiting = telegram.sendText(user, chat, '/labels');
    const before = said(telegram).length;
    await startBot({ MODEL: model }, { telegram });
    await answerTo(telegram, waiting);
    expect(said(telegram)).toHaveLength(before + 1);
  });
});

/** The number of the update by which the bot has a message. */
async function updateOf(telegram: LocalTelegram, { message_id, chat }: Message): Promise<number | undefined> {
  const found = (): Update | undefined =>
    telegram.updatesSent.find(({ message }) => message?.message_id === message_id && message.chat.id === chat.id);
  await telegram.waitUntil(() => found() !== undefined);
  return found()?.update_id;
}

describe('the log', () => {
  it('has a line a step and never the token, names or texts', async () => {
    const { telegram, bot } = await startBot({ MODEL: model, LOG_LEVEL: 'trace' });
    const user = telegram.addUser({ firstName: 'Rahasia', languageCode: 'en' });
    const chat = telegram.privateChat(user);
    telegram.fault({ method: 'file', kind: { truncate: 10 } });
    telegram.fault({ method: 'sendPhoto', kind: { brokenBody: 'chunked' } });
    telegram.fault({ method: 'getFile', kind: { drop: 'before' } });
    const photo = await telegram.sendPhoto(user, chat, await photograph(1, 1920, 1080), { caption: 'my own words' });
    await answerTo(telegram, photo);
    await telegram.waitUntil(() =>
      telegram.calls.some(({ method, result }) => method === 'sendPhoto' && result !== undefined),
    );
    telegram.fault({
      method: 'sendMessage',
      times: 20,
      kind: { status: 400, description: 'Bad Request: chat not found' },
    });
    telegram.sendText(user, chat, 'more of my own words');
    await telegram.waitForCall('sendMessage', ({ status }) => status === 400);
    const next = await telegram.sendPhoto(user, chat, await photograph(2, 1920, 1080));
    await telegram.waitUntil(() => telegram.calls.filter(({ method }) => method === 'getFile').length >= 3);
    expect(next.message_id).toBeGreaterThan(0);
    const taken = await bot.metric('sorot_step_seconds_count{step="send"}');
    expect(taken).toBeGreaterThanOrEqual(1);
    for (const step of ['fetch', 'decode', 'predict', 'explain', 'render']) {
      expect(await bot.metric(`sorot_step_seconds_count{step="${step}"}`)).toBeGreaterThanOrEqual(1);
    }
    expect(await bot.metric('sorot_updates_total{kind="message"}')).toBe(3);
    expect(await bot.metric('sorot_telegram_calls_total{method="sendMessage",outcome="ok"}')).toBe(1);
    expect(await bot.metric('sorot_telegram_calls_total{method="sendPhoto",outcome="unknown"}')).toBe(1);
    expect(await bot.stop()).toBe(0);

    expect(bot.output).not.toContain(TOKEN);
    expect(bot.output).not.toContain(TOKEN.split(':')[1]);
    for (const secret of ['Rahasia', 'my own words', '/file/bot']) expect(bot.output).not.toContain(secret);
    const steps = bot.lines.filter(({ update }) => update !== undefined);
    const received = steps.find(({ msg }) => msg === 'photo received');
    expect(received).toMatchObject({ original: '1280x720', chat: 'private' });
    expect(steps.find(({ msg }) => msg === 'predicted')).toMatchObject({ original: '800x450' });
    expect(steps.find(({ msg }) => typeof msg === 'string' && msg.startsWith('heatmap'))).toMatchObject({
      resized: '800x450',
      map: expect.stringMatching(/^\d+x\d+/) as unknown,
    });
  });

  it('says when the answer and the heatmap were out, counted from the update’s arrival', async () => {
    const { telegram, bot } = await polling();
    const user = telegram.addUser({ languageCode: 'en' });
    const photo = await telegram.sendPhoto(user, telegram.privateChat(user), unseen(await photograph(1, 1920, 1080)));
    const update = await updateOf(telegram, photo);
    await bot.line((line) => line.msg === 'heatmap sent' && line['update'] === update);
    const own = bot.lines.filter((line) => line['update'] === update);
    const steps = own.filter(({ msg }) => msg !== 'update stored');
    expect(steps.map(({ msg }) => msg)).toEqual([
      'photo received',
      'fetched',
      'predicted',
      'answered',
      'heatmap',
      'heatmap sent',
    ]);
    for (const step of steps) expect(step['chat']).toBe('private');
    const milliseconds = steps.filter(({ msg }) => msg === 'answered' || msg === 'heatmap sent').map(({ ms }) => ms);
    expect(milliseconds).toEqual([expect.any(Number), expect.any(Number)]);
    expect(Number(milliseconds[1])).toBeGreaterThanOrEqual(Number(milliseconds[0]));
  });

  it('has the same lines for a photo that is asked about in a group', async () => {
    const { telegram, bot } = await polling();
    const [member, other] = [telegram.addUser({ languageCode: 'en' }), telegram.addUser()];
    const group = telegram.addGroup({ title: 'Kelompok', members: [member, other] });
    const photo = await telegram.sendPhoto(other, group, unseen(await photograph(1, 1920, 1080)));
    const update = await updateOf(telegram, telegram.sendText(member, group, '/explain', { replyTo: photo }));
    await bot.line((line) => line.msg === 'heatmap sent' && line['update'] === update);
    const received = bot.lines.find((line) => line.msg === 'photo received' && line['update'] === update);
    expect(received).toMatchObject({ chat: 'supergroup', original: '1280x720', fetched: '800x450' });
  });
});
