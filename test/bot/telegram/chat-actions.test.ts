import { Telegram } from 'telegraf';
import { expect, it } from 'vitest';
import { ChatActions } from '../../../src/bot/telegram/chat-actions.js';
import { TelegramClient } from '../../../src/bot/telegram/client.js';
import { createLog } from '../../../src/log.js';
import { Metrics } from '../../../src/metrics.js';
import { localTelegram, TOKEN } from '../../support/bot.js';

it('is shown once for all that is done in a chat at a time, and anew for what comes later', async () => {
  const telegram = await localTelegram();
  const [busy, other] = [telegram.privateChat(telegram.addUser()), telegram.privateChat(telegram.addUser())];
  const log = createLog({ level: 'silent', secrets: [] });
  const client = new TelegramClient(new Telegram(TOKEN, { apiRoot: telegram.root }), log, new Metrics());
  const actions = new ChatActions(client);
  const shown = (chat: number): number => telegram.calls.filter(({ payload }) => payload['chat_id'] === chat).length;

  let end = (): void => undefined;
  const work = new Promise<void>((resolve) => (end = resolve));
  const places = [busy, busy, busy, other].map(({ id }) => ({ chatId: id, threadId: undefined }));
  const all = places.map((place) => actions.during(place, 'typing', work));
  await telegram.waitUntil(() => shown(other.id) === 1 && shown(busy.id) > 0);
  expect(shown(busy.id)).toBe(1);
  end();
  await Promise.all(all);

  await actions.during({ chatId: busy.id, threadId: undefined }, 'typing', Promise.resolve());
  await telegram.waitUntil(() => shown(busy.id) === 2);
});
