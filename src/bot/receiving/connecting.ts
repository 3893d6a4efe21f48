import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { TelegramError } from 'telegraf';
import type { Telegraf } from 'telegraf';
import type { Log } from '../../log.js';
import type { BotContext } from '../context.js';
import type { Jobs } from '../jobs.js';
import { forTelegraf } from '../telegram/client.js';
import { GUEST_MESSAGE } from '../telegram/newer-types.js';
import { failureOf, oneTry } from '../telegram/retry.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** The kinds of updates that the bot knows what to do with. */
export const ALLOWED_UPDATES = ['message', 'callback_query', GUEST_MESSAGE] as const;

/** Why updates come or do not. */
export type ReceivingState =
  | 'connecting'
  | 'receiving'
  | 'unreachable'
  /** Another process receives at the moment, as when a host starts the new one before it ends the old one. */
  | 'conflict'
  /** Another process keeps taking the updates away. */
  | 'taken-away';

/** Telegram refuses what no waiting will change: the token, or the webhook's address. */
export class ReceivingError extends Error {
  override readonly name = 'ReceivingError';

  constructor(
    readonly code: 'token-refused' | 'webhook-refused',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface ReceivingOptions {
  readonly telegraf: Telegraf<BotContext>;
  readonly jobs: Jobs;
  readonly log: Log;
  /** Ends the receiving. */
  readonly signal: AbortSignal;
  readonly onState: (state: ReceivingState) => void;
  /** The bot knows who it is: whoever answers may begin. */
  readonly onConnected?: () => void;
  /** Resolves when this process is the one to poll, of several that could; at once where nothing is said. */
  readonly myTurn?: (signal: AbortSignal) => Promise<void>;
  /** Updates that wait at Telegram, whenever that is known. */
  readonly onPending: (updates: number) => void;
  /** Milliseconds between two looks at the webhook; 30 s where nothing is said. */
  readonly lookEveryMs?: number;
}

/** How updates come. */
export interface Receiving {
  /** Resolves when the receiving has ended by its signal; rejects with ReceivingError where it cannot go on. */
  readonly ended: Promise<void>;
  /** At the very end: tells Telegram what has been answered. */
  readonly confirm: () => Promise<void>;
}

/** A function, because the compiler would take the flag for unchanged across an await. */
export function hasEnded({ signal }: ReceivingOptions): boolean {
  return signal.aborted;
}

/** @throws ReceivingError where the error says that the token is refused. */
export function throwIfTokenRefused(error: unknown): void {
  // 404 is Telegram's answer to a token that does not even look like one.
  if (!(error instanceof TelegramError && (error.code === 401 || error.code === 404))) return;
  const why = `Telegram refuses BOT_TOKEN (${error.description}). Is it the one from BotFather?`;
  throw new ReceivingError('token-refused', why);
}

/** Says what went wrong and waits before the next try, longer each time. */
export async function backOff(
  error: unknown,
  failures: number,
  { log, signal, onState }: ReceivingOptions,
  onConflict: ReceivingState = 'conflict',
): Promise<void> {
  const failure = failureOf(error);
  const conflict = error instanceof TelegramError && error.code === 409;
  const backoff = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
  const milliseconds = failure.kind === 'flood' ? failure.seconds * 1000 : backoff;
  onState(conflict ? onConflict : 'unreachable');
  const why = conflict ? 'another instance receives updates with this token' : failure.kind;
  log.warn({ why, waitMs: milliseconds, ...(failure.kind === 'refused' && { failure }) }, 'no updates');
  await wait(milliseconds, undefined, { signal }).catch(() => undefined);
}

/**
 * Calls until it succeeds or the receiving ends; null where it ended.
 *
 * @throws ReceivingError
 */
export async function untilAnswered<T>(
  options: ReceivingOptions,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  for (let failures = 0; !hasEnded(options); failures++) {
    try {
      return await oneTry(call, options.signal);
    } catch (error) {
      if (hasEnded(options)) return null;
      throwIfTokenRefused(error);
      if (error instanceof ReceivingError) throw error;
      await backOff(error, failures, options);
    }
  }
  return null;
}

/**
 * Asks who the bot is, for as long as it takes; false where the receiving ended before.
 *
 * @throws ReceivingError
 */
export async function connect(options: ReceivingOptions): Promise<boolean> {
  const { telegraf } = options;
  options.onState('connecting');
  const me = await untilAnswered(options, (signal) =>
    telegraf.telegram.callApi('getMe', {}, { signal: forTelegraf(signal) }),
  );
  if (me === null) return false;
  telegraf.botInfo = me;
  options.onConnected?.();
  options.log.info({ bot: me.username, readsGroups: me.can_read_all_group_messages }, 'connected to Telegram');
  return true;
}

/** Receives nothing: this process has its updates from a queue, and only has to know who the bot is. */
export function receiveNothing(options: ReceivingOptions): Receiving {
  const untilTheEnd = async (): Promise<void> => {
    if (!(await connect(options))) return;
    options.onState('receiving');
    await once(options.signal, 'abort');
  };
  return { ended: untilTheEnd(), confirm: () => Promise.resolve() };
}
