import { Agent } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { MAX_UPDATE_BYTES } from '../../src/limits.js';
import { call, post, SECRET, started, takingInto } from './calling.js';

const UPDATE = { update_id: 7, message: { message_id: 1, text: 'halo 👋' } };
const HEADERS = { 'x-telegram-bot-api-secret-token': SECRET };

test('an update with the secret is handed on whole, once, and answered with nothing', async () => {
  const { server, updates } = await started();
  expect(await post(server, UPDATE)).toMatchObject({ status: 200, body: '' });
  expect(updates).toEqual([UPDATE]);
});

test('an update that comes in pieces, cut within a letter, is whole', async () => {
  const { server, updates } = await started();
  const bytes = Buffer.from(JSON.stringify(UPDATE));
  const inside = bytes.indexOf('👋') + 2;
  const socket = connect(server.port, '127.0.0.1');
  socket.setEncoding('utf8');
  socket.write(`POST /telegram HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: ${SECRET}\r\n`);
  socket.write(`Content-Length: ${bytes.length}\r\n\r\n`);
  socket.write(bytes.subarray(0, inside));
  // Another request that is answered shows that the first piece has arrived.
  await call(server, '/healthz');
  socket.write(bytes.subarray(inside));
  const [answer] = (await once(socket, 'data')) as [string];
  socket.destroy();
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(updates).toEqual([UPDATE]);
});

describe('without the right secret', () => {
  test.each([
    ['none', {}],
    ['an empty one', { 'x-telegram-bot-api-secret-token': '' }],
    ['a beginning of it', { 'x-telegram-bot-api-secret-token': SECRET.slice(0, -1) }],
    ['it and more', { 'x-telegram-bot-api-secret-token': `${SECRET}x` }],
    ['it in capitals', { 'x-telegram-bot-api-secret-token': SECRET.toUpperCase() }],
    ['it in another header', { authorization: `Bearer ${SECRET}` }],
  ])('%s: 401, and nothing is done', async (_what, headers) => {
    const { server, updates, log } = await started();
    log();
    const answer = await call(server, '/telegram', { method: 'POST', headers, body: JSON.stringify(UPDATE) });
    expect(answer.status).toBe(401);
    expect(updates).toEqual([]);
    expect(log()).toBe('');
  });

  test('the answer does not wait for the body', async () => {
    const { server } = await started();
    const socket = connect(server.port, '127.0.0.1');
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.write('POST /telegram HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n{');
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });
});

describe('what is no update is refused', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', '{"update_id": 7'],
    ['no object', '7'],
    ['null', 'null'],
    ['no id', '{"message":{}}'],
    ['an id that is text', '{"update_id":"7"}'],
    ['an id that is broken', '{"update_id":7.5}'],
  ])('%s: 400', async (_what, body) => {
    const { server, updates } = await started();
    expect((await call(server, '/telegram', { method: 'POST', headers: HEADERS, body })).status).toBe(400);
    expect(updates).toEqual([]);
  });

  test('more bytes than the limit, said or sent: 413; the limit itself is taken', async () => {
    const { server, updates } = await started();
    const filled = (bytes: number) => `{"update_id":1,"x":"${'x'.repeat(bytes - 22)}"}`;
    const [fits, over] = [filled(MAX_UPDATE_BYTES), filled(MAX_UPDATE_BYTES + 1)];
    const send = (body: string | string[]) => call(server, '/telegram', { method: 'POST', headers: HEADERS, body });
    expect((await send(over)).status).toBe(413);
    expect((await send([over.slice(0, 1000), over.slice(1000)])).status).toBe(413);
    expect(updates).toEqual([]);
    expect((await send(fits)).status).toBe(200);
    expect((await send([fits.slice(0, 1000), fits.slice(1000)])).status).toBe(200);
    expect(updates).toHaveLength(2);
  });

  test('more bytes than the limit are refused before they are sent', async () => {
    const { server } = await started();
    const socket = connect(server.port, '127.0.0.1');
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.write(`POST /telegram HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: ${SECRET}\r\n`);
    socket.write(`Content-Length: ${MAX_UPDATE_BYTES + 1}\r\n\r\n{`);
    const [answer] = (await once(socket, 'data')) as [string];
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  test('a sender that goes away amid an update costs nothing', async () => {
    const { server, updates, log } = await started();
    log();
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `POST /telegram HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: ${SECRET}\r\nContent-Length: 99\r\n\r\n{`,
    );
    await call(server, '/healthz');
    socket.destroy();
    await once(socket, 'close');
    expect((await post(server, UPDATE)).status).toBe(200);
    expect(updates).toEqual([UPDATE]);
    expect(log()).toBe('');
  });
});

test('while it stops, an update gets 503 on a connection that ends, so that Telegram keeps it', async () => {
  const { server, updates } = await started();
  server.stopAccepting();
  const agent = new Agent({ keepAlive: true });
  const answer = await call(server, '/telegram', {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify(UPDATE),
    agent,
  });
  agent.destroy();
  expect(answer).toMatchObject({ status: 503, headers: { connection: 'close' } });
  expect(updates).toEqual([]);
});

test('an update that cannot be taken now gets 503, so that Telegram sends it again', async () => {
  const onUpdate = (): Promise<'later'> => Promise.resolve('later');
  const { server, log } = await started({ webhook: { path: '/telegram', secret: SECRET, onUpdate } });
  expect(await post(server, UPDATE)).toMatchObject({ status: 503, body: 'later', headers: { 'retry-after': '1' } });
  expect(log()).not.toContain('error');
});

test('a path with what a router takes for patterns is only itself', async () => {
  const updates: unknown[] = [];
  const path = '/hook/:id/*/%20{a}';
  const { server } = await started({
    webhook: { path: new URL(path, 'https://x').pathname, secret: SECRET, onUpdate: takingInto(updates) },
  });
  expect((await post(server, UPDATE, SECRET, '/hook/1/2/%20{a}')).status).toBe(404);
  expect((await post(server, UPDATE, SECRET, path)).status).toBe(200);
  expect((await post(server, UPDATE, SECRET, `${path}?from=telegram`)).status).toBe(200);
  expect(updates).toHaveLength(2);
});
