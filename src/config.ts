import { createHmac } from 'node:crypto';
import { ConfigError } from './config/error.js';
import { misspelt } from './config/misspelt.js';
import { problem, readVariables, trimmed, VARIABLE_NAMES } from './config/read-variables.js';
import { DEFAULT_WEBHOOK_PATH } from './config/variables.js';
import type { Role, Settings } from './config/variables.js';
import type { Language } from './languages.js';
import type { LogLevel } from './log.js';
import type { BackendChoice } from './vision/backend-choice.js';
import type { Method } from './vision/cam/methods.js';
import type { ColourMapName } from './vision/image/colour-maps.js';
import type { PrecisionChoice } from './vision/int8/precision-choice.js';
import type { PixelRange } from './vision/pixel-range.js';

export { ConfigError } from './config/error.js';
export { VARIABLES } from './config/variables.js';

export interface WebhookConfig {
  /** Where Telegram sends updates. */
  readonly url: string;
  /** The path of that address, which the server listens on. */
  readonly path: string;
  readonly secret: string;
}

/** The environment as one object: checked, with defaults, in the units that the code uses. */
export interface Config {
  readonly bot: {
    readonly token: string;
    /** Without a slash at its end. */
    readonly apiRoot: string;
    readonly mode: 'polling' | { readonly webhook: WebhookConfig };
    readonly adminIds: ReadonlySet<number>;
    /** `null`: everybody is served. */
    readonly allowedChats: ReadonlySet<number> | null;
    /** For those whose own language the bot does not speak. */
    readonly language: Language;
    /** Whether people are asked if an answer was right. */
    readonly feedback: boolean;
    /** Of the heatmaps. */
    readonly colourMap: ColourMapName;
  };
  readonly http: {
    /** 0 takes a free one. */
    readonly port: number;
    /** Absent: every address of this machine. */
    readonly host?: string;
    /** Who may read /metrics: everybody who reaches it, nobody, or who knows the token. */
    readonly metricsFor: 'everybody' | 'nobody' | { readonly token: string };
  };
  readonly model: { readonly name: string; readonly path: string };
  /** What is absent is left to the model. */
  readonly engine: {
    readonly layer?: string;
    readonly method?: Method;
    readonly range?: PixelRange;
    readonly backend: BackendChoice;
    readonly precision: PrecisionChoice;
  };
  readonly analysis: {
    readonly heatmaps: boolean;
    /** Vision processes; absent: what cores and memory allow. */
    readonly concurrency?: number;
    readonly queueLimit: number;
    readonly personLimit: number;
    readonly heatmapTimeoutMs: number;
    readonly fetchTimeoutMs: number;
    readonly cacheEntries: number;
    /** 0: for ever. */
    readonly cacheTtlSeconds: number;
    /** Absent: what the container allows. */
    readonly memoryLimitBytes?: number;
  };
  /** What this process does: receives updates, answers them, or both. */
  readonly role: Role;
  /** Where everything is kept that several processes share, with its password; absent: in memory. */
  readonly redisUrl?: string;
  /** Where what chats have chosen is kept; absent: in memory alone. */
  readonly stateFile?: string;
  readonly log: { readonly level: LogLevel };
  readonly shutdownMs: number;
  /** What is no mistake but hardly meant, a line each; no values in them. */
  readonly warnings: readonly string[];
}

/** A webhook secret shorter than this can be guessed. */
const SHORT_SECRET = 16;

