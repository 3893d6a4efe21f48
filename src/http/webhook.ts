import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Update } from 'telegraf/types';
import * as v from 'valibot';
import { MAX_UPDATE_BYTES } from '../limits.js';
import { readBody } from '../read-body.js';

/** What became of an update. */
type Taking = 'taken' | 'later';

export interface WebhookOptions {
  /** The path that Telegram was told, percent-encoded as in the address. */
  readonly path: string;
  readonly secret: string;
  /** Takes an update, or leaves it for later: Telegram sends it again. */
  readonly onUpdate: (update: Update) => Promise<Taking>;
}

/** Sent by Telegram with each call: https://core.telegram.org/bots/api#setwebhook */
const SECRET_HEADER = 'X-Telegram-Bot-Api-Secret-Token';

const UpdateShape = v.looseObject({ update_id: v.pipe(v.number(), v.safeInteger()) });

/** Seconds after which Telegram is to send an update again that could not be taken. */
export const AGAIN_AFTER_S = '1';

/** Receives updates: checks who sends, then what, and hands it on. */
export function webhookHandler({ secret, onUpdate }: WebhookOptions) {
  const expected = digest(secret);
  return async (context: Context<{ Bindings: HttpBindings }>): Promise<Response> => {
    const got = context.req.header(SECRET_HEADER);
    if (got === undefined || !timingSafeEqual(digest(got), expected)) return context.text('unauthorised', 401);
    const body = await readBody(context.env.incoming, MAX_UPDATE_BYTES);
    if (body === 'too-large') return context.text('too large', 413);
    const update = body === 'incomplete' ? undefined : parsed(body.toString());
    if (update === undefined) return context.text('not an update', 400);
    if ((await onUpdate(update)) === 'taken') return context.body(null, 200);
    return context.text('later', 503, { 'Retry-After': AGAIN_AFTER_S });
  };
}

/** Equally long for every text, so that the comparison tells nothing of the secret's length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Telegram, known by its secret, is trusted with the rest of the update's shape. */
function parsed(body: string): Update | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return v.is(UpdateShape, value) ? (value as unknown as Update) : undefined;
  } catch {
    return undefined;
  }
}
