import { Telegram } from 'telegraf';
import { expect, it } from 'vitest';
import { TelegramClient } from '../../../src/bot/telegram/client.js';
import { Delivery } from '../../../src/bot/telegram/delivery.js';
import { limitersInMemory } from '../../../src/bot/telegram/send-pace.js';
import { createLog } from '../../../src/log.js';
import { Metrics } from '../../../src/metrics.js';
import { answeringServer } from '../../support/answering-server.js';
import { TOKEN } from '../../support/bot.js';

it('a message to a group that became a supergroup goes there, as a reply to nothing: its messages have other numbers', async () => {
  const { root, calls } = await answeringServer(({ body }) => {
    const { chat_id: chat } = JSON.parse(body) as { chat_id: number };
    if (chat === -1002) {
      const result = { message_id: 3, date: 1, chat: { id: -1002, type: 'supergroup', title: 'K' }, text: 'hello' };
      return { body: JSON.stringify({ ok: true, result }) };
    }
    const description = 'Bad Request: group chat was upgraded to a supergroup chat';
    const parameters = { migrate_to_chat_id: -1002 };
    return { status: 400, body: JSON.stringify({ ok: false, error_code: 400, description, parameters }) };
  });
  const log = createLog({ level: 'silent', secrets: [] });
  const metrics = new Metrics();
  const client = new TelegramClient(new Telegram(TOKEN, { apiRoot: root }), log, metrics);
  const delivery = new Delivery(client, limitersInMemory(), log, metrics);
  await delivery.text({ chatId: -1, threadId: undefined, replyTo: 77 }, 'hello');
  const [first, second] = calls.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  expect(first).toMatchObject({ chat_id: -1, reply_parameters: { message_id: 77 } });
  expect(second).toMatchObject({ chat_id: -1002, text: 'hello' });
  expect(second).not.toHaveProperty('reply_parameters');
});
