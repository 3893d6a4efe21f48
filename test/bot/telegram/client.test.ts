import { Telegram } from 'telegraf';
import { describe, expect, it } from 'vitest';
import { TelegramClient, TelegramFailure } from '../../../src/bot/telegram/client.js';
import type { LocalTelegram } from 'local-telegram';
import { createLog } from '../../../src/log.js';
import { Metrics } from '../../../src/metrics.js';
import { localTelegram, TOKEN } from '../../support/bot.js';

interface Connected {
  readonly telegram: LocalTelegram;
  readonly client: TelegramClient;
  readonly metrics: Metrics;
}

async function connected(): Promise<Connected> {
  const telegram = await localTelegram();
  telegram.privateChat(telegram.addUser({ id: 1 }));
  const metrics = new Metrics();
  const log = createLog({ level: 'silent', secrets: [] });
  return {
    telegram,
    metrics,
    client: new TelegramClient(new Telegram(TOKEN, { apiRoot: telegram.root }), log, metrics),
  };
}

const MESSAGE = { chat_id: 1, text: 'words that are nobody’s business' };

async function failure(call: Promise<unknown>): Promise<TelegramFailure> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof TelegramFailure) return error;
  throw new Error('Expected a TelegramFailure.', { cause: error });
}

describe('a call', () => {
  it('that only asks is made again where its answer breaks off', async () => {
    const { telegram, client } = await connected();
    telegram.fault({ method: 'getMe', kind: { brokenBody: 'chunked' } });
    expect(await client.call('getMe', {})).toMatchObject({ username: 'sorot_bot' });
  });

  it('that sends is not, for it may have arrived', async () => {
    const { telegram, client } = await connected();
    telegram.fault({ method: 'sendMessage', kind: { brokenBody: 'chunked' } });
    expect(await failure(client.call('sendMessage', MESSAGE))).toMatchObject({
      code: 'unknown',
      method: 'sendMessage',
    });
    expect(telegram.calls).toHaveLength(1);
  });

  it.each([
    [{ status: 400, description: 'Bad Request: chat not found' }, 'refused'],
    [{ status: 403, description: 'Forbidden: bot was kicked from the group chat' }, 'blocked'],
    [{ status: 429, retryAfter: 3600 }, 'unreached'],
  ] as const)('answered with %o has failed as %s, with neither what it held nor the token', async (kind, code) => {
    const { telegram, client } = await connected();
    telegram.fault({ method: 'sendMessage', kind });
    const failed = await failure(client.call('sendMessage', MESSAGE));
    expect(failed.code).toBe(code);
    const told = `${failed.stack ?? ''} ${JSON.stringify(failed)} ${String(failed.cause)}`;
    expect(told).not.toContain(MESSAGE.text);
    expect(told).not.toContain(TOKEN);
    expect(failed.cause).toBeUndefined();
  });

  it('is counted by its outcome, each try', async () => {
    const { telegram, client, metrics } = await connected();
    telegram.fault({ method: 'sendMessage', kind: { status: 500 } });
    await client.call('sendMessage', MESSAGE);
    telegram.fault({ method: 'sendMessage', kind: { status: 400, description: 'Bad Request: chat not found' } });
    await failure(client.call('sendMessage', MESSAGE));
    const text = await metrics.text();
    for (const outcome of ['unreached', 'ok', 'refused']) {
      expect(text).toContain(`sorot_telegram_calls_total{method="sendMessage",outcome="${outcome}"} 1`);
    }
  });

  it('ends with the client, whatever it waits for', async () => {
    const { telegram, client } = await connected();
    telegram.fault({ method: 'sendMessage', kind: { status: 429, retryAfter: 60 } });
    const failed = failure(client.call('sendMessage', MESSAGE));
    await telegram.waitForCall('sendMessage', ({ status }) => status === 429);
    client.stop();
    expect((await failed).code).toBe('unknown');
    expect(telegram.calls).toHaveLength(1);
  });
});
