import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Analysis } from './analysis/service.js';
import { StateFile } from './analysis/state-file.js';
import { MemoryStore } from './analysis/store.js';
import type { Store } from './analysis/store.js';
import type { Config } from './config.js';
import { createBot } from './bot/index.js';
import type { Bot } from './bot/index.js';
import { registerCommands } from './bot/command-menu.js';
import { receiveByWebhook } from './bot/receiving/by-webhook.js';
import type { Receiving, ReceivingState } from './bot/receiving/connecting.js';
import { receiveByPolling } from './bot/receiving/polling.js';
import { limitersInMemory } from './bot/telegram/send-pace.js';
import { startServer } from './http/http-server.js';
import type { HttpServer, Readiness } from './http/http-server.js';
import type { Log } from './log.js';
import { Metrics } from './metrics.js';
import { RedisConnection } from './redis/connection.js';
import type { RedisState } from './redis/connection.js';
import { RedisStore } from './redis/redis-store.js';
import { sharedLimiters } from './redis/shared-pace.js';
import { Engine } from './vision/engine.js';
import { isWarning } from './vision/model/notes.js';
import { pixelRangeText } from './vision/pixel-range.js';

/** The last part of the time for stopping: what still waits is told so, and Telegram is told what was taken. */
const LAST_WORDS_MS = 3000;

export interface App {
  /** The port of health, metrics and webhook. */
  readonly port: number;
  /** Rejects when the bot cannot go on: Telegram refuses the token or the webhook. */
  readonly failed: Promise<never>;
  /** Takes no more updates, answers what is under way as far as time allows, tells the rest, and ends everything. */
  stop(): Promise<void>;
}

/** Says what was guessed of the model with nothing to go by, and what contradicts it. */
function warnOfNotes({ notes }: Engine, model: string, log: Log): void {
  for (const note of notes.filter(isWarning)) {
    if (note.about === 'range-contradicted') {
      const { said, own, layer } = note;
      const ranges = { range: pixelRangeText(said), expected: pixelRangeText(own), layer };
      log.warn({ model, ...ranges }, 'the pixel range that was set is not what the model’s own first layers expect');
    } else if (note.about === 'range') {
      const range = pixelRangeText(note.chosen.range);
      log.warn({ model, range }, 'nothing tells which pixel range the model wants, this one is assumed: set RANGE');
    }
  }
}

async function startEngines({ model, engine, analysis }: Config, log: Log): Promise<Engine[]> {
  const options = { model: model.path, name: model.name, ...engine, explainTimeout: analysis.heatmapTimeoutMs };
  const started: Engine[] = [];
  try {
    while (started.length < analysis.concurrency) {
      const one = await Engine.start(options);
      started.push(one);
      const { backend, layer, map, input, fallback, mismatch, startMilliseconds } = one.info;
      if (fallback !== null) log.warn({ backend, why: fallback }, 'not on the default backend');
      const shapes = { input: `${input.width}x${input.height}`, layer, map: map && `${map.rows}x${map.columns}` };
      log.info({ model: model.name, backend, ...shapes, ms: startMilliseconds }, 'engine ready');
      if (started.length === 1) warnOfNotes(one, model.name, log);
      if (mismatch !== null) log.warn({ model: model.name, why: mismatch }, 'no heatmaps with this model');
    }
    return started;
  } catch (error) {
    await Promise.all(started.map((one) => one.close()));
    throw error;
  }
}

/**
 * Where what the next process has to know of updates is written: a file for each bot, which another user of this machine
 * cannot tell from its token.
 */
function journalOf({ token, apiRoot }: Config['bot']): string {
  const name = createHash('sha256').update(`${token} ${apiRoot}`).digest('hex').slice(0, 16);
  return join(tmpdir(), `sorot-${name}.journal`);
}

/**
 * What readiness says while receiving is in a state. That another process receives is none of this one's making: where a
 * host waits for the new process to be ready before it ends the old one, the two would otherwise wait for each other.
 */
const READINESS: Readonly<Record<ReceivingState, Readiness>> = {
  connecting: 'starting',
  receiving: 'ready',
  conflict: 'ready',
  unreachable: 'telegram-unreachable',
  'taken-away': 'conflict',
};

/**
 * Builds every part and starts receiving.
 *
 * @throws VisionError where the model does not start; ListenError where the port cannot be had; StateFileError where
 *   STATE_FILE cannot be used; RedisError where the Redis of REDIS_URL cannot be relied on.
 */
