import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Telegraf } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalTelegram, type Chat, type Update, type User } from 'local-telegram';
import { violationsOf } from '../../../test/support/bot-api-spec.js';
import { call, TOKEN } from './requests.js';

let telegram: LocalTelegram;
let ayu: User;
let chat: Chat;

beforeEach(async () => {
  telegram = await LocalTelegram.start({ token: TOKEN });
  ayu = telegram.addUser({ languageCode: 'id' });
  chat = telegram.privateChat(ayu);
});

afterEach(async () => {
  const violations = violationsOf(telegram);
  await telegram.close();
  expect(violations).toEqual([]);
});

async function updates(fields: Record<string, unknown> = {}): Promise<readonly Update[]> {
  const { result } = await call(telegram, 'getUpdates', fields);
  return result as readonly Update[];
}

describe('polling', () => {
  it('gives what waits, again and again until an offset confirms it', async () => {
    for (const text of ['one', 'two', 'three']) {
      telegram.sendText(ayu, chat, text);
    }
    expect(telegram.pendingUpdates).toBe(3);
    const first = await updates({ limit: 2 });
    expect(first.map(({ message }) => message?.text)).toEqual(['one', 'two']);
    expect(telegram.pendingUpdates).toBe(1);
    expect(await updates({ limit: 2 })).toEqual(first);
    const rest = await updates({ offset: (first[1]?.update_id ?? 0) + 1 });
    expect(rest.map(({ message }) => message?.text)).toEqual(['three']);
    expect(await updates({ offset: (rest[0]?.update_id ?? 0) + 1 })).toEqual([]);
  });

  it('waits for a message and answers as soon as it comes', async () => {
    const waiting = updates({ timeout: 50 });
    await telegram.waitForCall('getUpdates', ({ status }) => status === 0);
    telegram.sendText(ayu, chat, 'hello');
    expect(await waiting).toMatchObject([{ message: { text: 'hello', from: { id: ayu.id, language_code: 'id' } } }]);
  });

  it('keeps the newest ones with a negative offset', async () => {
    telegram.sendText(ayu, chat, 'old');
    telegram.sendText(ayu, chat, 'new');
    expect((await updates({ offset: -1 })).map(({ message }) => message?.text)).toEqual(['new']);
    expect((await updates()).length).toBe(1);
  });

  it('loses nothing when the poller leaves', async () => {
    const leaving = new AbortController();
    const waiting = call(telegram, 'getUpdates', { timeout: 50 }, { signal: leaving.signal });
    await telegram.waitForCall('getUpdates', ({ status }) => status === 0);
    leaving.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await telegram.waitForCall('getUpdates', ({ status, result }) => status === 0 && result !== undefined);
    telegram.sendText(ayu, chat, 'still here');
    expect(telegram.pendingUpdates).toBe(1);
    expect(await updates()).toMatchObject([{ message: { text: 'still here' } }]);
  });

  it('ends an older poller with 409', async () => {
    const older = call(telegram, 'getUpdates', { timeout: 50 });
    await telegram.waitForCall('getUpdates', ({ status }) => status === 0);
    const newer = updates({ timeout: 50 });
    expect(await older).toEqual({
      ok: false,
      error_code: 409,
      description: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    telegram.sendText(ayu, chat, 'for the newer');
    expect(await newer).toMatchObject([{ message: { text: 'for the newer' } }]);
  });

  it('sends only the kinds that were asked for', async () => {
    await updates({ allowed_updates: ['callback_query'] });
    const message = telegram.sendText(ayu, chat, 'unseen');
    telegram.pressButton(ayu, message, 'seen');
    expect(await updates()).toMatchObject([{ callback_query: { data: 'seen', message: { text: 'unseen' } } }]);
  });

  it('feeds a telegraf bot', async () => {
    const bot = new Telegraf(TOKEN, { telegram: { apiRoot: telegram.root } });
    bot.command('start', (context) => context.reply(`Hello, ${context.from.first_name}`));
    const ended = bot.launch();
    telegram.sendText(ayu, chat, '/start');
    await telegram.waitForCall('sendMessage');
    bot.stop();
    await ended;
    expect(telegram.messagesOf(chat).map(({ text }) => text)).toEqual(['/start', 'Hello, Ayu']);
  });
});

interface Hook {
  readonly url: string;
  readonly received: { update: Update; headers: IncomingHttpHeaders }[];
  readonly close: () => Promise<void>;
}

/** A bot's own address; it answers with these statuses in turn and then 200. */
async function hook(statuses: number[] = []): Promise<Hook> {
  const received: Hook['received'] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({
        update: JSON.parse(Buffer.concat(parts).toString('utf8')) as Update,
        headers: request.headers,
      });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

describe('a webhook', () => {
  it('gets updates in order, with the secret', async () => {
    const { url, received, close } = await hook();
    telegram.sendText(ayu, chat, 'before');
    await call(telegram, 'setWebhook', { url, secret_token: 'a_secret-1' });
    telegram.sendText(ayu, chat, 'after');
    await telegram.waitUntil(() => received.length === 2 && telegram.pendingUpdates === 0);
    expect(received.map(({ update }) => update.message?.text)).toEqual(['before', 'after']);
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': 'a_secret-1',
    });
    await close();
  });

  it('is tried again until it takes the update', async () => {
    const { url, received, close } = await hook([500, 302]);
    await call(telegram, 'setWebhook', { url });
    telegram.sendText(ayu, chat, 'one');
    telegram.sendText(ayu, chat, 'two');
    await telegram.waitUntil(() => telegram.pendingUpdates === 0);
    expect(received.map(({ update }) => update.message?.text)).toEqual(['one', 'one', 'one', 'two']);
    expect((await call(telegram, 'getWebhookInfo')).result).toMatchObject({
      url,
      pending_update_count: 0,
      last_error_message: 'Wrong response from the webhook: 302 Found',
    });
    await close();
  });

  it('rules out polling until it is deleted', async () => {
    const { url, close } = await hook([500]);
    const poller = call(telegram, 'getUpdates', { timeout: 50 });
    await telegram.waitForCall('getUpdates', ({ status }) => status === 0);
    await call(telegram, 'setWebhook', { url });
    expect(await poller).toMatchObject({ error_code: 409, description: 'Conflict: terminated by setWebhook request' });
    expect(await call(telegram, 'getUpdates')).toEqual({
      ok: false,
      error_code: 409,
      description:
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    });
    await call(telegram, 'deleteWebhook');
    telegram.sendText(ayu, chat, 'polled');
    expect(await updates()).toMatchObject([{ message: { text: 'polled' } }]);
    await close();
  });

  it('must be HTTPS, but for this machine', async () => {
    expect(await call(telegram, 'setWebhook', { url: 'http://example.com/hook' })).toMatchObject({
      error_code: 400,
      description: 'Bad Request: bad webhook: An HTTPS URL must be provided for webhook',
    });
    expect(await call(telegram, 'setWebhook', { url: 'https://example.com:8080/hook' })).toMatchObject({
      description: 'Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443',
    });
    expect(
      await call(telegram, 'setWebhook', { url: 'https://example.com/hook', secret_token: 'no spaces' }),
    ).toMatchObject({ description: 'Bad Request: secret token contains unallowed characters' });
  });
});
