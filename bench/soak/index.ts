import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { LocalTelegram } from 'local-telegram';
import { DEFAULT_MODEL, findModel } from '#sorot/models.js';
import { Judge } from './judge.js';
import { MemoryCgroup, NoCgroupError } from './memory-cgroup.js';
import { MemoryCurve } from './memory-curve.js';
import { Mishaps } from './mishaps.js';
import { lines } from './lines.js';
import { SmallDisk } from './small-disk.js';
import { SoakedBot } from './soaked-bot.js';
import { Traffic } from './traffic.js';

const TOKEN = '123456789:SOAK-token_abcdefghijklmnopqrstuvwxy';
const SECRET = 'a-secret-of-the-soak-alone';

/** What is still open is waited for so long, in milliseconds: the longest deadline of a heatmap, and some. */
const SETTLE_MS = 240_000;

/** Milliseconds between two looks at whether all is over. */
const LOOK_EVERY_MS = 250;

/** Milliseconds between two lines about how far it is. */
const TELL_EVERY_MS = 15_000;

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number.');
  return value;
}

const options = new Command('soak')
  .description(
    'Runs the bot in a memory cgroup against the local Telegram, has people send photos and things go wrong.',
  )
  .option('--photos <n>', 'photos sent, each of an album counted', count, 300)
  .option('--flood', 'all at once, each by another person, instead of a mixture')
  .option('--in-front <n>', 'of a flood: photos of one person before those of the others', count, 0)
  .option('--memory <MB>', 'the limit of the cgroup', count, 512)
  .option('--concurrency <n>', 'vision processes', count, 1)
  .option('--mishaps <n>', 'things that go wrong, of every kind but those below', count, 0)
  .option('--engine-kills <n>', 'vision processes killed', count, 0)
  .option('--bot-kills <n>', 'times that the whole bot is killed', count, 0)
  .option('--bot-stops <n>', 'times that the whole bot is asked to end', count, 0)
  .option('--webhooks-taken <n>', 'times that another process takes the webhook', count, 0)
  .addOption(new Option('--mode <mode>', 'how updates come').choices(['polling', 'webhook']).default('polling'))
  .option('--seed <n>', 'of what is random', count, 1)
  .option('--out <file>', 'where the figures go as JSON', 'soak.json')
  .option('--log <file>', "the file that the bot's log is added to")
  .parse()
  .opts<{
    photos: number;
    flood?: true;
    inFront: number;
    memory: number;
    concurrency: number;
    mishaps: number;
    engineKills: number;
    botKills: number;
    botStops: number;
    webhooksTaken: number;
    mode: 'polling' | 'webhook';
    seed: number;
    out: string;
    log?: string;
  }>();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

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

function times(n: number, happen: () => unknown): (() => void)[] {
  return Array.from({ length: n }, () => () => void happen());
}

const folder = await mkdtemp(join(tmpdir(), 'sorot-soak-'));
const disk = SmallDisk.mount(folder);
if (disk === null) say('No small disk can be made here (Linux, root): none gets full.');
const telegram = await LocalTelegram.start({ token: TOKEN, limits: 'as Telegram' });
const group = cgroup();
const { PATH = '', HOME = '', SOROT_CACHE_DIR } = process.env;
const port = await freePort();
const bot = new SoakedBot(
  {
    PATH,
    HOME,
    ...(SOROT_CACHE_DIR !== undefined && { SOROT_CACHE_DIR }),
    BOT_TOKEN: TOKEN,
    TELEGRAM_API_ROOT: telegram.root,
    MODEL: findModel(DEFAULT_MODEL).path,
    CONCURRENCY: String(options.concurrency),
    HOST: '127.0.0.1',
    PORT: String(port),
    BOT_MODE: options.mode,
    ...(options.mode === 'webhook' && { WEBHOOK_URL: `http://127.0.0.1:${port}/hook`, WEBHOOK_SECRET: SECRET }),
    ...(group === null && { MEMORY_LIMIT_MB: String(options.memory) }),
  },
  folder,
  group,
  options.log ?? null,
);
let cleaning: Promise<void> | undefined;
async function cleanUp(): Promise<void> {
  await bot.stop();
  await telegram.close();
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
  const curve = new MemoryCurve(() => ({ photos: traffic.photos, bytes: group?.read().usage ?? NaN }));
  const started = performance.now();
  telling = setInterval(() => {
    say(`${traffic.photos} photos sent, ${judge.open} people wait for an answer`);
  }, TELL_EVERY_MS);
  bot.start();
  if (options.flood === true) {
    await traffic.flood(options.photos, options.inFront);
  } else {
    await traffic.send(options.photos, [
      ...times(options.mishaps, () => {
        mishaps.happen();
      }),
      ...times(options.engineKills, () => {
        mishaps.killEngine();
      }),
      ...times(options.botKills, () => {
        mishaps.endBot('SIGKILL');
      }),
      ...times(options.botStops, () => {
        mishaps.endBot('SIGTERM');
      }),
      ...times(options.webhooksTaken, () => mishaps.takeWebhook()),
    ]);
  }
  const deadline = performance.now() + SETTLE_MS;
  while (!judge.over && performance.now() < deadline) await wait(LOOK_EVERY_MS);
  curve.end();
  const memory = group?.read();
  const report = {
    options,
    seconds: Math.round((performance.now() - started) / 1000),
    ...judge.figures,
    starts: bot.starts,
    mishaps: Object.fromEntries(mishaps.counts),
    webhookAgainMs: mishaps.webhookAgainMs,
    errors: Object.fromEntries(bot.errors),
    violations: telegram.violations,
    memory: memory && {
      peakMb: Math.round((memory.peak ?? NaN) / 2 ** 20),
      usedMb: Math.round(memory.usage / 2 ** 20),
      mostUsedMb: Math.round(curve.most / 2 ** 20),
      oomKills: memory.oomKills,
      slopeOfLastHalfKbAPhoto: curve.slopeOfLastHalf / 1024,
    },
  };
  await writeFile(options.out, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${lines(report)}\n`);
} finally {
  clearInterval(telling);
  await (cleaning ??= cleanUp());
}
