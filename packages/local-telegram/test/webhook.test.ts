import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
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

interface Delivered {
  readonly update: Update;
  readonly headers: IncomingHttpHeaders;
}

type Answering = (response: ServerResponse, delivered: Delivered) => void;

function take(response: ServerResponse): void {
  response.end();
}

/** Emits `update` whenever a bot's own address was called. */
const arrivals = new EventEmitter();

async function until(check: () => boolean): Promise<void> {
  while (!check()) await once(arrivals, 'update');
}

/** A bot's own address. */
async function hook(answer: Answering = take) {
  const received: Delivered[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const update = JSON.parse(Buffer.concat(parts).toString('utf8')) as Update;
      const delivered = { update, headers: request.headers };
      received.push(delivered);
      answer(response, delivered);
      arrivals.emit('update');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  onTestFinished(close);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return { url, received, close, texts: () => received.map(({ update }) => textOf(update)) };
}

function textOf({ message, callback_query }: Update): string | undefined {
  return message?.text ?? callback_query?.data;
}

/** Answers with these statuses in turn and then 200. */
function inTurn(...statuses: number[]): Answering {
  return (response) => response.writeHead(statuses.shift() ?? 200).end();
}

/** Answers as soon as it is told to, by an update's text. */
function onDemand() {
  const open = new Map<string | undefined, ServerResponse>();
  const answer: Answering = (response, { update }) => open.set(textOf(update), response);
  return { open, answer, release: (text: string) => open.get(text)?.end() };
}

async function info(): Promise<unknown> {
  return (await call(telegram, 'getWebhookInfo')).result;
}

/** Somebody else's message, in a chat of their own. */
function fromSomebody(text: string): void {
  const somebody = telegram.addUser();
  telegram.sendText(somebody, telegram.privateChat(somebody), text);
}

/** Has the webhook take one update, after which it gets several at once. */
async function trusted({ release, open }: ReturnType<typeof onDemand>): Promise<void> {
  fromSomebody('first');
  await until(() => open.has('first'));
  release('first');
  await telegram.waitUntil(() => telegram.pendingUpdates === 0);
}

describe('a webhook gets updates', () => {
  it('with the secret, those of one chat in order', async () => {
    const { url, received, texts } = await hook();
    telegram.sendText(ayu, chat, 'before');
    await call(telegram, 'setWebhook', { url, secret_token: 'a_secret-1' });
    telegram.sendText(ayu, chat, 'after');
    await telegram.waitUntil(() => received.length === 2 && telegram.pendingUpdates === 0);
    expect(texts()).toEqual(['before', 'after']);
    expect(received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': 'a_secret-1',
    });
  });

  it('one at a time until it has taken one, then those of different chats side by side', async () => {
    const demand = onDemand();
    const { url, texts } = await hook(demand.answer);
    await call(telegram, 'setWebhook', { url });
    for (const text of ['one', 'two', 'three']) fromSomebody(text);
    await until(() => demand.open.has('one'));
    expect(await info()).toMatchObject({ pending_update_count: 3 });
    expect(texts()).toEqual(['one']);
    demand.release('one');
    await until(() => demand.open.size === 3);
    expect(texts().sort()).toEqual(['one', 'three', 'two']);
  });

  it('of one chat only after the one before is answered, while other chats and presses go on', async () => {
    const demand = onDemand();
    const { url, texts } = await hook(demand.answer);
    await call(telegram, 'setWebhook', { url });
    await trusted(demand);
    const message = telegram.sendText(ayu, chat, 'slow');
    telegram.sendText(ayu, chat, 'behind it');
    telegram.pressButton(ayu, message, 'pressed');
    fromSomebody('elsewhere');
    await until(() => demand.open.size === 4);
    expect(texts().sort()).toEqual(['elsewhere', 'first', 'pressed', 'slow']);
    demand.release('slow');
    await until(() => demand.open.has('behind it'));
  });

  it('as many at once as it allows', async () => {
    const demand = onDemand();
    const { url, texts } = await hook(demand.answer);
    await call(telegram, 'setWebhook', { url, max_connections: 2 });
    expect(await info()).toMatchObject({ max_connections: 2 });
    await trusted(demand);
    for (const text of ['one', 'two', 'three']) fromSomebody(text);
    await until(() => demand.open.size === 3);
    expect(await info()).toMatchObject({ pending_update_count: 3 });
    expect(texts()).not.toContain('three');
    demand.release('two');
    await until(() => demand.open.has('three'));
  });

  it('again until it takes them, at once the first time', async () => {
    const { url, texts } = await hook(inTurn(500, 302));
    await call(telegram, 'setWebhook', { url });
    telegram.sendText(ayu, chat, 'one');
    telegram.sendText(ayu, chat, 'two');
    await telegram.waitUntil(() => telegram.pendingUpdates === 0);
    expect(texts()).toEqual(['one', 'one', 'one', 'two']);
    expect(telegram.webhookCalls.map(({ status }) => status)).toEqual([500, 302, 200, 200]);
    expect(await info()).toMatchObject({
      url,
      pending_update_count: 0,
      max_connections: 40,
      last_error_date: expect.any(Number) as number,
      last_error_message: 'Wrong response from the webhook: 302 Found',
    });
  });

  it('again when it asked for them, and not before', async () => {
    const { url, texts } = await hook((response, { update }) => {
      if (textOf(update) === 'later') response.writeHead(503, { 'retry-after': '3600' });
      response.end();
    });
    await call(telegram, 'setWebhook', { url });
    telegram.sendText(ayu, chat, 'later');
    telegram.sendText(ayu, chat, 'behind it');
    await until(() => texts().length === 1);
    for (const text of ['one', 'two']) fromSomebody(text);
    await telegram.waitUntil(() => telegram.pendingUpdates === 2);
    expect(texts()).toEqual(['later', 'one', 'two']);
    expect(await info()).toMatchObject({
      pending_update_count: 2,
      last_error_message: 'Wrong response from the webhook: 503 Service Unavailable',
    });
  });

  it('a second later where it asked for a second', async () => {
    const answer = inTurn(503);
    const { url, texts } = await hook((response, delivered) => {
      answer(response.setHeader('retry-after', '1'), delivered);
    });
    await call(telegram, 'setWebhook', { url });
    telegram.sendText(ayu, chat, 'one');
    await telegram.waitUntil(() => telegram.pendingUpdates === 0);
    expect(texts()).toEqual(['one', 'one']);
    expect(telegram.webhookCalls).toMatchObject([
      { status: 503, retryAfterS: 1 },
      { status: 200, retryAfterS: 0 },
    ]);
  });

  it('once somebody listens at its address', async () => {
    const { url, close } = await hook();
    close();
    await call(telegram, 'setWebhook', { url });
    telegram.sendText(ayu, chat, 'one');
    while (!JSON.stringify(await info()).includes('last_error'));
    expect(await info()).toMatchObject({ pending_update_count: 1, last_error_message: 'Connection refused' });
    expect(telegram.webhookCalls[0]).toMatchObject({ status: 0, refusal: 'Connection refused' });
  });
});

