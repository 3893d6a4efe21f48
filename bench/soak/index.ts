import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { LocalTelegram } from 'local-telegram';
import type { WebhookCall } from 'local-telegram';
import { DEFAULT_MODEL, findModel } from '#sorot/models.js';
import { freePort } from '../ports.js';
import { RedisServer } from '../redis-server.js';
import { Fleet } from './fleet.js';
import { Judge } from './judge.js';
import { MemoryCgroup, NoCgroupError } from './memory-cgroup.js';
import { MemoryCurve } from './memory-curve.js';
import type { Slope } from './memory-curve.js';
import { Mishaps } from './mishaps.js';
import { lines } from './lines.js';
import { readOptions } from './options.js';
import { SmallDisk } from './small-disk.js';
import { SoakedBot } from './soaked-bot.js';
import { Traffic } from './traffic.js';

const TOKEN = '123456789:SOAK-token_abcdefghijklmnopqrstuvwxy';

/** What is still open is waited for so long, in milliseconds: the longest deadline of a heatmap, and some. */
const SETTLE_MS = 240_000;

/** Milliseconds between two looks at whether all is over. */
const LOOK_EVERY_MS = 250;

/** Milliseconds between two lines about how far it is. */
const TELL_EVERY_MS = 15_000;

/** Far longer than any run takes. */
const RUN_MS = 24 * 3_600_000;

const options = readOptions();

function say(words: string): void {
  process.stderr.write(`${words}\n`);
}

function cgroup(): MemoryCgroup | null {
  try {
    return MemoryCgroup.create(`sorot-soak-${process.pid}`, options.memory * 2 ** 20);
  } catch (error) {
    if (!(error instanceof NoCgroupError)) throw error;
    say(`${error.message} The bot is told its limit instead.`);
    return null;
  }
}

function inKilobytes({ bytes, error }: Slope): string {
  return `${(bytes / 1024).toFixed(2)} ± ${(error / 1024).toFixed(2)} KB a photo`;
}

/** Bytes that are a process' own; undefined where it has ended. Linux only. */
function anonymousBytes(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024;
  } catch {
    return undefined;
  }
}

function times(n: number, happen: () => unknown): (() => void)[] {
  return Array.from({ length: n }, () => () => void happen());
}

