import { usualFailure } from './errors.js';
import type { Payload } from './payload.js';

/** What a bot may write too much to: all chats together, one chat, one group. */
export type SendLimit = 'overall' | 'chat' | 'group';

const SENDS = ['sendMessage', 'sendPhoto', 'sendDocument', 'sendMediaGroup'];
const EDITS = ['editMessageText', 'editMessageCaption', 'editMessageMedia', 'editMessageReplyMarkup'];

/** So many messages at once, and another one each time that so many milliseconds have passed. */
const LIMITS: Readonly<Record<SendLimit, { readonly burst: number; readonly every: number }>> = {
  overall: { burst: 30, every: 1000 / 30 },
  chat: { burst: 25, every: 1000 },
  group: { burst: 20, every: 3000 },
};

/**
 * Telegram's limits on what a bot writes. Its FAQ (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits) names
 * them: about 30 messages a second in all, 20 a minute in a group, and in a chat one a second, with "short bursts" of
 * which it gives no size, taken here for 25. How they are counted it does not say: here by a bucket that runs empty
 * (https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm). Each item of an album is a message; an edit counts as
 * one, but not for a group's 20. What was refused does not count.
 */
export class SendLimits {
  /** How often calls were refused, by the limit that they were beyond. */
  readonly violations: Record<SendLimit, number> = { overall: 0, chat: 0, group: 0 };
  /** When the bucket of each limit and chat will be empty. */
  readonly #emptyAt = new Map<string, number>();

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
    const after = new Map([this.#after('overall', 0, messages, now), this.#after('chat', chatId, messages, now)]);
    if (isSend && chatId < 0) after.set(...this.#after('group', chatId, messages, now));
    let wait = 0;
    for (const { limit, emptyAt } of after.values()) {
      const { burst, every } = LIMITS[limit];
      const beyond = emptyAt - now - burst * every;
      // Thirds of a millisecond do not add up to whole ones.
      if (beyond < 0.01) continue;
      this.violations[limit] += 1;
      wait = Math.max(wait, beyond);
    }
    if (wait > 0) throw usualFailure(429, undefined, Math.ceil(wait / 1000));
    for (const [key, { emptyAt }] of after) this.#emptyAt.set(key, emptyAt);
  }

  #after(limit: SendLimit, chatId: number, messages: number, now: number) {
    const key = `${limit} ${chatId}`;
    const emptyAt = Math.max(this.#emptyAt.get(key) ?? 0, now) + messages * LIMITS[limit].every;
    return [key, { limit, emptyAt }] as const;
  }
}
