import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalTelegram } from 'local-telegram';
import {
  botApiSpec,
  callViolations,
  callViolationsOf,
  resultViolations,
  sentViolationsOf,
  SPEC_FILE,
} from '../../../test/support/bot-api-spec.js';
import { conformanceData } from '../../../test/support/conformance-data.js';
import { call, TOKEN } from './requests.js';

// Here alone, for all tests that hold calls to it.
conformanceData(SPEC_FILE, 'calls, answers and updates as the Bot API has them');
const spec = botApiSpec();

let telegram: LocalTelegram;

beforeEach(async () => {
  telegram = await LocalTelegram.start({ token: TOKEN });
});

afterEach(() => telegram.close());

describe.skipIf(spec === null)('the check against the Bot API', () => {
  const check = (method: string, payload: Record<string, unknown>) =>
    spec === null ? [] : callViolations(spec, method, payload);

  it.each<[string, Record<string, unknown>, string[]]>([
    ['sendMessage', { chat_id: 1, text: 'x' }, []],
    ['sendMessage', { chat_id: '@name', text: 'x', reply_parameters: { message_id: 1 } }, []],
    ['sendMessage', { chat_id: 1 }, ['sendMessage.text: missing']],
    ['sendMessage', { chat_id: 1.5, text: 'x' }, ['sendMessage.chat_id: expected Integer, got number']],
    [
      'sendMessage',
      { chat_id: 1, text: 'x', disable_web_page_preview: true },
      ['sendMessage.disable_web_page_preview: unknown field'],
    ],
    [
      'sendMessage',
      { chat_id: 1, text: 'x', reply_parameters: '[object Object]' },
      ['sendMessage.reply_parameters: expected ReplyParameters, got "[object Object]"'],
    ],
    [
      'sendMessage',
      { chat_id: 1, text: 'x', reply_markup: { inline_keyboard: [[{ text: 5 }]] } },
      ['sendMessage.reply_markup.inline_keyboard[0][0].text: expected String, got number'],
    ],
    ['setMyCommands', { commands: [], scope: { type: 'chat', chat_id: 1 } }, []],
    ['setMyCommands', { commands: [], scope: { type: 'chat' } }, ['setMyCommands.scope.type: must be default']],
    ['sendEverything', {}, ['sendEverything: there is no such method']],
    ['sendPhoto', { chat_id: 1, photo: { upload: new Uint8Array(1), filename: 'x.jpg', mimeType: 'image/jpeg' } }, []],
    [
      'sendMediaGroup',
      {
        chat_id: 1,
        media: [{ type: 'photo', media: 'attach://a' }],
        a: { upload: new Uint8Array(1), filename: 'x.jpg', mimeType: 'image/jpeg' },
      },
      [],
    ],
  ])('finds in %s %j: %j', (method, payload, found) => {
    expect(check(method, payload)).toEqual(found);
  });

  it('finds what an answer lacks or adds', () => {
    if (spec !== null) {
      expect(resultViolations(spec, 'getMe', { id: 1, is_bot: true, shoe_size: 43 })).toEqual([
        'getMe result.shoe_size: unknown field',
        'getMe result.first_name: missing',
      ]);
    }
  });

  it('looks at what the bot called and at what it got', async () => {
    await call(telegram, 'sendMessage', { chat: 1, text: 'x' });
    const { update_id: id } = telegram.pushUpdate({ poll: {} });
    await call(telegram, 'getUpdates');
    expect(callViolationsOf(telegram)).toEqual(['sendMessage.chat: unknown field', 'sendMessage.chat_id: missing']);
    expect(sentViolationsOf(telegram)).toContain(`update ${id}.poll.id: missing`);
  });
});
