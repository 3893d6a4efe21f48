import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LocalTelegram } from 'local-telegram';

const MAIN = fileURLToPath(import.meta.resolve('#sorot/main.js'));
const TOKEN = '123456789:BENCH-token_abcdefghijklmnopqrstuvwx';

/** Has a Telegram of this machine and the bot as a host runs it, and ends both after the work. */
export async function withBot<T>(
  settings: Readonly<Record<string, string>>,
  work: (telegram: LocalTelegram, pid: number) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sorot-bench-bot-'));
  const telegram = await LocalTelegram.start({ token: TOKEN });
  const { PATH = '', HOME = '' } = process.env;
  const own = { BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegram.root, PORT: '0', HOST: '127.0.0.1' };
  const bot = spawn(process.execPath, ['--max-semi-space-size=1', MAIN], {
    cwd: folder,
    env: { PATH, HOME, ...own, ...settings },
    stdio: 'ignore',
  });
  try {
    return await work(telegram, bot.pid ?? 0);
  } finally {
    bot.kill('SIGTERM');
    await once(bot, 'exit');
    await telegram.close();
    await rm(folder, { recursive: true, force: true });
  }
}
