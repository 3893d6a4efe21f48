import 'dotenv/config';
import { startApp } from './app.js';
import { ConfigError, readConfig } from './config.js';
import type { Config } from './config.js';
import { createLog } from './log.js';
import type { Log } from './log.js';

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
  const app = await startApp(config, log);
  const stopped = new Promise<void>((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      log.info({ signal }, 'stopping');
      resolve(app.stop());
    };
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });
  try {
    await Promise.race([stopped, app.failed]);
  } catch (error) {
    await app.stop();
    throw error;
  }
  log.info('stopped');
}

const config = configured();
const { token, mode } = config.bot;
const secrets = mode === 'polling' ? [token] : [token, mode.webhook.secret];
const log = createLog({ level: config.log.level, secrets });
// The process ends through them as it would without, but not without a line that says why.
process.on('uncaughtExceptionMonitor', (error) => {
  log.fatal({ err: error }, 'unexpected error, the process ends');
});

run(config, log).then(
  () => process.exit(0),
  (error: unknown) => {
    log.fatal({ err: error }, 'the bot cannot run');
    process.exit(FAILED);
  },
);
