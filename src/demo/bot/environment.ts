import { LOG_LEVELS } from '../../log.js';
import { VARIABLE_NAMES, trimmed } from '../../config/read-variables.js';
import type { VariableName } from '../../config/variables.js';

/** What a process needs to run at all, beside the settings. */
const FROM_THE_SYSTEM = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'TMPDIR',
  'LANG',
  'LC_ALL',
  'TZ',
  'LD_LIBRARY_PATH',
  'XDG_CACHE_HOME',
  'SOROT_CACHE_DIR',
] as const;

/** Seconds that photos in work have when the demo ends or a fault needs other settings: nobody else waits for them. */
const SHUTDOWN_S = '3';

/** The page and the demo read the bot's lines from here on; less is left to whoever prints them. */
const LEAST_TOLD = 'info';

export type BotSettings = Readonly<Partial<Record<VariableName, string>>>;

export interface BotAddress {
  readonly token: string;
  readonly apiRoot: string;
  readonly adminId: number;
}

/**
 * The environment of the bot's process: the settings of whoever started the demo, but the demo's own Telegram. Each
 * setting is there, an unset one as empty, so that no `.env` sets it behind the demo's back.
 */
export function botEnvironment(env: NodeJS.ProcessEnv, address: BotAddress, changed: BotSettings): NodeJS.ProcessEnv {
  const system = FROM_THE_SYSTEM.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  const unset = VARIABLE_NAMES.map((name) => [name, ''] as const);
  const given = trimmed(env);
  return {
    ...Object.fromEntries([...system, ...unset]),
    ...given,
    BOT_TOKEN: address.token,
    TELEGRAM_API_ROOT: address.apiRoot,
    ADMIN_IDS: String(address.adminId),
    ALLOWED_CHATS: '',
    BOT_MODE: 'polling',
    WEBHOOK_URL: '',
    WEBHOOK_SECRET: '',
    METRICS_TOKEN: '',
    RAILWAY_PUBLIC_DOMAIN: '',
    HOST: '127.0.0.1',
    PORT: '0',
    SHUTDOWN_S,
    LOG_LEVEL: logLevel(given.LOG_LEVEL),
    ...changed,
  };
}

/** A wrong one is left for the bot to complain about. */
function logLevel(given: string = LEAST_TOLD): string {
  const levels: readonly string[] = LOG_LEVELS;
  const known = levels.includes(given.toLowerCase());
  return known && levels.indexOf(given.toLowerCase()) < levels.indexOf(LEAST_TOLD) ? LEAST_TOLD : given;
}
