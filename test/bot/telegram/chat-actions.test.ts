import { Telegram } from 'telegraf';
import { expect, it } from 'vitest';
import { ChatActions } from '../../../src/bot/telegram/chat-actions.js';
import { TelegramClient } from '../../../src/bot/telegram/client.js';
import { createLog } from '../../../src/log.js';
import { Metrics } from '../../../src/metrics.js';
import { localTelegram, TOKEN } from '../../support/bot.js';

it('is shown once for all that takes a while in a chat, and not at all for what is done at once', async () => {
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

  // As long as it takes until the other one is shown, nothing is told of what is over.
  const [atOnce, late] = [busy, other].map(({ id }) => ({ chatId: id, threadId: undefined }));
  if (atOnce === undefined || late === undefined) throw new Error('There are two chats.');
  await actions.during(atOnce, 'typing', Promise.resolve());
  let endLate = (): void => undefined;
  const slow = actions.during(late, 'typing', new Promise<void>((resolve) => (endLate = resolve)));
  await telegram.waitUntil(() => shown(other.id) === 2);
  expect(shown(busy.id)).toBe(1);
  endLate();
  await slow;
});
