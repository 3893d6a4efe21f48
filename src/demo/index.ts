import { randomBytes } from 'node:crypto';
import { firstSignal } from '../first-signal.js';
import { ConfigError } from '../config.js';
import { ListenError } from '../http/http-server.js';
import { Actions } from './actions.js';
import { botEnvironment } from './bot/environment.js';
import { BotKeeper } from './bot/keeper.js';
import { Cast } from './cast.js';
import { EXAMPLES } from './examples.js';
import { FaultSwitch } from './faults/index.js';
import { Feed } from './feed.js';
import { Maps } from './maps.js';
import { readDemoSettings } from './settings.js';
import type { DemoSettings } from './settings.js';
import { Terminal } from './terminal.js';
import { routes } from './web/routes.js';
import { serveLocally } from './web/server.js';

const MISCONFIGURED = 2;
const FAILED = 1;

/** Bytes that make the addresses of one run different from any other's. */
const RUN_BYTES = 6;

/**
 * Shows the bot without a Telegram: its program as it is, a small Telegram on this machine and the page of an app.
 * Returns the exit code, after a signal or where the bot cannot run.
 */
export async function runDemo(env: NodeJS.ProcessEnv): Promise<number> {
  const signalled = firstSignal('SIGTERM', 'SIGINT', 'SIGHUP');
  const terminal = new Terminal(env);
  let settings: DemoSettings;
  try {
    settings = readDemoSettings(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    terminal.complain(error.message);
    return MISCONFIGURED;
  }
  return show(env, settings, terminal, signalled);
}

async function show(
  env: NodeJS.ProcessEnv,
  { port, language }: DemoSettings,
  terminal: Terminal,
  signalled: Promise<NodeJS.Signals>,
): Promise<number> {
  const cast = await Cast.gather(language);
  const { telegram, token, newcomer } = cast;
  const address = { token, apiRoot: telegram.root, adminId: newcomer };
  const closing = new AbortController();
  const run = randomBytes(RUN_BYTES).toString('base64url');

  const keeper: BotKeeper = new BotKeeper({
    environment: (changed) => botEnvironment(env, address, changed),
    onLine: (line) => {
      terminal.botSaid(line);
      faults.botSaid(line);
      feed.logged(line);
    },
    onState: () => {
      feed.changed();
    },
  });
  const faults: FaultSwitch = new FaultSwitch({
    cast,
    keeper,
    onChange: () => {
      feed.changed();
    },
  });
  const feed: Feed = new Feed({
    cast,
    state: () => keeper.state,
    faults: () => faults.view,
    examples: EXAMPLES,
    run,
    addressOf: (fileId) => `/files/${run}/${encodeURIComponent(fileId)}`,
  });
  const maps = new Maps(cast, botEnvironment(env, address, {}));
  const close = async (): Promise<void> => {
    closing.abort();
    feed.close();
    await Promise.all([keeper.close(), maps.close()]);
    await telegram.close();
  };

  try {
    const ended = await Promise.race([keeper.start(), signalled]);
    if (typeof ended === 'string') return 0;
    if (ended !== null) {
      terminal.complain(ended.why);
      return ended.code;
    }
    const app = routes({
      cast,
      actions: new Actions(cast),
      feed,
      faults,
      maps,
      run,
      port: () => server.port,
      closing: closing.signal,
      onFailure: (error) => {
        terminal.failed(error);
      },
    });
    const server = await serveLocally(app, port);
    terminal.ready(server.port, port);
    await signalled;
    terminal.ending();
    await server.close();
    return 0;
  } catch (error) {
    if (error instanceof ListenError) terminal.complain(error.message);
    else terminal.failed(error);
    return FAILED;
  } finally {
    await close();
  }
}
