import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { useDemo } from '../support/demo.js';
import { OpenPage } from '../support/open-page.js';
import { photograph } from '../support/pictures.js';

const demo = useDemo();

interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request with the headers as given; fetch sets some of them itself. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answered> {
  const { port } = new URL(demo.page.address);
  const { method = 'GET', headers = {}, body = '' } = options;
  return new Promise((resolve, reject) => {
    const call = request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Nobody has this button, so that what is let in is answered with 404. */
function press(headers: Record<string, string>): Promise<Answered> {
  const body = JSON.stringify({ chat: 'group', from: 100_001, id: 1, data: 'why:1' });
  return ask('/api/press', { method: 'POST', body, headers: { ...JSON_TYPE, ...headers } });
}

describe('another website in the same browser', () => {
  const here = (): string => new URL(demo.page.address).host;

  it.each([
    ['with its own origin', { origin: 'https://evil.example' }],
    ['with an origin of this machine', { origin: 'http://localhost:1' }],
    ['without one', { origin: 'null' }],
    ['as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['on another port of this machine', { 'sec-fetch-site': 'same-site' }],
    ['with its own name', { host: 'evil.example' }],
    ['with its own name on this port', { host: 'evil.example:80' }],
  ])('changes nothing %s', async (_, headers) => {
    expect((await press({ host: here(), ...headers })).status).toBe(403);
  });

  it('sends no form that is taken for JSON', async () => {
    const answer = await press({ host: here(), 'content-type': 'text/plain' });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([400, { error: 'bad-request' }]);
  });

  it.each(['/events', '/api/map', '/style.css'])('reads nothing of %s', async (path) => {
    expect((await ask(path, { headers: { host: here(), 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
    expect((await ask(path, { headers: { host: 'evil.example', 'sec-fetch-site': 'none' } })).status).toBe(403);
  });

  it('may link to the page, which nobody can put into a frame', async () => {
    const headers = { host: here(), 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const page = await ask('/', { headers });
    expect(page.status).toBe(200);
    const policy = page.headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(policy).toMatch(/script-src 'self' 'sha256-[\w+/]{43}=';/);
    expect(page.headers['access-control-allow-origin']).toBeUndefined();
    expect(page.headers['x-content-type-options']).toBe('nosniff');
  });

  it('and the page itself, under each name of this machine, may', async () => {
    const { port } = new URL(demo.page.address);
    for (const name of ['localhost', '127.0.0.1', '[::1]']) {
      const host = `${name}:${port}`;
      const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' };
      expect((await press(headers)).status).toBe(404);
    }
  });
});

describe('files of this machine', () => {
  it.each([
    '/../package.json',
    '/page/../../../package.json',
    '/page/..%2f..%2f..%2fpackage.json',
    '/%2e%2e/package.json',
    '/tsconfig.json',
    '/main.ts',
    '/page/main.js.map',
    '/files/x/y',
    '/examples/../package.json',
    '/examples/nothing.jpg',
    '/library/hono',
    '/library/preact/../hono/package.json',
    '/library/preact/package.json',
  ])('%s is not given out', async (path) => {
    const { host } = new URL(demo.page.address);
    expect((await ask(path, { headers: { host } })).status).toBe(404);
  });
});

describe('what makes no sense is refused, and nothing changes', () => {
  const good = { chat: 'private', from: 100_001, text: 'Halo' };

  it.each([
    ['/api/text', {}],
    ['/api/text', { ...good, text: '   ' }],
    ['/api/text', { ...good, text: 'x'.repeat(4097) }],
    ['/api/text', { ...good, chat: 'kitchen' }],
    ['/api/text', { ...good, from: '100001' }],
    ['/api/text', { ...good, from: 1.5 }],
    ['/api/text', { ...good, more: true }],
    ['/api/text', [good]],
    ['/api/text', null],
    ['/api/language', { person: 100_001, language: 'fr' }],
    ['/api/group', { privacy: 'on' }],
    ['/api/fault', { name: 'fire' }],
    ['/api/press', { chat: 'private', from: 100_001, id: 1, data: 'x'.repeat(65) }],
    ['/api/map', { chat: 'private', photo: -1 }],
  ])('%s %j', async (path, body) => {
    const told = demo.page.events.length;
    const answer = await demo.page.ask(path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
    expect(answer).toEqual({ status: 400, body: { error: 'bad-request' } });
    // The log goes on by itself: vision processes start one after the other.
    expect(demo.page.events.slice(told).filter((event) => !('log' in event))).toEqual([]);
  });

  it.each([
    ['not there', '/api/text', { ...good, replyTo: 999_999 }, 404, 'unknown'],
    ['nobody', '/api/text', { ...good, from: 7 }, 404, 'unknown'],
    ['somebody else', '/api/text', { ...good, from: 100_002 }, 403, 'not-a-member'],
    ['of the bot', '/api/language', { person: 1, language: 'id' }, 404, 'unknown'],
    ['no button', '/api/press', { chat: 'group', from: 100_001, id: 1, data: 'why:1' }, 404, 'unknown'],
    ['no example', '/api/example', { chat: 'private', from: 100_001, name: 'toString' }, 404, 'unknown'],
    ['no path', '/api/nothing', {}, 404, 'unknown'],
  ])('%s: %s %j', async (_, path, body, status, error) => {
    const answer = await demo.page.ask(path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });
    expect(answer).toEqual({ status, body: { error } });
  });

  it('a body that is no JSON, or a large one', async () => {
    const post = (body: string) => demo.page.ask('/api/text', { method: 'POST', headers: JSON_TYPE, body });
    expect(await post('{')).toMatchObject({ status: 400, body: { error: 'bad-request' } });
    expect(await post(JSON.stringify({ ...good, text: 'x'.repeat(100_000) }))).toMatchObject({
      status: 413,
      body: { error: 'too-large' },
    });
  });

  it.each([
    ['an empty file', () => [Buffer.alloc(0)], 400, 'empty-file'],
    ['a file above 20 MB', () => [Buffer.alloc(20 * 2 ** 20 + 1)], 413, 'too-large'],
    ['eleven files', async () => Array<Buffer>(11).fill(await photograph(1, 40, 30)), 413, 'too-large'],
    ['no file', () => [], 400, 'bad-request'],
  ] as const)('%s', async (_, files, status, error) => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ chat: 'private', from: '100001', as: 'photo' })) form.set(name, value);
    for (const file of await files()) form.append('file', new Blob([new Uint8Array(file)]), 'a.jpg');
    const before = demo.page.messages('private').length;
    expect(await demo.page.ask('/api/files', { method: 'POST', body: form })).toEqual({ status, body: { error } });
    expect(demo.page.messages('private')).toHaveLength(before);
  });

  it('a caption that Telegram would not take, by its name', async () => {
    const photo = await photograph(2, 40, 30);
    const send = async (caption: string) => {
      const form = new FormData();
      const fields = { chat: 'topic', from: '100001', as: 'photo', caption };
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      form.append('file', new Blob([new Uint8Array(photo)]), 'a.jpg');
      return demo.page.ask('/api/files', { method: 'POST', body: form });
    };
    expect(await send('x'.repeat(1025))).toEqual({ status: 400, body: { error: 'long-caption' } });
    expect(await send('x'.repeat(9000))).toEqual({ status: 400, body: { error: 'long-caption' } });
    expect(demo.page.messages('topic')).toEqual([]);
    expect(await send('x'.repeat(1024))).toEqual({ status: 200, body: {} });
  });

  it('what is no form', async () => {
    const post = (headers: Record<string, string>) =>
      demo.page.ask('/api/files', { method: 'POST', headers, body: 'x' });
    expect((await post({ 'content-type': 'multipart/form-data' })).body).toEqual({ error: 'bad-request' });
    expect((await post({ 'content-type': 'multipart/form-data; boundary=x' })).body).toEqual({ error: 'bad-request' });
    expect((await post(JSON_TYPE)).body).toEqual({ error: 'bad-request' });
  });
});

describe('many pages', () => {
  it('are served up to a limit, and one that closes makes room', async () => {
    const open: OpenPage[] = [];
    for (let pages = 1; pages < 16; pages++) open.push(await OpenPage.open(demo.page.address));
    expect(await demo.page.ask('/events')).toEqual({ status: 503, body: { error: 'busy' } });
    for (const page of open) page.close();
    const said = await demo.page.write('Ayu', 'group', 'Still here');
    const again = await OpenPage.open(demo.page.address);
    expect(again.messages('group').at(-1)).toEqual(said);
    again.close();
  });
});