/** How often the bot's own address was called, by what came of it; what Telegram repeats when it is asked to apart. */
function outcomesOf(calls: readonly WebhookCall[]) {
  const outcomes: Record<string, number> = {};
  for (const { status, refusal, retryAfterS } of calls) {
    const outcome = status === 0 ? (refusal ?? '') : `${status}${retryAfterS > 0 ? ' with Retry-After' : ''}`;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}

const folder = await mkdtemp(join(tmpdir(), 'sorot-soak-'));
const disk = SmallDisk.mount(folder);
if (disk === null) say('No small disk can be made here (Linux, root): none gets full.');
const telegram = await LocalTelegram.start({ token: TOKEN, limits: 'as Telegram' });
const redis = options.workers > 0 ? await RedisServer.start() : null;
const group = redis === null ? cgroup() : null;
const { PATH = '', HOME = '', SOROT_CACHE_DIR } = process.env;
const environment = {
  PATH,
  HOME,
  ...(SOROT_CACHE_DIR !== undefined && { SOROT_CACHE_DIR }),
  BOT_TOKEN: TOKEN,
  TELEGRAM_API_ROOT: telegram.root,
  MODEL: findModel(DEFAULT_MODEL).path,
  ...(options.concurrency !== undefined && { CONCURRENCY: String(options.concurrency) }),
  HOST: '127.0.0.1',
  BOT_MODE: options.mode,
  ...(group === null && { MEMORY_LIMIT_MB: String(options.memory) }),
};
const log = options.log ?? null;

async function oneBot(): Promise<SoakedBot> {
  const port = String(await freePort());
  const webhook = options.mode === 'webhook' && { WEBHOOK_URL: `http://127.0.0.1:${port}/hook` };
  return new SoakedBot({ ...environment, PORT: port, ...webhook }, folder, group, log);
}

const bot =
  redis === null
    ? await oneBot()
    : await Fleet.prepare({ ...options, environment: { ...environment, REDIS_URL: redis.url }, folder, log });
let cleaning: Promise<void> | undefined;
async function cleanUp(): Promise<void> {
  await bot.stop();
  await telegram.close();
  await redis?.close();
  await group?.remove();
  disk?.unmount();
  await rm(folder, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void (cleaning ??= cleanUp()).finally(() => process.exit(1)));
}
let telling: NodeJS.Timeout | undefined;
try {
  const judge = new Judge(telegram);
  const traffic = await Traffic.prepare(telegram, judge, options.seed);
  const mishaps = new Mishaps({ bot, telegram, disk }, options.seed);
  const curveOf = (bytes: () => number | undefined): MemoryCurve => new MemoryCurve(() => traffic.photos, bytes);
  const curve = curveOf(() => group?.read().usage);
  const withoutFiles = curveOf(() => group?.read().withoutFiles);
  const own = curveOf(() => (bot instanceof SoakedBot ? anonymousBytes(bot.pids[0]) : undefined));
  const started = performance.now();
  telling = setInterval(() => {
    say(`${traffic.photos} photos sent, ${judge.open} people wait for an answer`);
  }, TELL_EVERY_MS);
  await bot.start();
  const send = (): Promise<void> => {
    if (options.flood === true) return traffic.flood(options.photos, options.inFront);
    return traffic.send(options.photos, options.perSecond, [
      ...times(options.mishaps, () => {
        mishaps.happen();
      }),
      ...times(options.engineKills, () => {
        mishaps.killEngine();
      }),
      ...times(options.processKills, () => {
        mishaps.endBot('SIGKILL');
      }),
      ...times(options.processStops, () => {
        mishaps.endBot('SIGTERM');
      }),
      ...times(options.webhooksTaken, () => mishaps.takeWebhook()),
    ]);
  };
  const rolled = { from: Infinity, to: Infinity };
  const inTheMiddle = async (): Promise<void> => {
    await telegram.waitUntil(() => traffic.photos >= options.photos / 2, RUN_MS);
    if (redis !== null && options.redisOutage > 0) await mishaps.stopRedis(redis, options.redisOutage * 1000);
    if (!(bot instanceof Fleet) || options.rolling !== true) return;
    rolled.from = performance.now();
    await bot.roll();
    rolled.to = performance.now();
  };
  await Promise.all([send(), inTheMiddle()]);
  const deadline = performance.now() + SETTLE_MS;
  while (!judge.over && performance.now() < deadline) await wait(LOOK_EVERY_MS);
  for (const each of [curve, withoutFiles, own]) each.end();
  const memory = group?.read();
  const report = {
    options,
    seconds: Math.round((performance.now() - started) / 1000),
    ...judge.figures,
    updatesAnsweredTwice: judge.twice.join(' '),
    starts: bot.starts,
    mishaps: Object.fromEntries(mishaps.counts),
    webhookAgainMs: mishaps.webhookAgainMs,
    webhookCalls: options.mode === 'webhook' ? outcomesOf(telegram.webhookCalls) : null,
    ...(bot instanceof Fleet &&
      options.rolling === true && {
        replacedWithinMs: Math.round(rolled.to - rolled.from),
        predictionMsBefore: judge.predictionMs(-Infinity, rolled.from),
        predictionMsMeanwhile: judge.predictionMs(rolled.from, rolled.to),
      }),
    errors: Object.fromEntries(bot.errors),
    violations: telegram.violations,
    memory: memory && {
      peakMb: Math.round((memory.peak ?? NaN) / 2 ** 20),
      usedMb: Math.round(memory.usage / 2 ** 20),
      mostUsedMb: Math.round(curve.most / 2 ** 20),
      oomKills: memory.oomKills,
      slopeOfLastHalf: inKilobytes(curve.slope),
      slopeWithoutFiles: inKilobytes(withoutFiles.slope),
      slopeOfItsOwnProcess: inKilobytes(own.slope),
    },
  };
  await writeFile(options.out, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${lines(report)}\n`);
} finally {
  clearInterval(telling);
  await (cleaning ??= cleanUp());
}
