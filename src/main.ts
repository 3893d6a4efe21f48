import 'dotenv/config';
import { StateFileError } from './analysis/state-file.js';
import { startApp } from './app.js';
import { ReceivingError } from './bot/receiving/connecting.js';
import { ConfigError, readConfig } from './config.js';
import type { Config } from './config.js';
import { isDemo } from './config/demo.js';
import { firstSignal } from './first-signal.js';
import { ListenError } from './http/http-server.js';
import { createLog } from './log.js';
import type { Log } from './log.js';
import { RedisError } from './redis/redis-error.js';
import { VisionError } from './vision/vision-error.js';

/** Exit codes: 1 something failed, 2 a variable is wrong. */
const [FAILED, MISCONFIGURED] = [1, 2];

function configured(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(MISCONFIGURED);
  }
}

async function run(config: Config, log: Log): Promise<void> {
  for (const warning of config.warnings) log.warn(warning);
  const signalled = firstSignal('SIGTERM', 'SIGINT');
  const starting = startApp(config, log);
  const app = await Promise.race([starting, signalled]);
  // Nothing has been taken yet that could be lost, and the vision processes end with this one.
  if (typeof app === 'string') return;
  try {
    const signal = await Promise.race([signalled, app.failed]);
    log.info({ signal }, 'stopping');
  } finally {
    await app.stop();
  }
}

/** What is wrong, without the stack where it is something for the operator to put right. */
function described(error: unknown): object {
  const forTheOperator =
    error instanceof ReceivingError ||
    error instanceof VisionError ||
    error instanceof ListenError ||
    error instanceof RedisError ||
    error instanceof StateFileError;
  return forTheOperator ? { code: error.code, why: error.message } : { err: error };
}

/** What must not be read of the address of a Redis: the whole, and its password as it is written and as it is. */
function secretsOf(redisUrl: string): string[] {
  const { password } = new URL(redisUrl);
  return [redisUrl, password, decodeURIComponent(password)];
}

if (isDemo(process.env)) {
  // Here, so that the real bot loads nothing of it.
  const { runDemo } = await import('./demo/index.js');
  process.exit(await runDemo(process.env));
}

const config = configured();
const { token, mode } = config.bot;
const { metricsFor } = config.http;
const { redisUrl } = config;
const secrets = [
  token,
  ...(mode === 'polling' ? [] : [mode.webhook.secret]),
  ...(typeof metricsFor === 'object' ? [metricsFor.token] : []),
  ...(redisUrl === undefined ? [] : secretsOf(redisUrl)),
];
const log = createLog({ level: config.log.level, secrets });
// The process ends through them as it would without, but not without a line that says why.
process.on('uncaughtExceptionMonitor', (error) => {
  log.fatal({ err: error }, 'unexpected error, the process ends');
});

run(config, log).then(
  () => {
    log.info('stopped');
    process.exit(0);
  },
  (error: unknown) => {
    log.fatal(described(error), 'the bot cannot run');
    process.exit(FAILED);
  },
);
