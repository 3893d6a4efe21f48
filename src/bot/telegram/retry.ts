import { setTimeout as wait } from 'node:timers/promises';
import pRetry from 'p-retry';
import { TelegramError } from 'telegraf';
import { withDeadline } from '../../deadline.js';

/** Tries after the first one. With the waits below they span about eight seconds, as long as a short outage lasts. */
const RETRIES = 4;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 4000;

/** Waits that Telegram itself asks for; more of them than this and the chat is flooded. */
const FLOOD_WAITS = 5;

/** A longer wait than this is not worth an answer any more: the person has gone. Groups are told up to a minute. */
const LONGEST_FLOOD_WAIT_S = 120;

/**
 * One call is given this long: a heatmap has 100 KB, an album of them a megabyte. Telegraf's node-fetch does not notice
 * where an answer breaks off in its body, so that this is also how long a chat waits then.
 */
const CALL_TIMEOUT_MS = 20_000;

/** What a failed call says about whether Telegram acted on it. */
export type Failure =
  | { readonly kind: 'flood'; readonly seconds: number }
  /**
   * No answer began, or Telegram says that it failed on its own side. Nearly always it has not acted: what breaks before
   * an answer is mostly a connection that was kept open and had ended meanwhile.
   */
  | { readonly kind: 'unreached' }
  /** Telegram may have acted, its answer is lost. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly code: number; readonly description: string; readonly migratedTo?: number };

function isFetchError(error: unknown): error is Error & { type: string } {
  return error instanceof Error && error.name === 'FetchError' && 'type' in error;
}

/** Sorts what telegraf throws; node-fetch's messages tell whether the response had begun. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TelegramError) {
    const { code, description, parameters } = error;
    if (code === 429) return { kind: 'flood', seconds: parameters?.retry_after ?? 1 };
    if (code >= 500) return { kind: 'unreached' };
    const migratedTo = parameters?.migrate_to_chat_id;
    return { kind: 'refused', code, description, ...(migratedTo !== undefined && { migratedTo }) };
  }
  if (isFetchError(error)) {
    const begun = error.type !== 'system' || error.message.startsWith('Invalid response body');
    return { kind: begun ? 'unknown' : 'unreached' };
  }
  return { kind: 'unknown' };
}

export interface RetryOptions {
  /** Whether doing it twice does no harm; a message sent twice does. */
  readonly repeatable: boolean;
  readonly signal: AbortSignal;
  /** Milliseconds one try may take; as long as the signal allows where it is Infinity. */
  readonly timeout?: number;
  /** Told of every failure that is tried again. */
  readonly onRetry: (failure: Failure) => void;
}

/** One try, ended when it takes too long or everything is to stop. */
export function oneTry<T>(
  call: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  milliseconds = CALL_TIMEOUT_MS,
): Promise<T> {
  return withDeadline(call, { signals: [signal], milliseconds });
}

/**
 * Does one call to Telegram until it is answered: waits as long as Telegram asks for, backs off where it cannot be
 * reached, and never repeats what it may have acted on, unless that does no harm.
 *
 * @throws what the last try threw, or the signal's reason.
 */
export async function withRetries<T>(call: (signal: AbortSignal) => Promise<T>, options: RetryOptions): Promise<T> {
  let floodWaits = 0;
  const again = (failure: Failure): boolean => {
    if (failure.kind === 'flood') return floodWaits <= FLOOD_WAITS && failure.seconds <= LONGEST_FLOOD_WAIT_S;
    return failure.kind === 'unreached' || (failure.kind === 'unknown' && options.repeatable);
  };
  return pRetry(() => oneTry(call, options.signal, options.timeout), {
    retries: RETRIES,
    minTimeout: FIRST_WAIT_MS,
    maxTimeout: LONGEST_WAIT_MS,
    randomize: true,
    signal: options.signal,
    onFailedAttempt: async ({ error }) => {
      const failure = failureOf(error);
      if (failure.kind === 'flood') floodWaits += 1;
      if (!again(failure)) return;
      options.onRetry(failure);
      if (failure.kind === 'flood') await wait(failure.seconds * 1000, undefined, { signal: options.signal });
    },
    shouldConsumeRetry: ({ error }) => failureOf(error).kind !== 'flood',
    shouldRetry: ({ error }) => again(failureOf(error)),
  });
}
