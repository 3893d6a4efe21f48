import { Telegraf } from 'telegraf';
import { describe, expect, it } from 'vitest';
import type { BotContext } from '../../src/bot/context.js';
import { receiveByPolling } from '../../src/bot/receiving.js';
import type { ReceivingState } from '../../src/bot/receiving.js';
import { createLog } from '../../src/log.js';
import { answeringServer } from '../support/answering-server.js';
import type { RawAnswer } from '../support/answering-server.js';
import { TOKEN } from '../support/bot.js';

const log = createLog({ level: 'silent', secrets: [] });

function ok(result: unknown): RawAnswer {
  return { body: JSON.stringify({ ok: true, result }) };
}

function updateOf(id: number) {
  return { update_id: id, message: { message_id: id, date: 1, chat: { id: 1, type: 'private' }, text: 'hello' } };
}

/** Receives these batches, one a call, until Telegram has no more; what was taken, and which updates were asked for. */
async function received(batches: readonly (readonly number[])[], roomFor = Infinity) {
  const stopping = new AbortController();
  const taken: number[] = [];
  const offsets: unknown[] = [];
  const { root } = await answeringServer(({ method, body }) => {
    if (method !== 'getUpdates') return ok(method === 'getMe' ? { id: 7, is_bot: true, username: 'sorot_bot' } : true);
    offsets.push((JSON.parse(body) as { offset: unknown }).offset);
    const batch = batches[offsets.length - 1];
    if (batch === undefined) stopping.abort();
    return ok((batch ?? []).map(updateOf));
  });
  const telegraf = new Telegraf<BotContext>(TOKEN, { telegram: { apiRoot: root } });
  telegraf.use((ctx) => {
    taken.push(ctx.update.update_id);
  });
  const room = (): Promise<void> => {
    if (taken.length >= roomFor) stopping.abort();
    return Promise.resolve();
  };
  const states: ReceivingState[] = [];
  const onState = (state: ReceivingState): void => void states.push(state);
  await receiveByPolling({ bot: { telegraf, room }, log, signal: stopping.signal, onState });
  return { taken, offsets, states };
}

describe('updates by polling', () => {
  it('are asked for from the last one on, and confirmed at the end', async () => {
    const { taken, offsets, states } = await received([[10, 11], [], [12]]);
    expect(taken).toEqual([10, 11, 12]);
    expect(offsets).toEqual([0, 12, 12, 13, 13]);
    expect(states[0]).toBe('connecting');
    expect(states.at(-1)).toBe('receiving');
  });

  it('whose numbers begin anew, as after a week without any, are asked for from there', async () => {
    const { taken, offsets } = await received([[1_000_000], [500], [501]]);
    expect(taken).toEqual([1_000_000, 500, 501]);
    expect(offsets).toEqual([0, 1_000_001, 501, 502, 502]);
  });

  it('that were not taken any more before the end are left for the next process', async () => {
    const { taken, offsets } = await received([[10, 11, 12, 13]], 2);
    expect(taken).toEqual([10, 11]);
    expect(offsets).toEqual([0, 12]);
  });
});
