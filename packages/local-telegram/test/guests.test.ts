import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalTelegram, type Chat, type Update, type User } from 'local-telegram';
import { sentViolationsOf } from '../../../test/support/bot-api-spec.js';
import { call, photo, TOKEN } from './requests.js';

let telegram: LocalTelegram;
let ayu: User;
let budi: User;
let group: Chat;
let next: number;

beforeEach(async () => {
  telegram = await LocalTelegram.start({ token: TOKEN });
  telegram.setGuestQueries(true);
  ayu = telegram.addUser({ firstName: 'Ayu' });
  budi = telegram.addUser({ firstName: 'Budi' });
  group = telegram.addGroup({ title: 'Elsewhere', members: [ayu, budi] });
  next = 1;
  await call(telegram, 'getUpdates', { allowed_updates: ['message', 'guest_message'] });
  telegram.setRole(group, telegram.bot, 'left');
});

afterEach(async () => {
  const violations = sentViolationsOf(telegram);
  await telegram.close();
  expect(violations).toEqual([]);
});

/** Those since the last time. */
async function guestMessages(): Promise<NonNullable<Update['guest_message']>[]> {
  const { result } = await call(telegram, 'getUpdates', { offset: next });
  const updates = result as Update[];
  next = (updates.at(-1)?.update_id ?? 0) + 1;
  return updates.flatMap(({ guest_message: message }) => message ?? []);
}

function answer(id: string | undefined, message_text: string, fields: Record<string, unknown> = {}) {
  const result = { type: 'article', id: '1', title: 'Answer', ...fields, input_message_content: { message_text } };
  return call(telegram, 'answerGuestQuery', { guest_query_id: id ?? '', result });
}

describe('a guest query', () => {
  it('is a mention of the bot where it is not, with the message replied to', async () => {
    const theirs = await telegram.sendPhoto(ayu, group, await photo(20, 20));
    telegram.sendText(budi, group, 'no mention', { replyTo: theirs });
    telegram.sendText(budi, group, 'for @test_bot_2', { replyTo: theirs });
    telegram.sendText(budi, group, 'what is it, @Test_Bot?', { replyTo: theirs });
    expect(await guestMessages()).toMatchObject([
      {
        chat: { id: group.id },
        from: { id: budi.id },
        guest_query_id: expect.stringMatching(/^\d+$/) as string,
        reply_to_message: { photo: theirs.photo },
      },
    ]);
    const captioned = await telegram.sendPhoto(budi, group, await photo(20, 20), { caption: '@test_bot' });
    expect(await guestMessages()).toMatchObject([{ photo: captioned.photo }]);
  });

  it('may come from a chat with the number of another', async () => {
    const own = telegram.privateChat(budi);
    const ofTwo = telegram.chatOfTwo(ayu, budi);
    expect(ofTwo.id).toBe(own.id);
    telegram.sendText(ayu, ofTwo, '@test_bot');
    const [query] = await guestMessages();
    expect(await answer(query?.guest_query_id, 'hello')).toMatchObject({ ok: true });
    expect(telegram.messagesOf(ofTwo)).toHaveLength(2);
    expect(telegram.messagesOf(own)).toEqual([]);
  });

  it('is none where the bot is, or does not take them', async () => {
    telegram.setRole(group, telegram.bot, 'administrator', ayu);
    telegram.sendText(ayu, group, 'hello @test_bot');
    expect(await guestMessages()).toEqual([]);
    telegram.setRole(group, telegram.bot, 'left');
    telegram.setGuestQueries(false);
    telegram.sendText(ayu, group, 'hello @test_bot');
    expect(await guestMessages()).toEqual([]);
    expect((await call(telegram, 'getMe')).result).toMatchObject({ supports_guest_queries: false });
  });

  it('is answered once, with a text that everybody there sees', async () => {
    const asked = telegram.sendText(budi, group, '@test_bot');
    const [query] = await guestMessages();
    const result = {
      type: 'article',
      id: '1',
      title: 'Answer',
      input_message_content: { message_text: '<b>A dog</b>', parse_mode: 'HTML' },
    };
    const answered = { guest_query_id: query?.guest_query_id ?? '', result };
    expect(await call(telegram, 'answerGuestQuery', answered)).toMatchObject({
      result: { inline_message_id: expect.any(String) as string },
    });
    expect(telegram.messagesOf(group).at(-1)).toMatchObject({
      from: { id: telegram.bot.id },
      guest_bot_caller_user: { id: budi.id },
      text: 'A dog',
      entities: [{ type: 'bold', offset: 0, length: 5 }],
      reply_to_message: { message_id: asked.message_id },
    });
    expect(await call(telegram, 'answerGuestQuery', answered)).toMatchObject({
      error_code: 400,
      description: 'Bad Request: query is too old and response timeout expired or query ID is invalid',
    });
  });
});

it.each([
  [{ type: 'photo' }, 'x', /^Bad Request: RESULT_TYPE_INVALID/],
  [{ id: '' }, 'x', /^Bad Request: RESULT_ID_INVALID/],
  [{ id: 'é'.repeat(33) }, 'x', /^Bad Request: RESULT_ID_INVALID/],
  [{ title: '' }, 'x', /^Bad Request: ARTICLE_TITLE_EMPTY/],
  [{}, '', /^Bad Request: message text is empty/],
  [{}, 'x'.repeat(4097), /^Bad Request: message is too long/],
])('an answer with %j and text "%.10s" is refused, and may be given again', async (fields, text, words) => {
  telegram.sendText(budi, group, '@test_bot');
  const [query] = await guestMessages();
  expect((await answer(query?.guest_query_id, text, fields)).description).toMatch(words);
  expect(telegram.messagesOf(group)).toHaveLength(1);
  expect(await answer(query?.guest_query_id, 'hello')).toMatchObject({ ok: true });
});
