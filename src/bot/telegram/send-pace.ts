import { setTimeout as wait } from 'node:timers/promises';
import PQueue from 'p-queue';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';

/**
 * Half of what Telegram allows, in half of its time, so that two windows that follow one another stay within it: 30
 * messages a second in all and 20 a minute in a group (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits); in
 * a chat one a second and "short bursts" of which it gives no size, taken for 25.
 */
export const LIMITS = {
  overall: { points: 15, duration: 0.5 },
  chat: { points: 12, duration: 12 },
  group: { points: 10, duration: 30 },
} as const;

/** What grants the messages of each limit; durations are seconds. */
export type Limiters = Readonly<Record<keyof typeof LIMITS, RateLimiterAbstract>>;

/** For a bot that is one process. */
export function limitersInMemory(): Limiters {
  return {
    overall: new RateLimiterMemory(LIMITS.overall),
    chat: new RateLimiterMemory(LIMITS.chat),
    group: new RateLimiterMemory(LIMITS.group),
  };
}

/** Answers go before what merely follows them. */
export type Urgency = 'answer' | 'follow-up';

/** As p-queue takes it: the higher goes first. */
export const PRIORITY: Readonly<Record<Urgency, number>> = { answer: 1, 'follow-up': 0 };

/** Lets messages through no faster than Telegram takes them, so that it need not refuse any. */
export class SendPace {
  readonly #limiters: Limiters;
  /** No longer than there are chats that something is sent to. */
  readonly #everybody = new PQueue({ concurrency: 1 });

  constructor(limiters: Limiters) {
    this.#limiters = limiters;
  }

  /**
   * Resolves when so many messages may be sent to a chat. Of one chat only one may wait at a time.
   *
   * @param chatId null for a chat that the bot is not in, of which only Telegram knows which it is.
   * @param signal ends the wait with its reason.
   */
  async turn(chatId: number | null, messages: number, urgency: Urgency, signal: AbortSignal): Promise<void> {
    const overall = (): Promise<unknown> =>
      this.#everybody.add(() => this.#take('overall', 'all', messages, signal), { priority: PRIORITY[urgency] });
    const own: Promise<boolean>[] = [];
    if (chatId !== null) own.push(this.#take('chat', String(chatId), messages, signal));
    // Groups and channels have negative numbers.
    if (chatId !== null && chatId < 0) own.push(this.#take('group', String(chatId), messages, signal));
    // At once, as each takes time where it is counted elsewhere.
    const [waited] = await Promise.all([Promise.all(own), overall()]);
    // What was granted before the wait was for that moment.
    if (waited.includes(true)) await overall();
  }

  /** Whether it had to be waited for. */
  async #take(limit: keyof typeof LIMITS, key: string, messages: number, signal: AbortSignal): Promise<boolean> {
    const { points, duration } = LIMITS[limit];
    for (let waited = false; ; waited = true) {
      try {
        await this.#limiters[limit].consume(key, Math.min(messages, points));
        return waited;
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        // A clock that was put back makes it a longer time than there is.
        await wait(Math.min(refusal.msBeforeNext, duration * 1000), undefined, { signal });
      }
    }
  }
}
