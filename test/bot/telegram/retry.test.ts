import { Telegram } from 'telegraf';
import { describe, expect, it } from 'vitest';
import { forTelegraf } from '../../../src/bot/telegram/client.js';
import { failureOf, withDeadline, withRetries } from '../../../src/bot/telegram/retry.js';
import type { Failure } from '../../../src/bot/telegram/retry.js';
import type { FaultKind } from 'local-telegram';
import { answeringServer } from '../../support/answering-server.js';
import { localTelegram, TOKEN } from '../../support/bot.js';

const NEVER = new AbortController().signal;

/** What telegraf throws where a message is sent to this address. */
async function thrown(apiRoot: string, signal = NEVER): Promise<unknown> {
  const telegram = new Telegram(TOKEN, { apiRoot });
  return telegram.callApi('sendMessage', { chat_id: 1, text: 'hello' }, { signal: forTelegraf(signal) }).then(
    () => new Error('Nothing was thrown.'),
    (error: unknown) => error,
  );
}

describe('what a failed call says', () => {
  it.each<[string, FaultKind, Failure]>([
    ['flood control', { status: 429, retryAfter: 7 }, { kind: 'flood', seconds: 7 }],
    ['an error of Telegram’s own', { status: 500 }, { kind: 'unreached' }],
    ['a bad gateway', { status: 502 }, { kind: 'unreached' }],
    ['a connection that drops', { drop: 'before' }, { kind: 'unreached' }],
    ['an answer that breaks off', { brokenBody: 'chunked' }, { kind: 'unknown' }],
    [
      'a refusal',
      { status: 403, description: 'Forbidden: bot was blocked by the user' },
      { kind: 'refused', code: 403, description: 'Forbidden: bot was blocked by the user' },
    ],
  ])('%s', async (_, kind, failure) => {
    const telegram = await localTelegram();
    const user = telegram.addUser({ id: 1 });
    telegram.privateChat(user);
    telegram.fault({ method: 'sendMessage', kind });
    expect(failureOf(await thrown(telegram.root))).toEqual(failure);
  });

  it('nobody there', async () => {
    const telegram = await localTelegram();
    await telegram.close();
    expect(failureOf(await thrown(telegram.root))).toEqual({ kind: 'unreached' });
  });

  it('a page instead of an answer', async () => {
    const { root } = await answeringServer(() => ({ body: '<html>Welcome to nginx</html>' }));
    expect(failureOf(await thrown(root))).toEqual({ kind: 'unknown' });
  });

  it('a group that has another number now', async () => {
    const description = 'Bad Request: group chat was upgraded to a supergroup chat';
    const parameters = { migrate_to_chat_id: -1002 };
    const body = JSON.stringify({ ok: false, error_code: 400, description, parameters });
    const { root } = await answeringServer(() => ({ status: 400, body }));
    expect(failureOf(await thrown(root))).toEqual({ kind: 'refused', code: 400, description, migratedTo: -1002 });
  });

  it('a call that was ended', async () => {
    const telegram = await localTelegram();
    telegram.fault({ method: 'sendMessage', kind: { hold: new Promise<void>(() => undefined) } });
    const stop = new AbortController();
    const failed = thrown(telegram.root, stop.signal);
    await telegram.waitUntil(() => telegram.calls.some(({ method }) => method === 'sendMessage'));
    stop.abort();
    expect(failureOf(await failed)).toEqual({ kind: 'unknown' });
  });
});

describe('a call', () => {
  it('is ended by its deadline', async () => {
    const forEver = (signal: AbortSignal): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('ended'));
        });
      });
    await expect(withDeadline(forEver, NEVER, 1)).rejects.toThrow('ended');
  });

  it('that was ended before it began is not begun with a signal that still waits', async () => {
    const stopped = AbortSignal.abort(new Error('stopped'));
    await expect(withDeadline((signal) => Promise.resolve(signal.aborted), stopped)).resolves.toBe(true);
  });

  it('is given up at once where a longer wait is asked for than an answer is worth', async () => {
    const telegram = await localTelegram();
    const user = telegram.addUser({ id: 1 });
    telegram.privateChat(user);
    telegram.fault({ method: 'sendMessage', times: 2, kind: { status: 429, retryAfter: 3600 } });
    const sending = withRetries(
      async () => {
        throw await thrown(telegram.root);
      },
      { repeatable: false, signal: NEVER, onRetry: () => undefined },
    );
    await expect(sending).rejects.toThrow(/3600|Too Many Requests/);
    expect(telegram.calls).toHaveLength(1);
  });
});
