import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Analysis } from './analysis/service.js';
import { StateFile } from './analysis/state-file.js';
import { MemoryStore } from './analysis/store.js';
import type { Store } from './analysis/store.js';
import type { Answering, Parts } from './app/parts.js';
import { startFirstEngine, startOtherEngines } from './app/start-engines.js';
import { stop } from './app/stop.js';
import type { Config } from './config.js';
import { createBot } from './bot/index.js';
import { registerCommands } from './bot/command-menu.js';
import type { Jobs } from './bot/jobs.js';
import { receiveByWebhook, takePushed } from './bot/receiving/by-webhook.js';
import { receiveNothing } from './bot/receiving/connecting.js';
import type { Receiving, ReceivingOptions, ReceivingState } from './bot/receiving/connecting.js';
import { receiveByPolling } from './bot/receiving/polling.js';
import { connectTelegram } from './bot/telegram/telegraf.js';
import { limitersInMemory } from './bot/telegram/send-pace.js';
import { startServer } from './http/http-server.js';
import type { Readiness } from './http/http-server.js';
import type { Log } from './log.js';
import { Metrics } from './metrics.js';
import type { RedisState } from './redis/connection.js';
import type { Shared } from './redis/shared.js';

export interface App {
  /** The port of health, metrics and webhook. */
  readonly port: number;
  /** Rejects when the bot cannot go on: Telegram refuses the token or the webhook. */
  readonly failed: Promise<never>;
  /** Takes no more updates, answers what is under way as far as time allows, tells the rest, and ends everything. */
  stop(): Promise<void>;
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

async function startAnswering(config: Config, { log, metrics, telegram, store, shared }: Parts): Promise<Answering> {
  const engine = await startFirstEngine(config, log);
  const analysis = new Analysis({ engine, options: config.analysis, store, log, metrics });
  const { heatmaps, personLimit, cacheEntries: limit, cacheTtlSeconds: ttlSeconds } = config.analysis;
  const bot = createBot({
    options: {
      ...config.bot,
      heatmaps,
      personLimit,
      journal: shared === null ? journalOf(config.bot) : null,
      recall: { limit, ttlSeconds },
    },
    ...telegram,
    analysis,
    store,
    limiters: shared?.limiters ?? limitersInMemory(),
    log,
    metrics,
  });
  return { bot, analysis };
}

/** Begins to receive, and to answer what is in the queue once it is known who the bot is. */
function startReceiving(
  { role, bot: { mode, adminIds } }: Config,
  { log, metrics, telegram: { telegraf, client }, shared }: Parts,
  answering: Answering | null,
  options: Pick<ReceivingOptions, 'jobs' | 'signal' | 'onState'>,
): Receiving {
  let registered = false;
  const all: ReceivingOptions = {
    ...options,
    telegraf,
    log,
    onConnected: () => {
      if (shared === null || answering === null) return;
      const { bot, analysis } = answering;
      shared.queue.work({ take: bot.take, room: () => analysis.room() });
    },
    ...(shared !== null && { myTurn: (signal) => shared.turn.come(signal) }),
    onState: (state) => {
      options.onState(state);
      if (state !== 'receiving' || registered || role === 'worker') return;
      registered = true;
      void registerCommands(client, adminIds, log);
    },
    onPending: (updates) => {
      metrics.pendingUpdates(updates);
    },
  };
  if (role === 'worker') return receiveNothing(all);
  return mode === 'polling' ? receiveByPolling(all) : receiveByWebhook(all, mode.webhook);
}

/**
 * Builds every part and starts receiving.
 *
 * @throws VisionError where the model does not start; ListenError where the port cannot be had; StateFileError where
 *   STATE_FILE cannot be used; RedisError where the Redis of REDIS_URL cannot be relied on.
 */
export async function startApp(config: Config, log: Log): Promise<App> {
  const { bot: options, http, role, redisUrl } = config;
  const metrics = new Metrics();
  const health = { receiving: 'starting' as Readiness, redis: 'ready' as RedisState };
  let jobs: Jobs | null = null;
  const server = await startServer({
    ...http,
    log,
    metrics,
    ready: () => (health.redis === 'ready' ? health.receiving : `redis-${health.redis}`),
    ...(options.mode !== 'polling' &&
      role !== 'worker' && {
        webhook: {
          ...options.mode.webhook,
          onUpdate: async (update) => (jobs === null ? 'later' : takePushed(jobs, update)),
        },
      }),
  });

  const telegram = connectTelegram(options, log, metrics);
  let shared: Shared | null = null;
  let parts: Parts;
  let answering: Answering | null;
  try {
    if (redisUrl !== undefined) {
      // Its libraries are half of what a bot without it loads.
      const { shareOnRedis } = await import('./redis/shared.js');
      shared = await shareOnRedis(redisUrl, options.token, log, (state) => (health.redis = state));
      // What comes before the model is there waits for any process that has it.
      const { queue } = shared;
      jobs = queue;
      metrics.followQueue(() => queue.counts());
    }
    const store = shared?.store ?? (await ownStore(config, log));
    parts = { log, metrics, telegram, store, shared };
    answering = role === 'receiver' ? null : await startAnswering(config, parts);
    jobs ??= answering?.bot ?? null;
    if (jobs === null) throw new Error('Nobody is here to answer.');
  } catch (error) {
    await shared?.redis.close();
    await server.close();
    throw error;
  }

  const stopping = new AbortController();
  const receiving = startReceiving(config, parts, answering, {
    jobs,
    signal: stopping.signal,
    onState: (state) => {
      health.receiving = READINESS[state];
    },
  });
  // Whoever is first need not wait for them.
  if (answering !== null) void startOtherEngines(config, answering.analysis, log);
  const failed = new Promise<never>((_, reject) => {
    receiving.ended.catch(reject);
  });
  // Whoever starts the app may look at it late, or never.
  failed.catch(() => undefined);

  return {
    port: server.port,
    failed,
    stop: () => stop({ ...parts, server, answering, receiving, stopping, milliseconds: config.shutdownMs }),
  };
}

/** Everything in this process' memory, but for what is to outlive it. */
async function ownStore({ stateFile }: Config, log: Log): Promise<Store> {
  return new MemoryStore(stateFile === undefined ? null : await StateFile.open(stateFile, log));
}