/**
 * Reads the environment. An empty variable counts as unset.
 *
 * @throws ConfigError with every mistake there is: a variable's name, what was expected, what was got; of secrets only
 *   their shape.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const values = trimmed(env);
  const { settings, problems } = readVariables(values);
  if (
    settings.BOT_MODE === 'webhook' &&
    values.WEBHOOK_URL === undefined &&
    values.RAILWAY_PUBLIC_DOMAIN === undefined
  ) {
    problems.push(problem('WEBHOOK_URL', undefined, ', because BOT_MODE is webhook'));
  }
  if (settings.ROLE !== undefined && settings.ROLE !== 'all' && values.REDIS_URL === undefined) {
    problems.push(problem('REDIS_URL', undefined, `, because ROLE is ${settings.ROLE}`));
  }
  const warnings = [...misspelt(env, VARIABLE_NAMES), ...doubts(settings)];
  // A variable that is missed is often there under a misspelt name, so both are told together.
  if (problems.length > 0) throw new ConfigError([...problems, ...warnings]);
  return configOf(settings as Settings, warnings);
}

function configOf(settings: Settings, warnings: readonly string[]): Config {
  return {
    bot: {
      token: settings.BOT_TOKEN,
      apiRoot: settings.TELEGRAM_API_ROOT,
      mode: settings.BOT_MODE === 'polling' ? 'polling' : { webhook: webhookOf(settings) },
      adminIds: settings.ADMIN_IDS ?? new Set(),
      allowedChats: settings.ALLOWED_CHATS ?? null,
      language: settings.LANGUAGE_DEFAULT,
      feedback: settings.FEEDBACK,
      colourMap: settings.COLOUR_MAP,
    },
    http: { port: settings.PORT, ...given('host', settings.HOST), metricsFor: metricsFor(settings) },
    model: settings.MODEL,
    engine: {
      ...given('layer', settings.LAYER),
      ...given('method', settings.METHOD),
      ...given('range', settings.RANGE),
      backend: settings.BACKEND,
      precision: settings.PRECISION,
    },
    analysis: {
      heatmaps: settings.HEATMAP,
      ...given('concurrency', settings.CONCURRENCY),
      queueLimit: settings.QUEUE_LIMIT,
      personLimit: settings.PERSON_LIMIT,
      heatmapTimeoutMs: settings.HEATMAP_TIMEOUT_S * 1000,
      fetchTimeoutMs: settings.DOWNLOAD_TIMEOUT_S * 1000,
      cacheEntries: settings.CACHE_ENTRIES,
      cacheTtlSeconds: settings.CACHE_TTL_S,
      ...given(
        'memoryLimitBytes',
        settings.MEMORY_LIMIT_MB === undefined ? undefined : settings.MEMORY_LIMIT_MB * 2 ** 20,
      ),
    },
    role: settings.ROLE,
    ...given('redisUrl', settings.REDIS_URL),
    ...given('stateFile', settings.STATE_FILE),
    log: { level: settings.LOG_LEVEL },
    shutdownMs: settings.SHUTDOWN_S * 1000,
    warnings,
  };
}

/** A property that is left out where it has no value, as the types of its readers want it. */
function given<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return value === undefined ? {} : ({ [key]: value } as Record<Key, Value>);
}

/** Addresses that only this machine reaches. */
const OF_THIS_MACHINE = /^(localhost|127\.[\d.]+|::1)$/;

/** What a port says of itself to strangers helps nobody else. */
function metricsFor({ METRICS_TOKEN: token, HOST = '' }: Settings): Config['http']['metricsFor'] {
  if (token !== undefined) return { token };
  return OF_THIS_MACHINE.test(HOST) ? 'everybody' : 'nobody';
}

function webhookOf(settings: Settings): WebhookConfig {
  const url = settings.WEBHOOK_URL ?? new URL(DEFAULT_WEBHOOK_PATH, `https://${settings.RAILWAY_PUBLIC_DOMAIN ?? ''}`);
  // The same for every process of the bot, so that they accept each other's calls; nobody learns the token from it.
  const derived = createHmac('sha256', settings.BOT_TOKEN).update('webhook').digest('base64url');
  const secret = settings.WEBHOOK_SECRET ?? derived;
  return { url: url.href, path: url.pathname, secret };
}

/** Settings that are right, each by itself, and yet hardly meant. */
function doubts(settings: Partial<Settings>): string[] {
  const { BOT_MODE, WEBHOOK_URL, WEBHOOK_SECRET, PERSON_LIMIT, QUEUE_LIMIT, STATE_FILE, REDIS_URL } = settings;
  const lines: string[] = [];
  if (BOT_MODE === 'polling' && WEBHOOK_URL !== undefined) {
    lines.push('WEBHOOK_URL has no effect, because BOT_MODE is polling.');
  }
  if (WEBHOOK_SECRET !== undefined && WEBHOOK_SECRET.length < SHORT_SECRET) {
    lines.push(`WEBHOOK_SECRET has fewer than ${SHORT_SECRET} characters and can be guessed.`);
  }
  if (PERSON_LIMIT !== undefined && QUEUE_LIMIT !== undefined && PERSON_LIMIT > QUEUE_LIMIT) {
    lines.push('PERSON_LIMIT is above QUEUE_LIMIT, so that one person can fill the queue.');
  }
  if (STATE_FILE !== undefined && REDIS_URL !== undefined) {
    lines.push('STATE_FILE has no effect, because REDIS_URL is set.');
  }
  return lines;
}
