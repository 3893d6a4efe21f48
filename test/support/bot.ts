import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { LocalTelegram } from 'local-telegram';
import { violationsOf } from './bot-api-spec.js';
import { visionProcesses } from './processes.js';
import { newFolder, ROOT } from './sorot.js';

export const TOKEN = '123456789:TEST-token_abcdefghijklmnopqrstuvwxy';

const MAIN = join(ROOT, 'dist', 'main.js');

/** Milliseconds after which something that should have happened is called missing. */
const WITHIN = 60_000;

export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string };

export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** One request to the bot's own HTTP server. */
export function http(
  port: number,
  path: string,
  options: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body = '' } = options;
    const call = request({ port, host: '127.0.0.1', path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** The real process, started as `Procfile` does, with an environment of its own. */
export class RunningBot {
  readonly pid: number;
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  readonly #lines: LogLine[] = [];
  readonly #waiting = new Set<() => void>();
  #output = '';
  #errors = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.exited = once(child, 'exit').then(([code]) => code as number | null);
    if (child.stdout === null || child.stderr === null) throw new Error('The process has no pipes.');
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.#output += `${line}\n`;
      if (line.startsWith('{')) this.#lines.push(JSON.parse(line) as LogLine);
      for (const check of this.#waiting) check();
    });
    child.stderr.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
  }

  /** Everything it wrote: what a log collector would have. */
  get output(): string {
    return this.#output + this.#errors;
  }

  get errors(): string {
    return this.#errors;
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** The first line of the log that matches, as soon as it is there. */
  line(match: (line: LogLine) => boolean): Promise<LogLine> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        const found = this.#lines.find(match);
        if (found === undefined) return;
        this.#waiting.delete(check);
        clearTimeout(timer);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`No such line in the log:\n${this.output.slice(-3000)}`));
      }, WITHIN);
      this.#waiting.add(check);
      check();
    });
  }

  async port(): Promise<number> {
    return (await this.line(({ msg }) => msg === 'listening'))['port'] as number;
  }

  async get(path: string): Promise<Answered> {
    return http(await this.port(), path);
  }

  /** One figure of /metrics, by its name and labels as they stand there. */
  async metric(name: string): Promise<number> {
    const { body } = await this.get('/metrics');
    const line = body.split('\n').find((each) => each.startsWith(`${name} `));
    return line === undefined ? 0 : Number(line.slice(name.length + 1));
  }

  /** Asks for a figure until it is as wanted, but not so often that the bot has nothing else to do. */
  async untilMetric(name: string, wanted: (value: number) => boolean): Promise<void> {
    const deadline = Date.now() + WITHIN;
    while (!wanted(await this.metric(name))) {
      if (Date.now() > deadline) throw new Error(`${name} is ${await this.metric(name)}.`);
      await pause(20);
    }
  }

  /** The vision process of now. */
  enginePid(): number {
    const [pid] = visionProcesses(this.pid);
    if (pid === undefined) throw new Error('There is no vision process.');
    return pid;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGTERM, and the exit code. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return this.exited;
  }
}

/** Takes what is to be done once nobody needs a thing any more. */
export type AtEnd = (end: () => Promise<void>) => void;

/** Whether the bots of the tests share a Redis: what holds only of one that keeps all in its memory is left out then. */
export const SHARES = process.env['SOROT_TEST_REDIS'] !== undefined;

/** The database of each local Telegram's bots in the Redis of SOROT_TEST_REDIS: what they keep there is their own. */
const databases = new Map<string, number>();

/** As many as a worker of the test runner may have. */
const DATABASES = 1000;

/** Where the bots of a Telegram share what they have to do, when the tests are run so. */
function sharing(root = ''): { readonly REDIS_URL?: string } {
  const { SOROT_TEST_REDIS: url } = process.env;
  if (url === undefined) return {};
  const database = databases.get(root) ?? Number(process.env['VITEST_POOL_ID'] ?? 0) * DATABASES + databases.size;
  databases.set(root, database);
  return { REDIS_URL: `${url}/${database}` };
}

/** Starts the process and does not wait for anything. */
export async function launchBot(
  env: Readonly<Record<string, string>>,
  atEnd: AtEnd = onTestFinished,
): Promise<RunningBot> {
  const { PATH = '', HOME = '', SOROT_CACHE_DIR = '' } = process.env;
  // A folder of its own: no .env of the checkout's is read.
  const cwd = await newFolder();
  const child = spawn(process.execPath, ['--max-semi-space-size=1', MAIN], {
    cwd,
    env: {
      PATH,
      HOME,
      SOROT_CACHE_DIR,
      TMPDIR: cwd,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'debug',
      // Several bots run at a time here, and what is sent after another photo is to be answered after it.
      CONCURRENCY: '1',
      ...sharing(env['TELEGRAM_API_ROOT']),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const bot = new RunningBot(child);
  atEnd(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      bot.signal('SIGKILL');
      await bot.exited;
    }
  });
  return bot;
}

export interface World {
  readonly telegram: LocalTelegram;
  readonly bot: RunningBot;
}

/** A local Telegram for this test. At its end every call of the bot is held against the Bot API's description. */
export async function localTelegram({
  privacy = true,
  atEnd = onTestFinished,
}: { privacy?: boolean; atEnd?: AtEnd } = {}): Promise<LocalTelegram> {
  const telegram = await LocalTelegram.start({ token: TOKEN, botName: 'Sorot', botUsername: 'sorot_bot', privacy });
  atEnd(async () => {
    const violations = violationsOf(telegram);
    await telegram.close();
    if (violations.length > 0) throw new Error(`Not as the Bot API says:\n${violations.join('\n')}`);
  });
  return telegram;
}

/** The bot against a local Telegram, receiving updates. */
export async function startBot(
  env: Readonly<Record<string, string>> = {},
  options: { privacy?: boolean; telegram?: LocalTelegram; atEnd?: AtEnd } = {},
): Promise<World> {
  const telegram = options.telegram ?? (await localTelegram(options));
  const bot = await launchBot({ BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegram.root, ...env }, options.atEnd);
  await Promise.race([
    bot.line(({ msg }) => msg === 'connected to Telegram'),
    bot.exited.then((code) => {
      throw new Error(`The bot ended with ${code ?? 'a signal'}:\n${bot.output}`);
    }),
  ]);
  return { telegram, bot };
}
