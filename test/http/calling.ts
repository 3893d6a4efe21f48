import { request } from 'node:http';
import type { Agent, IncomingHttpHeaders } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach } from 'vitest';
import { createLog } from '../../src/log.js';
import { startServer } from '../../src/http/http-server.js';
import type { HttpServer, ServerOptions } from '../../src/http/http-server.js';

export const SECRET = 'correct-horse-battery-staple';

const running = new Set<HttpServer>();
afterEach(async () => {
  await Promise.all([...running].map((server) => server.close()));
  running.clear();
});

/** What a server under test was given and has logged. */
export interface Tested {
  readonly server: HttpServer;
  readonly updates: unknown[];
  readonly log: () => string;
}

/** Takes every update into a list. */
export function takingInto(updates: unknown[]): (update: unknown) => Promise<'taken'> {
  return (update) => {
    updates.push(update);
    return Promise.resolve('taken');
  };
}

/** A server on a free port of this machine, in webhook mode, closed after the test. */
export async function started(changed: Partial<ServerOptions> = {}): Promise<Tested> {
  const updates: unknown[] = [];
  const lines = new PassThrough();
  const server = await startServer({
    port: 0,
    host: '127.0.0.1',
    ready: () => 'ready',
    metricsFor: 'everybody',
    metrics: { contentType: 'text/plain; version=0.0.4', text: () => Promise.resolve('sorot_updates_total 3\n') },
    webhook: { path: '/telegram', secret: SECRET, onUpdate: takingInto(updates) },
    log: createLog({ level: 'info', secrets: [SECRET], destination: lines }),
    ...changed,
  });
  running.add(server);
  return { server, updates, log: () => String(lines.read() ?? '') };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Sent with its length; a list is sent in chunks without one. */
  readonly body?: string | readonly string[];
  readonly agent?: Agent;
}

/** One request over HTTP, answered. */
export function call(
  server: HttpServer,
  path: string,
  { method = 'GET', headers, body, agent }: Call = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, method, headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
      response.on('error', reject);
    });
    sent.on('error', reject);
    if (typeof body === 'object') for (const chunk of body) sent.write(chunk);
    sent.end(typeof body === 'string' ? body : undefined);
  });
}

/** An update as Telegram sends it, with the secret unless another is given. */
export function post(server: HttpServer, update: unknown, secret = SECRET, path = '/telegram'): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': secret };
  return call(server, path, { method: 'POST', headers, body: JSON.stringify(update) });
}
