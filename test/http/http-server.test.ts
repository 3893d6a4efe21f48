import { Agent } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ListenError, startServer } from '../../src/http/http-server.js';
import type { Readiness } from '../../src/http/http-server.js';
import { call, post, SECRET, started } from './calling.js';

describe('health, readiness and metrics', () => {
  test('health is told while the process lives, whatever else is', async () => {
    const { server } = await started({ ready: () => 'starting' });
    server.stopAccepting();
    expect(await call(server, '/healthz')).toMatchObject({ status: 200, body: 'ok' });
  });

  test('readiness changes with the bot and says why it is not there', async () => {
    let readiness: Readiness = 'starting';
    const { server } = await started({ ready: () => readiness });
    const told = async () => {
      const { status, body } = await call(server, '/readyz');
      return [status, body];
    };
    expect(await told()).toEqual([503, '{"reason":"starting"}']);
    readiness = 'telegram-unreachable';
    expect(await told()).toEqual([503, '{"reason":"telegram-unreachable"}']);
    readiness = 'ready';
    expect(await told()).toEqual([200, 'ok']);
    server.stopAccepting();
    expect(await told()).toEqual([503, '{"reason":"stopping"}']);
  });

  test('metrics come as they are, with their type', async () => {
    const { server } = await started();
    expect(await call(server, '/metrics')).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4' },
      body: 'sorot_updates_total 3\n',
    });
  });

  test('metrics that fail are a 500 without a word of why, and a line in the log', async () => {
    const { server, log } = await started({
      metrics: { contentType: 'text/plain', text: () => Promise.reject(new Error('the gauge broke')) },
    });
    const { status, body } = await call(server, '/metrics');
    expect([status, body]).toEqual([500, 'failed']);
    expect(log()).toContain('the gauge broke');
  });

  test('metrics are nowhere where nobody may read them', async () => {
    const { server } = await started({ metricsFor: 'nobody' });
    expect(await call(server, '/metrics')).toMatchObject({ status: 404, body: 'not found' });
  });

  test('metrics are for whoever has the token', async () => {
    const { server } = await started({ metricsFor: { token: 'a-token-nobody-guesses' } });
    const read = (authorization?: string) =>
      call(server, '/metrics', authorization === undefined ? {} : { headers: { authorization } });
    expect((await read()).status).toBe(401);
    expect((await read('Bearer a-token-nobody-guessed')).status).toBe(401);
    expect(await read('Bearer a-token-nobody-guesses')).toMatchObject({ status: 200, body: 'sorot_updates_total 3\n' });
  });

  test('other paths are 404, other verbs 405 with those there are', async () => {
    const { server } = await started();
    expect((await call(server, '/')).status).toBe(404);
    expect((await call(server, '/healthz/')).status).toBe(404);
    expect(await call(server, '/healthz', { method: 'POST' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' },
    });
    expect(await call(server, '/telegram')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(await call(server, '/readyz', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  test('no answer tells what it was made with', async () => {
    const { server } = await started();
    for (const path of ['/healthz', '/readyz', '/metrics', '/none']) {
      const { headers } = await call(server, path);
      expect(Object.keys(headers).sort()).toEqual(
        ['connection', 'content-length', 'content-type', 'date', 'keep-alive'].filter((name) => name in headers),
      );
    }
  });

  test('without a webhook there is no such path', async () => {
    const { server } = await startedWithoutWebhook();
    expect((await post(server, { update_id: 1 })).status).toBe(404);
  });
});

function startedWithoutWebhook() {
  return started({ webhook: undefined } as unknown as Parameters<typeof started>[0]);
}

describe('closing', () => {
  test('does not wait for connections that are kept alive', async () => {
    const { server } = await started();
    const agent = new Agent({ keepAlive: true });
    await call(server, '/healthz', { agent });
    await server.close();
    await expect(call(server, '/healthz')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    agent.destroy();
  });

  test('cuts a request that never ends', async () => {
    const { server, updates } = await started();
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    const ended = once(socket, 'close');
    socket.write(
      `POST /telegram HTTP/1.1\r\nHost: x\r\nX-Telegram-Bot-Api-Secret-Token: ${SECRET}\r\nContent-Length: 99\r\n\r\n{`,
    );
    await call(server, '/healthz');
    await server.close();
    await ended;
    expect(updates).toEqual([]);
  });

  test('may be asked for twice', async () => {
    const { server } = await started();
    await Promise.all([server.close(), server.close()]);
    await server.close();
  });
});

test('a port that is taken is told with the variable to change', async () => {
  const { server } = await started();
  const second = started({ port: server.port });
  await expect(second).rejects.toThrow(ListenError);
  await expect(second).rejects.toThrow(
    `Another process listens on port ${server.port} of 127.0.0.1; set PORT to another.`,
  );
});

test('without a host it listens where this machine is asked', async () => {
  const { server } = await started();
  const everywhere = await startServer({
    port: 0,
    ready: () => 'ready',
    metricsFor: 'everybody',
    metrics: { contentType: 'text/plain', text: () => Promise.resolve('') },
    log: (await import('../../src/log.js')).createLog({ level: 'silent', secrets: [] }),
  });
  expect(everywhere.port).not.toBe(server.port);
  expect((await call(everywhere, '/healthz')).status).toBe(200);
  await everywhere.close();
});