export async function startApp(config: Config, log: Log): Promise<App> {
  const { bot: telegram, http } = config;
  const metrics = new Metrics();
  let readiness: Readiness = 'starting';
  let redisState: RedisState = 'ready';
  let bot: Bot | null = null;
  const webhook = telegram.mode === 'polling' ? null : telegram.mode.webhook;

  const server = await startServer({
    ...http,
    log,
    metrics,
    ready: () => (redisState === 'ready' ? readiness : `redis-${redisState}`),
    ...(webhook !== null && {
      webhook: {
        ...webhook,
        onUpdate: async (update) => bot?.receive(update) ?? 'later',
      },
    }),
  });

  let redis: RedisConnection | null = null;
  let store: Store;
  let analysis: Analysis;
  try {
    redis = await sharedRedis(config, log, (state) => (redisState = state));
    store = redis === null ? await ownStore(config, log) : new RedisStore(redis);
    const engines = await startEngines(config, log);
    analysis = new Analysis({ engines, options: config.analysis, store, log, metrics });
  } catch (error) {
    await redis?.close();
    await server.close();
    throw error;
  }
  const { heatmaps, personLimit, cacheEntries: limit, cacheTtlSeconds: ttlSeconds } = config.analysis;
  const running = createBot({
    options: {
      ...telegram,
      heatmaps,
      personLimit,
      journal: journalOf(telegram),
      recall: { limit, ttlSeconds },
    },
    analysis,
    store,
    limiters: redis === null ? limitersInMemory() : sharedLimiters(redis),
    log,
    metrics,
  });
  bot = running;

  const stopping = new AbortController();
  let registered = false;
  const receivingOptions = {
    bot: running,
    log,
    signal: stopping.signal,
    onState: (state: ReceivingState) => {
      readiness = READINESS[state];
      if (state !== 'receiving' || registered) return;
      registered = true;
      void registerCommands(running.client, telegram.adminIds, log);
    },
    onPending: (updates: number) => {
      metrics.pendingUpdates(updates);
    },
  };
  const receiving = webhook === null ? receiveByPolling(receivingOptions) : receiveByWebhook(receivingOptions, webhook);
  const failed = new Promise<never>((_, reject) => {
    receiving.ended.catch(reject);
  });
  // Whoever starts the app may look at it late, or never.
  failed.catch(() => undefined);

  return {
    port: server.port,
    failed,
    stop: () =>
      stop({ server, bot: running, analysis, store, redis, receiving, stopping, milliseconds: config.shutdownMs, log }),
  };
}

/** Everything in this process' memory, but for what is to outlive it. */
async function ownStore({ stateFile }: Config, log: Log): Promise<Store> {
  return new MemoryStore(stateFile === undefined ? null : await StateFile.open(stateFile, log));
}

/** What several processes of one bot share; null where this is the only one. */
async function sharedRedis(
  { redisUrl: url, bot: { token } }: Config,
  log: Log,
  onState: (state: RedisState) => void,
): Promise<RedisConnection | null> {
  if (url === undefined) return null;
  // A bot has its number in its token; the other number is the version of what stands under the keys.
  const prefix = `sorot:1:${token.split(':')[0] ?? ''}`;
  return RedisConnection.connect({ url, prefix, log, onState });
}

interface Running {
  readonly server: HttpServer;
  readonly bot: Bot;
  readonly analysis: Analysis;
  readonly store: Store;
  readonly redis: RedisConnection | null;
  readonly receiving: Receiving;
  readonly stopping: AbortController;
  readonly milliseconds: number;
  readonly log: Log;
}

async function stop({
  server,
  bot,
  analysis,
  store,
  redis,
  receiving,
  stopping,
  milliseconds,
  log,
}: Running): Promise<void> {
  const started = performance.now();
  server.stopAccepting();
  stopping.abort();
  await receiving.ended.catch(() => undefined);
  bot.flush();
  const left = (): number => Math.max(milliseconds - (performance.now() - started), 0);
  const lastWords = Math.min(LAST_WORDS_MS, milliseconds / 2);
  if (!(await bot.settled(Math.max(left() - lastWords, 0)))) {
    log.warn('not everything could be finished, the rest is told so');
    await analysis.close();
    if (!(await bot.settled(left()))) log.error('some answers were lost');
  }
  await receiving.confirm();
  bot.close();
  await analysis.close();
  await store.close();
  await redis?.close();
  await server.close();
}
