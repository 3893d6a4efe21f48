import { Telegraf } from 'telegraf';
import type { Update } from 'telegraf/types';
import { describe, expect, it } from 'vitest';
import type { BotContext } from '../../src/bot/context.js';
import { receiveByWebhook } from '../../src/bot/receiving/by-webhook.js';
import type { ReceivingOptions, ReceivingState } from '../../src/bot/receiving/connecting.js';
import { receiveByPolling } from '../../src/bot/receiving/polling.js';
import type { UpdateOutcome } from '../../src/bot/state/updates.js';
import { createLog } from '../../src/log.js';
import { answeringServer } from '../support/answering-server.js';
import type { RawAnswer } from '../support/answering-server.js';
import { TOKEN } from '../support/bot.js';

const log = createLog({ level: 'silent', secrets: [] });

function ok(result: unknown): RawAnswer {
  return { body: JSON.stringify({ ok: true, result }) };
}

function refused(code: number, description: string): RawAnswer {
  return { status: code, body: JSON.stringify({ ok: false, error_code: code, description }) };
}

function updateOf(id: number) {
  return { update_id: id, message: { message_id: id, date: 1, chat: { id: 1, type: 'private' }, text: 'hello' } };
}

/** What receives, and what came of it; `stop` ends it. */
function receiver(root: string, answer: (id: number) => UpdateOutcome | Promise<UpdateOutcome> = () => 'answered') {
  const stopping = new AbortController();
  const taken: number[] = [];
  const states: ReceivingState[] = [];
  const options: ReceivingOptions = {
    telegraf: new Telegraf<BotContext>(TOKEN, { telegram: { apiRoot: root } }),
    jobs: {
      isReady: () => true,
      room: () => Promise.resolve(),
      take: ({ update_id: id }: Update) => {
        taken.push(id);
        return Promise.resolve({ answered: Promise.resolve(answer(id)) });
      },
    },
    log,
    signal: stopping.signal,
    onState: (state) => void states.push(state),
    onPending: () => undefined,
  };
  return {
    options,
    taken,
    states,
    stop: (): void => {
      stopping.abort();
    },
  };
}

const ME = { id: 7, is_bot: true, username: 'sorot_bot' };

/** Receives these batches, one a call, until Telegram has no more; what was taken, and which updates were asked for. */
async function received(
  batches: readonly (readonly number[])[],
  answer?: (id: number) => UpdateOutcome | Promise<UpdateOutcome>,
) {
  const asked: { readonly offset: number; readonly at: number }[] = [];
  const { root } = await answeringServer(({ method, body }) => {
    if (method !== 'getUpdates') return ok(method === 'getMe' ? ME : true);
    asked.push({ offset: (JSON.parse(body) as { offset: number }).offset, at: performance.now() });
    const batch = batches[asked.length - 1];
    if (batch === undefined) stop();
    return ok((batch ?? []).map(updateOf));
  });
  const { options, taken, states, stop } = receiver(root, answer);
  const receiving = receiveByPolling(options);
  await receiving.ended;
  await receiving.confirm();
  return { taken, offsets: asked.map(({ offset }) => offset), asked, states };
}

describe('updates by polling', () => {
  it('that are answered are confirmed by what is asked for next', async () => {
    const { taken, offsets, states } = await received([[10, 11], [], [12]]);
    expect(taken).toEqual([10, 11, 12]);
    expect(offsets).toEqual([0, 12, 12, 13]);
    expect(states[0]).toBe('connecting');
    expect(states.at(-1)).toBe('receiving');
  });

  it('that are not answered are not confirmed, nor are those after them, which are handled once', async () => {
    const never = new Promise<UpdateOutcome>(() => undefined);
    const answer = (id: number): UpdateOutcome | Promise<UpdateOutcome> => (id === 10 ? never : 'answered');
    const { taken, offsets } = await received(
      [
        [10, 11],
        [10, 11, 12],
        [10, 11, 12],
      ],
      answer,
    );
    expect(taken).toEqual([10, 11, 12]);
    expect(offsets).toEqual([0, 10, 10, 10]);
  });

  it('are not asked for from the same one on within half a second, for then Telegram gives only one', async () => {
    const never = new Promise<UpdateOutcome>(() => undefined);
    const { asked } = await received([[10], [10], [10]], () => never);
    const gaps = asked.slice(2, 4).map(({ at }, index) => at - (asked[index + 1]?.at ?? 0));
    expect(gaps).toHaveLength(2);
    for (const gap of gaps) expect(gap).toBeGreaterThan(500);
  });

  it('that are answered last of all are confirmed at the end', async () => {
    const { offsets } = await received([[10]], async (): Promise<UpdateOutcome> => {
      await new Promise(setImmediate);
      return 'answered';
    });
    expect(offsets.at(-1)).toBe(11);
  });

  it('for whose answer Telegram could not be reached are handled again', async () => {
    let tries = 0;
    const { taken, offsets } = await received([[10], [10]], () => (tries++ === 0 ? 'again' : 'answered'));
    expect(taken).toEqual([10, 10]);
    expect(offsets).toEqual([0, 10, 11]);
  });

  it('whose numbers begin anew, as after a week without any, are asked for from there', async () => {
    const { taken, offsets } = await received([[1_000_000], [500], [501]]);
    expect(taken).toEqual([1_000_000, 500, 501]);
    expect(offsets).toEqual([0, 1_000_001, 501, 502]);
  });

  it('come again where another process has set a webhook, which is deleted; three times, and it is a conflict', async () => {
    let conflicts = 0;
    const { root, calls } = await answeringServer(({ method }) => {
      if (method !== 'getUpdates') return ok(method === 'getMe' ? ME : true);
      if (conflicts++ < 3) {
        return refused(
          409,
          "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        );
      }
      stop();
      return ok([]);
    });
    const { options, states, stop } = receiver(root);
    await receiveByPolling(options).ended;
    expect(calls.filter(({ method }) => method === 'deleteWebhook')).toHaveLength(4);
    expect(states.at(-1)).toBe('taken-away');
  });
});

describe('a webhook', () => {
  const address = { url: 'https://example.org/hook', secret: 'secret' };

  it('that another process takes away is set again; three times, and it is a conflict', async () => {
    let looks = 0;
    const { root, calls } = await answeringServer(({ method }) => {
      if (method === 'getMe') return ok(ME);
      if (method !== 'getWebhookInfo') return ok(true);
      looks++;
      return ok({ url: looks === 2 ? address.url : '', pending_update_count: 3, has_custom_certificate: false });
    });
    const { options, states, stop } = receiver(root);
    const pending: number[] = [];
    const conflict = new Promise<void>((resolve) => {
      const onState = (state: ReceivingState): void => {
        states.push(state);
        if (state === 'taken-away') resolve();
      };
      const onPending = (count: number): void => void pending.push(count);
      const watched = { ...options, onState, onPending, lookEveryMs: 10 };
      void receiveByWebhook(watched, address).ended;
    });
    await conflict;
    stop();
    expect(states).toEqual(['connecting', 'receiving', 'receiving', 'receiving', 'receiving', 'taken-away']);
    expect(calls.filter(({ method }) => method === 'setWebhook')).toHaveLength(4);
    expect(pending).toEqual([3, 3, 3, 3]);
  });
});
