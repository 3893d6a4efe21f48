import { setTimeout as wait } from 'node:timers/promises';
import { TelegramError } from 'telegraf';
import type { Update, WebhookInfo } from 'telegraf/types';
import { isWaitedFor } from '../jobs.js';
import type { Jobs } from '../jobs.js';
import { forTelegraf } from '../telegram/client.js';
import { failureOf, oneTry } from '../telegram/retry.js';
import { ALLOWED_UPDATES, connect, hasEnded, ReceivingError, untilAnswered } from './connecting.js';
import type { Receiving, ReceivingOptions } from './connecting.js';
import { Takeovers } from './takeovers.js';

/** How many calls Telegram makes at once, the most it allows: a photo's call is open until the photo is answered. */
const CONNECTIONS = 100;

/** Milliseconds between two looks at what Telegram says of the webhook. */
const LOOK_EVERY_MS = 30_000;

/** How long a pushed photo is waited for, in milliseconds: Telegram gives up a call after a minute. */
const PHOTO_WITHIN_MS = 20_000;

export interface WebhookAddress {
  readonly url: string;
  readonly secret: string;
}

/**
 * Has Telegram send updates to a webhook, and sets it again where another process takes it away. The updates themselves
 * come through the HTTP server; each call's answer confirms its update.
 */
export function receiveByWebhook(options: ReceivingOptions, address: WebhookAddress): Receiving {
  return { ended: receive(options, address), confirm: () => Promise.resolve() };
}

/**
 * Takes an update that was pushed. A photo by itself and a guest are waited for, other updates are not: Telegram holds
 * back what comes after it in the chat, such as the rest of an album. `later` where it cannot be taken now, or where its
 * answer could not be sent.
 */
export async function takePushed(jobs: Jobs, update: Update): Promise<'taken' | 'later'> {
  if (!jobs.isReady()) return 'later';
  const taken = await jobs.take(update);
  if (taken === null) return 'later';
  if (!isWaitedFor(update)) return 'taken';
  const late = new AbortController();
  const outcome = await Promise.race([taken.answered, wait(PHOTO_WITHIN_MS, 'late', { signal: late.signal })]);
  late.abort();
  return outcome === 'again' ? 'later' : 'taken';
}

/** @throws ReceivingError where the token or the address is refused. */
async function receive(options: ReceivingOptions, address: WebhookAddress): Promise<void> {
  const { log, onState } = options;
  if (!(await connect(options))) return;
  if ((await set(options, address)) === null) return;
  onState('receiving');
  log.info('webhook set');
  await watch(options, address);
}

function set(options: ReceivingOptions, { url, secret }: WebhookAddress): Promise<true | null> {
  return untilAnswered(options, async (ended) => {
    const payload = {
      url,
      secret_token: secret,
      allowed_updates: ALLOWED_UPDATES,
      max_connections: CONNECTIONS,
    };
    try {
      return await options.telegraf.telegram.callApi('setWebhook', payload, { signal: forTelegraf(ended) });
    } catch (error) {
      if (!(error instanceof TelegramError && error.code === 400)) throw error;
      throw new ReceivingError('webhook-refused', `Telegram refuses the webhook address: ${error.description}.`);
    }
  });
}

/** Looks after the webhook until the receiving ends: nothing else tells that it was taken away. */
async function watch(options: ReceivingOptions, address: WebhookAddress): Promise<void> {
  const { telegraf, log, signal, onState } = options;
  const takeovers = new Takeovers();
  let lastError = 0;
  const look = (ended: AbortSignal): Promise<WebhookInfo> =>
    telegraf.telegram.callApi('getWebhookInfo', {}, { signal: forTelegraf(ended) });
  for (;;) {
    await wait(options.lookEveryMs ?? LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    if (hasEnded(options)) return;
    const info = await oneTry(look, signal).catch((error: unknown) => failureOf(error));
    if (hasEnded(options)) return;
    if ('kind' in info) {
      log.warn({ why: info.kind }, 'the webhook could not be looked at');
      continue;
    }
    options.onPending(info.pending_update_count);
    if (info.url !== address.url) {
      takeovers.add();
      log.warn(
        { gone: info.url === undefined || info.url === '' },
        'another process took the webhook away, it is set again',
      );
      if ((await set(options, address)) === null) return;
    }
    const { last_error_date: at = 0, last_error_message: why } = info;
    if (at > lastError) log.warn({ why, pending: info.pending_update_count }, 'Telegram could not deliver an update');
    lastError = Math.max(lastError, at);
    if (takeovers.isConflict()) log.error('two processes receive with this token: end one of them');
    onState(takeovers.isConflict() ? 'taken-away' : 'receiving');
  }
}
