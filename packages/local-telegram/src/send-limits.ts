import { usualFailure } from './errors.js';
import type { Payload } from './payload.js';

/** What a bot may write too much to: all chats together, one chat, one group. */
export type SendLimit = 'overall' | 'chat' | 'group';

const SENDS = ['sendMessage', 'sendPhoto', 'sendDocument', 'sendMediaGroup'];
const EDITS = ['editMessageText', 'editMessageCaption', 'editMessageMedia', 'editMessageReplyMarkup'];

/** So many messages in any so many milliseconds. */
const LIMITS: Readonly<Record<SendLimit, { readonly most: number; readonly within: number }>> = {
  overall: { most: 30, within: 1000 },
  chat: { most: 5, within: 5000 },
  group: { most: 20, within: 60_000 },
};

/**
 * Telegram's limits on what a bot writes. Its FAQ (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits) names
 * them: about 30 messages a second in all, 20 a minute in a group, and in a chat one a second, with "short bursts" of
 * which it gives no size. Taken here are five, and an album that begins within them: more than grammY's throttler
 * allows by default, which is none, and less than bots report. Each item of an album is a message; an edit counts as
 * one, but not for a group's 20. What was refused does not count.
 */
export class SendLimits {
  /** How often calls were refused, by the limit that they were beyond. */
  readonly violations: Record<SendLimit, number> = { overall: 0, chat: 0, group: 0 };
  /** When what counts was sent, the oldest first, for each limit and chat. */
  readonly #sent = new Map<string, readonly number[]>();

  /**
   * Counts a call.
   *
   * @throws ApiFailure 429 where it is beyond a limit, with the seconds to wait
   */
  check(method: string, chatId: number, payload: Payload): void {
    const isSend = SENDS.includes(method);
    if (!isSend && !EDITS.includes(method)) return;
    const messages = method === 'sendMediaGroup' ? (payload.list('media') ?? []).length : 1;
    const now = performance.now();
    const counts = [this.#count('overall', 0, now), this.#count('chat', chatId, now)];
    if (isSend && chatId < 0) counts.push(this.#count('group', chatId, now));
    let wait = 0;
    for (const { limit, sent } of counts) {
      const { most, within } = LIMITS[limit];
      const inTheWay = sent[sent.length + (limit === 'chat' ? 1 : messages) - most - 1];
      if (inTheWay === undefined) continue;
      this.violations[limit] += 1;
      wait = Math.max(wait, inTheWay + within - now);
    }
    if (wait > 0) throw usualFailure(429, undefined, Math.ceil(wait / 1000));
    for (const { key, limit, sent } of counts) {
      const { most, within } = LIMITS[limit];
      // What is more than a burst uses up the next one.
      const added = Array.from({ length: messages }, (_, index) => now + Math.floor(index / most) * within);
      this.#sent.set(key, [...sent, ...added]);
    }
  }

  #count(limit: SendLimit, chatId: number, now: number) {
    const key = `${limit} ${chatId}`;
    return { key, limit, sent: (this.#sent.get(key) ?? []).filter((time) => time + LIMITS[limit].within > now) };
  }
}
