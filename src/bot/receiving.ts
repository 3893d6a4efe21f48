import { setTimeout as wait } from 'node:timers/promises';
import { TelegramError } from 'telegraf';
import type { Update } from 'telegraf/types';
import type { Log } from '../log.js';
import type { Bot } from './index.js';
import { forTelegraf } from './telegram/client.js';
import { failureOf, oneTry } from './telegram/retry.js';

/** How long Telegram holds a call for updates open, in seconds. */
const POLL_S = 50;

/**
 * A call for updates that is not answered by then hangs on a dead connection. Telegraf's own polling would wait for 500
 * seconds, and for five after every failure: the one reason it is not used here.
 */
const POLL_DEADLINE_MS = (POLL_S + 10) * 1000;

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/** Telegram is told at the end what was taken; it does not matter enough to wait longer. */
const CONFIRM_DEADLINE_MS = 3000;

const ALLOWED_UPDATES = ['message', 'callback_query'] as const;

/** How many webhook calls Telegram makes at once; each only hands its update on. */
const WEBHOOK_CONNECTIONS = 10;

/** Why updates come or do not. */
export type ReceivingState = 'connecting' | 'receiving' | 'conflict' | 'unreachable';

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
  readonly bot: Pick<Bot, 'telegraf' | 'room'>;
  readonly log: Log;
  /** Ends the receiving. */
  readonly signal: AbortSignal;
  readonly onState: (state: ReceivingState) => void;
}

function isTokenRefused(error: unknown): boolean {
  // 404 is Telegram's answer to a token that does not even look like one.
  return error instanceof TelegramError && (error.code === 401 || error.code === 404);
}

/** A function, because the compiler would take the flag for unchanged across an await. */
function hasEnded({ signal }: ReceivingOptions): boolean {
  return signal.aborted;
}

/** Says what went wrong and waits before the next try, longer each time. */
async function backOff(error: unknown, failures: number, { log, signal, onState }: ReceivingOptions): Promise<void> {
  const failure = failureOf(error);
  const conflict = error instanceof TelegramError && error.code === 409;
  const backoff = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
  const milliseconds = failure.kind === 'flood' ? failure.seconds * 1000 : backoff;
  onState(conflict ? 'conflict' : 'unreachable');
  const why = conflict ? 'another instance receives updates with this token' : failure.kind;
  log.warn({ why, waitMs: milliseconds, ...(failure.kind === 'refused' && { failure }) }, 'no updates');
  await wait(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** Calls until it succeeds or the receiving ends; null where it ended. */
async function untilAnswered<T>(
  options: ReceivingOptions,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  for (let failures = 0; !hasEnded(options); failures++) {
    try {
      return await oneTry(call, options.signal);
    } catch (error) {
      if (hasEnded(options)) return null;
      if (isTokenRefused(error)) throw tokenRefused(error);
      if (error instanceof ReceivingError) throw error;
      await backOff(error, failures, options);
    }
  }
  return null;
}

function tokenRefused(cause: unknown): ReceivingError {
  const description = cause instanceof TelegramError ? ` (${cause.description})` : '';
  return new ReceivingError('token-refused', `Telegram refuses BOT_TOKEN${description}. Is it the one from BotFather?`);
}

/** Asks who the bot is, for as long as it takes. */
async function connect(options: ReceivingOptions): Promise<boolean> {
  const { telegraf } = options.bot;
  options.onState('connecting');
  const me = await untilAnswered(options, (signal) =>
    telegraf.telegram.callApi('getMe', {}, { signal: forTelegraf(signal) }),
  );
  if (me === null) return false;
  telegraf.botInfo = me;
  options.log.info({ bot: me.username, readsGroups: me.can_read_all_group_messages }, 'connected to Telegram');
  return true;
}

/**
 * Receives updates by long polling until the signal.
 *
 * @throws ReceivingError where the token is refused. Conflicts and outages are waited out.
 */
export async function receiveByPolling(options: ReceivingOptions): Promise<void> {
  const { bot, signal, onState, log } = options;
  const { telegram } = bot.telegraf;
  if (!(await connect(options))) return;
  const gone = await untilAnswered(options, (ended) =>
    telegram.callApi('deleteWebhook', {}, { signal: forTelegraf(ended) }),
  );
  if (gone === null) return;

  let offset = 0;
  let failures = 0;
  const poll = (): Promise<Update[]> =>
    oneTry(
      (ended) => {
        const payload = { offset, timeout: POLL_S, allowed_updates: ALLOWED_UPDATES };
        return telegram.callApi('getUpdates', payload, { signal: forTelegraf(ended) });
      },
      signal,
      POLL_DEADLINE_MS,
    );
  onState('receiving');
  while (!hasEnded(options)) {
    try {
      const updates = await poll();
      if (failures > 0) log.info('receiving updates again');
      onState('receiving');
      failures = 0;
      for (const update of updates) {
        await bot.room(signal);
        // What is not taken any more comes again, to the next process.
        if (hasEnded(options)) break;
        // Not the highest so far: after a week without updates Telegram begins anew, at any number.
        offset = update.update_id + 1;
        await bot.telegraf.handleUpdate(update);
      }
    } catch (error) {
      if (hasEnded(options)) break;
      if (isTokenRefused(error)) throw tokenRefused(error);
      await backOff(error, failures, options);
      failures += 1;
    }
  }
  if (offset > 0) await confirm(options, offset);
}

/** Tells Telegram what was taken, so that the next process does not get it again. */
async function confirm({ bot, log }: ReceivingOptions, offset: number): Promise<void> {
  const { telegram } = bot.telegraf;
  const call = (ended: AbortSignal): Promise<Update[]> =>
    telegram.callApi('getUpdates', { offset, limit: 1, timeout: 0 }, { signal: forTelegraf(ended) });
  await oneTry(call, new AbortController().signal, CONFIRM_DEADLINE_MS).catch((error: unknown) => {
    log.warn({ err: error }, 'the last updates could not be confirmed');
  });
}

export interface WebhookAddress {
  readonly url: string;
  readonly secret: string;
}

/**
 * Has Telegram send updates to a webhook. The updates themselves come through the HTTP server.
 *
 * @throws ReceivingError where the token or the address is refused.
 */
export async function receiveByWebhook(options: ReceivingOptions, { url, secret }: WebhookAddress): Promise<void> {
  const { telegram } = options.bot.telegraf;
  if (!(await connect(options))) return;
  const set = await untilAnswered(options, async (ended) => {
    const payload = {
      url,
      secret_token: secret,
      allowed_updates: ALLOWED_UPDATES,
      max_connections: WEBHOOK_CONNECTIONS,
    };
    try {
      return await telegram.callApi('setWebhook', payload, { signal: forTelegraf(ended) });
    } catch (error) {
      if (!(error instanceof TelegramError && error.code === 400)) throw error;
      throw new ReceivingError('webhook-refused', `Telegram refuses the webhook address: ${error.description}.`);
    }
  });
  if (set === null) return;
  options.onState('receiving');
  options.log.info('webhook set');
}
