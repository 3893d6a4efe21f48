import { describe, expect, it } from 'vitest';
import { limitersInMemory, SendPace } from '../../../src/bot/telegram/send-pace.js';
import type { Urgency } from '../../../src/bot/telegram/send-pace.js';

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
    const start = Date.now();
    const came = await turns(new SendPace(limitersInMemory()), new Array<Urgency>(61).fill('answer'));
    // Telegram takes thirty a second; timers count whole milliseconds and may be one early each time.
    expect((came[30]?.at ?? 0) - start).toBeGreaterThanOrEqual(990);
    expect((came[60]?.at ?? 0) - start).toBeGreaterThanOrEqual(1980);
  });

  it('that answer somebody go before those that merely follow', async () => {
    const came = await turns(new SendPace(limitersInMemory()), [
      ...new Array<Urgency>(20).fill('follow-up'),
      ...new Array<Urgency>(20).fill('answer'),
    ]);
    // The first that came was alone.
    expect(came.slice(1, 21).map(({ urgency }) => urgency)).toEqual(new Array<Urgency>(20).fill('answer'));
  });

  it('of one chat do not wait for those of another', async () => {
    const pace = new SendPace(limitersInMemory());
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
