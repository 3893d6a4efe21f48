import { createRequire } from 'node:module';
import pino from 'pino';
import type { DestinationStream } from 'pino';
import type * as PinoPretty from 'pino-pretty';
import { loggable, loggableError } from './log/loggable.js';
import { scrubber } from './log/scrub.js';

export type Log = pino.Logger;

/** From the least to the most said, as `LOG_LEVEL` takes them. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LogOptions {
  readonly level: LogLevel;
  /** What must never be read in a log: the bot's token, the webhook's secret. */
  readonly secrets: readonly string[];
  /** Where the lines go as JSON; by default stdout, readable where that is a terminal. */
  readonly destination?: DestinationStream;
}

const require = createRequire(import.meta.url);

const [STDOUT, STDERR] = [1, 2];

/**
 * JSON lines with level names and ISO time, without pictures and without what hangs on errors.
 *
 * @param given For the bot: options. For the command line: the level by itself, warnings where it is none; its lines go
 *   to stderr, so that stdout stays free for results.
 */
export function createLog(given: LogOptions | string | undefined): Log {
  if (typeof given === 'object') {
    const pretty = given.destination === undefined && process.stdout.isTTY ? prettifier() : undefined;
    return logTo(given.destination ?? descriptor(STDOUT), given.level, given.secrets, pretty);
  }
  return logTo(descriptor(STDERR), LOG_LEVELS.find((each) => each === given) ?? 'warn', []);
}

function logTo(
  destination: DestinationStream,
  level: LogLevel,
  secrets: readonly string[],
  pretty: (line: string) => string = (line) => line,
): Log {
  const scrub = scrubber(secrets);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // pino's own would add to an error all that hangs on it, such as the upload that Telegram refused.
      serializers: { err: (value: unknown) => (value instanceof Error ? loggableError(value) : value) },
      formatters: { level: (label) => ({ level: label }), log: loggable },
      hooks: { streamWrite: (line) => pretty(scrub(line)) },
    },
    destination,
  );
}

/** Written at once: the last lines before an exit or a crash are those most wanted. */
function descriptor(number: number): DestinationStream {
  return pino.destination({ dest: number, sync: true });
}

/** Lines for people. Loaded on a terminal only, and not as a stream of its own, so that these too are written at once. */
function prettifier(): (line: string) => string {
  const { prettyFactory } = require('pino-pretty') as typeof PinoPretty;
  return prettyFactory({ colorize: process.env['NO_COLOR'] === undefined, translateTime: 'SYS:HH:MM:ss.l' });
}
