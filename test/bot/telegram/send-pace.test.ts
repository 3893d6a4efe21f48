import { describe, expect, it } from 'vitest';
import { SendPace } from '../../../src/bot/telegram/send-pace.js';
import type { Urgency } from '../../../src/bot/telegram/send-pace.js';

/** What Telegram allows in all: so many messages in any second. */
const MOST_A_SECOND = 30;

/** Asks for turns all at once, each for a chat of its own, and notes when each came. */
async function turns(pace: SendPace, urgencies: readonly Urgency[]) {
  const came: { readonly urgency: Urgency; readonly at: number }[] = [];
  const { signal } = new AbortController();
  await Promise.all(
    urgencies.map(async (urgency, chat) => {
      await pace.turn(chat + 1, 1, urgency, signal);
      came.push({ urgency, at: Date.now() });
    }),
  );
  return came;
}

describe('messages', () => {
  it('are sent no faster than Telegram takes them in all', async () => {
    const came = await turns(new SendPace(), new Array<Urgency>(65).fill('answer'));
    const within = came.slice(MOST_A_SECOND).map(({ at }, index) => at - (came[index]?.at ?? 0));
    // Timers count whole milliseconds.
    expect(Math.min(...within)).toBeGreaterThanOrEqual(998);
  });

  it('that answer somebody go before those that merely follow', async () => {
    const came = await turns(new SendPace(), [
      ...new Array<Urgency>(20).fill('follow-up'),
      ...new Array<Urgency>(20).fill('answer'),
    ]);
    // The first that came was alone.
    expect(came.slice(1, 21).map(({ urgency }) => urgency)).toEqual(new Array<Urgency>(20).fill('answer'));
  });

  it('of one chat do not wait for those of another', async () => {
    const pace = new SendPace();
    const { signal } = new AbortController();
    const order: number[] = [];
    const send = async (chat: number): Promise<void> => {
      await pace.turn(chat, 1, 'answer', signal);
      order.push(chat);
    };
    for (let sent = 0; sent < 12; sent++) await send(1);
    const ended = new AbortController();
    const late = pace.turn(1, 1, 'answer', ended.signal);
    await send(2);
    expect(order.at(-1)).toBe(2);
    ended.abort(new Error('over'));
    await expect(late).rejects.toThrow();
  });
});