describe('a webhook that is set', () => {
  it('rules out polling until it is deleted', async () => {
    const { url } = await hook(inTurn(500));
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
    expect((await call(telegram, 'getUpdates')).result).toMatchObject([{ message: { text: 'polled' } }]);
  });

  it('may be taken by another process, which then gets what is not answered', async () => {
    const demand = onDemand();
    const ours = await hook(demand.answer);
    const theirs = await hook();
    await call(telegram, 'setWebhook', { url: ours.url, secret_token: 'ours' });
    telegram.sendText(ayu, chat, 'under way');
    await until(() => demand.open.has('under way'));
    telegram.takeWebhook(theirs.url);
    expect(await info()).toMatchObject({ url: theirs.url });
    await telegram.waitUntil(() => telegram.pendingUpdates === 0);
    expect(theirs.texts()).toEqual(['under way']);
    telegram.takeWebhook();
    expect(await info()).toMatchObject({ url: '' });
  });

  it('is set once a second at most, and may forget what waits', async () => {
    const { url, texts } = await hook();
    telegram.sendText(ayu, chat, 'forgotten');
    await call(telegram, 'setWebhook', { url, drop_pending_updates: true });
    expect(await call(telegram, 'setWebhook', { url })).toMatchObject({
      error_code: 429,
      description: 'Too Many Requests: retry after 1',
      parameters: { retry_after: 1 },
    });
    telegram.sendText(ayu, chat, 'one');
    await telegram.waitUntil(() => telegram.pendingUpdates === 0);
    expect(texts()).toEqual(['one']);
  });

  it.each([
    ['bad webhook: An HTTPS URL must be provided for webhook', 'http://example.com/hook', ''],
    ['secret token contains unallowed characters', 'https://example.com/hook', 'no spaces'],
    ['secret token is too long', 'https://example.com/hook', 'x'.repeat(257)],
  ])('must be as Telegram has it: %s', async (words, url, secret_token) => {
    expect(await call(telegram, 'setWebhook', { url, secret_token })).toMatchObject({
      error_code: 400,
      description: `Bad Request: ${words}`,
    });
  });
});
