import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalTelegram } from 'local-telegram';
import { freePort, untilReady } from './ports.js';

const MAIN = fileURLToPath(import.meta.resolve('#sorot/main.js'));
const TOKEN = '123456789:BENCH-token_abcdefghijklmnopqrstuvwx';

type Settings = Readonly<Record<string, string>>;

/** Has a Telegram of this machine and the bot as a host runs it, and ends both after the work. */
export function withBot<T>(settings: Settings, work: (telegram: LocalTelegram, pid: number) => Promise<T>): Promise<T> {
  return withBots([settings], (telegram, [pid = 0]) => work(telegram, pid));
}

/** The same with several processes of one bot, each with its settings; all are ready before the work begins. */
export async function withBots<T>(
  settingsOfEach: readonly Settings[],
  work: (telegram: LocalTelegram, pids: readonly number[]) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sorot-bench-bot-'));
  const telegram = await LocalTelegram.start({ token: TOKEN });
  const { PATH = '', HOME = '' } = process.env;
  const own = { BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegram.root, HOST: '127.0.0.1' };
  const ports = await Promise.all(settingsOfEach.map(freePort));
  const bots = settingsOfEach.map((settings, index) =>
    spawn(process.execPath, ['--max-semi-space-size=1', MAIN], {
      cwd: folder,
      env: { PATH, HOME, ...own, PORT: String(ports[index]), ...settings },
      stdio: 'ignore',
    }),
  );
  // From here on, as one may end before it is ready.
  const ended = bots.map((bot) => once(bot, 'exit'));
  try {
    await Promise.all(ports.map(untilReady));
    return await work(
      telegram,
      bots.map(({ pid = 0 }) => pid),
    );
  } finally {
    for (const bot of bots) bot.kill('SIGTERM');
    await Promise.all(ended);
    await telegram.close();
    await rm(folder, { recursive: true, force: true });
  }
}
