import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { TelegramError } from 'telegraf';
import type { Update } from 'telegraf/types';
import { forTelegraf } from '../telegram/client.js';
import { oneTry } from '../telegram/retry.js';
import { ALLOWED_UPDATES, backOff, connect, hasEnded, throwIfTokenRefused, untilAnswered } from './connecting.js';
import type { Receiving, ReceivingOptions, ReceivingState } from './connecting.js';
import { Takeovers } from './takeovers.js';
import { Unconfirmed } from './unconfirmed.js';

/** How long Telegram holds a call for updates open, in seconds. */
const POLL_S = 50;

/**
 * A call for updates that is not answered by then hangs on a dead connection. Telegraf's own polling would wait for 500
 * seconds, and for five after every failure; and it confirms updates when it takes them.
 */
const POLL_DEADLINE_MS = (POLL_S + 10) * 1000;

/** Telegram's server gives one update only where the same offset is asked for again within half a second. */
const SAME_OFFSET_AFTER_MS = 600;

/** What was answered is told at the end; it does not matter enough to wait longer. */
const CONFIRM_DEADLINE_MS = 3000;

/** Of the two conflicts this is the one that can be solved from here; only their words tell them apart. */
function isWebhookSet(error: unknown): boolean {
  return error instanceof TelegramError && error.code === 409 && error.description.includes('webhook is active');
}

/** What was asked for last, and when, by `performance.now()`. */
interface Asked {
  offset: number;
  at: number;
}

/** Waits, where this offset was asked for a moment ago, until that is long enough or there is another to ask for. */
async function pace(unconfirmed: Unconfirmed, asked: Asked, signal: AbortSignal): Promise<void> {
  const left = SAME_OFFSET_AFTER_MS - (performance.now() - asked.at);
  if (unconfirmed.offset !== asked.offset || left <= 0) return;
  const over = new AbortController();
  const end = (): void => {
    over.abort();
  };
  signal.addEventListener('abort', end);
  await Promise.race([
    once(unconfirmed, 'moved', { signal: over.signal }),
    wait(left, undefined, { signal: over.signal }),
  ]).catch(() => undefined);
  signal.removeEventListener('abort', end);
  end();
}

/**
 * Receives updates by long polling. An update is confirmed to Telegram once it is answered, so that one whose process
 * dies comes again to the next.
 */
export function receiveByPolling(options: ReceivingOptions): Receiving {
  const unconfirmed = new Unconfirmed();
  const asked: Asked = { offset: 0, at: -Infinity };
  return {
    ended: poll(options, unconfirmed, asked),
    confirm: async () => {
      // What was asked for last has confirmed all before it.
      if (unconfirmed.offset !== asked.offset) await confirm(options, unconfirmed.offset);
    },
  };
}

/** @throws ReceivingError where the token is refused. Conflicts and outages are waited out. */
async function poll(options: ReceivingOptions, unconfirmed: Unconfirmed, asked: Asked): Promise<void> {
  const { jobs, signal, onState, log } = options;
  const { telegram } = options.telegraf;
  if (!(await connect(options))) return;
  await options.myTurn?.(signal);
  if (hasEnded(options)) return;
  const endWebhook = (): Promise<true | null> =>
    untilAnswered(options, (ended) => telegram.callApi('deleteWebhook', {}, { signal: forTelegraf(ended) }));
  if ((await endWebhook()) === null) return;

  const takeovers = new Takeovers();
  const takenAway = (otherwise: ReceivingState): ReceivingState => (takeovers.isConflict() ? 'taken-away' : otherwise);
  let failures = 0;
  const ask = (): Promise<Update[]> => {
    asked.offset = unconfirmed.offset;
    asked.at = performance.now();
    const payload = { offset: asked.offset, timeout: POLL_S, allowed_updates: ALLOWED_UPDATES };
    const call = (ended: AbortSignal): Promise<Update[]> =>
      telegram.callApi('getUpdates', payload, { signal: forTelegraf(ended) });
    return oneTry(call, signal, POLL_DEADLINE_MS);
  };
  onState('receiving');
  while (!hasEnded(options)) {
    try {
      for (const id of unconfirmed.giveUp()) log.warn({ update: id }, 'others are no longer kept waiting for this one');
      await pace(unconfirmed, asked, signal);
      const updates = await ask();
      if (failures > 0) log.info('receiving updates again');
      onState(takenAway('receiving'));
      failures = 0;
      for (const update of updates) {
        await jobs.room(signal);
        // What is not taken any more comes again, to the next process.
        if (hasEnded(options)) break;
        const id = update.update_id;
        if (!unconfirmed.take(id)) continue;
        const { answered = Promise.resolve('again' as const) } = (await jobs.take(update)) ?? {};
        void answered.then((outcome) => {
          unconfirmed.settle(id, outcome);
        });
      }
    } catch (error) {
      if (hasEnded(options)) break;
      throwIfTokenRefused(error);
      if (isWebhookSet(error)) {
        takeovers.add();
        log.warn('another process set a webhook, it is deleted');
        if ((await endWebhook()) === null) break;
        if (takeovers.isConflict()) log.error('two processes receive with this token: end one of them');
      }
      await backOff(error, failures, options, takenAway('conflict'));
      failures += 1;
    }
  }
}

/** Tells Telegram what was answered, so that the next process does not get it again. */
async function confirm({ telegraf, log }: ReceivingOptions, offset: number): Promise<void> {
  const { telegram } = telegraf;
  const call = (ended: AbortSignal): Promise<Update[]> =>
    telegram.callApi('getUpdates', { offset, limit: 1, timeout: 0 }, { signal: forTelegraf(ended) });
  await oneTry(call, new AbortController().signal, CONFIRM_DEADLINE_MS).catch((error: unknown) => {
    log.warn({ err: error }, 'the last updates could not be confirmed');
  });
}
