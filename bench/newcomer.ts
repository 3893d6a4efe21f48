import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Requests, ToPage } from '#sorot/demo/protocol.js';
import type { Row } from './report.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds from the clone to the first heatmap, on a machine whose registry is warm. */
const LIMIT = 120_000;

const run = promisify(execFile);

/** The environment of somebody who has set nothing for Sorot, with a cache of compiled models that is empty. */
function freshEnvironment(folder: string): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_OPTIONS } = process.env;
  const settings = { PORT: '0', LANG: 'en', SOROT_CACHE_DIR: join(folder, 'cache') };
  return { PATH, HOME, ...(NODE_OPTIONS !== undefined && { NODE_OPTIONS }), ...settings };
}

/** The address that the demo prints. */
async function printedAddress(demo: ChildProcess): Promise<string> {
  if (demo.stdout === null) throw new Error('The process has no pipe.');
  for await (const line of createInterface({ input: demo.stdout })) {
    const [address] = /http:\/\/localhost:\d+/.exec(line) ?? [];
    if (address !== undefined) {
      demo.stdout.resume();
      return address;
    }
  }
  throw new Error('npm start ended without an address.');
}

/** What the server tells a page, one after the other, for as long as somebody listens. */
async function* told(address: string, signal: AbortSignal): AsyncGenerator<ToPage> {
  const { body } = await fetch(`${address}/events`, { signal });
  if (body === null) throw new Error('There is no stream of events.');
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const events = (text + chunk).split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data:'));
      if (data !== undefined) yield JSON.parse(data.slice('data:'.length)) as ToPage;
    }
  }
}

async function sendExample(address: string, example: Requests['/api/example']): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${address}/api/example`, { method: 'POST', headers, body: JSON.stringify(example) });
  if (!response.ok) throw new Error(`The example was refused: ${response.status}`);
}

/** Clicks the first example picture, as a page does, and waits for its heatmap. */
async function firstHeatmap(address: string): Promise<void> {
  const done = new AbortController();
  try {
    for await (const { private: chat, examples } of told(address, done.signal)) {
      if (examples !== undefined) {
        const from = chat?.people[0]?.id ?? 0;
        await sendExample(address, { chat: 'private', from, name: examples[0]?.name ?? '' });
      }
      if (chat?.messages.some(({ explains }) => explains !== undefined) === true) return;
    }
    throw new Error('The stream of events ended before there was a heatmap.');
  } finally {
    done.abort();
  }
}

/** The README's two commands in a fresh clone of what is committed, then a click on an example picture. */
export async function benchNewcomer(section: string): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sorot-bench-clone-'));
  const clone = join(folder, 'sorot');
  const env = freshEnvironment(folder);
  const rows: Row[] = [];
  const started = performance.now();
  const since = (name: string, limit?: number): void => {
    const value = performance.now() - started;
    rows.push({ section, name, value, unit: 'ms', ...(limit !== undefined && { limit }) });
  };
  let demo: ChildProcess | undefined;
  try {
    await run('git', ['clone', '--quiet', ROOT, clone]);
    await run('npm', ['ci'], { cwd: clone, env });
    since('clone and npm ci');
    demo = spawn('npm', ['start'], { cwd: clone, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    const address = await printedAddress(demo);
    since('the address is printed');
    await firstHeatmap(address);
    since('the first heatmap is there', LIMIT);
    return rows;
  } finally {
    await ended(demo);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Ends npm and what it started, as Ctrl+C does, and waits for the last of them to let go of its output. */
async function ended(demo: ChildProcess | undefined): Promise<void> {
  if (demo?.pid === undefined) return;
  const closed = once(demo, 'close');
  process.kill(-demo.pid, 'SIGINT');
  await closed;
}
