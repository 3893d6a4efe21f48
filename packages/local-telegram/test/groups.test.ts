import { Telegram } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalTelegram, type Chat, type Message, type User } from 'local-telegram';
import { violationsOf } from '../../../test/support/bot-api-spec.js';
import { call, photo, TOKEN } from './requests.js';

let telegram: LocalTelegram;
let bot: Telegram;
let ayu: User;
let budi: User;
let group: Chat;

beforeEach(async () => {
  telegram = await LocalTelegram.start({ token: TOKEN });
  bot = new Telegram(TOKEN, { apiRoot: telegram.root });
  ayu = telegram.addUser({ firstName: 'Ayu' });
  budi = telegram.addUser({ firstName: 'Budi' });
  group = telegram.addGroup({ title: 'Kelompok', members: [ayu, budi], admins: [ayu] });
});

afterEach(async () => {
  const violations = violationsOf(telegram);
  await telegram.close();
  expect(violations).toEqual([]);
});

/** Whether what someone does now reaches the bot. */
async function isSeen(act: () => unknown): Promise<boolean> {
  const before = telegram.pendingUpdates;
  await act();
  return telegram.pendingUpdates > before;
}

describe('privacy mode on', () => {
  it.each([
    ['hello', false],
    ['hello @test_bot', false],
    ['@test_bot what is this?', false],
    ['/explain', true],
    ['/explain@test_bot', true],
    ['/explain@TEST_BOT 2', true],
    ['/explain@other_bot', false],
    ['see /explain', false],
  ])('a plain "%s": seen is %s', async (text, seen) => {
    expect(await isSeen(() => telegram.sendText(budi, group, text))).toBe(seen);
  });

  it('hides photos, unless their caption is a command for the bot', async () => {
    const bytes = await photo(20, 20);
    expect(await isSeen(() => telegram.sendPhoto(budi, group, bytes))).toBe(false);
    expect(await isSeen(() => telegram.sendPhoto(budi, group, bytes, { caption: 'my dog' }))).toBe(false);
    expect(await isSeen(() => telegram.sendPhoto(budi, group, bytes, { caption: '/explain@test_bot' }))).toBe(true);
  });

  it('shows replies to the bot and to commands for it, and hides replies to others', async () => {
    const theirs = await telegram.sendPhoto(ayu, group, await photo(20, 20));
    expect(await isSeen(() => telegram.sendText(budi, group, 'what is it?', { replyTo: theirs }))).toBe(false);
    expect(await isSeen(() => telegram.sendText(budi, group, '/explain', { replyTo: theirs }))).toBe(true);
    const { result } = await call(telegram, 'sendMessage', { chat_id: group.id, text: 'a dog' });
    expect(await isSeen(() => telegram.sendText(budi, group, 'why?', { replyTo: result as Message }))).toBe(true);
    const command = telegram.sendText(ayu, group, '/explain');
    expect(await isSeen(() => telegram.sendText(budi, group, 'please', { replyTo: command }))).toBe(true);
  });

  it('carries the photo replied to with the command', async () => {
    const theirs = await telegram.sendPhoto(ayu, group, await photo(20, 20));
    telegram.sendText(budi, group, '/explain', { replyTo: theirs });
    const { result } = await call(telegram, 'getUpdates');
    expect(result).toMatchObject([
      { message: { text: '/explain', reply_to_message: { photo: theirs.photo, from: { id: ayu.id } } } },
    ]);
  });

  it('gives plain commands to the bot that posted last', async () => {
    const other = telegram.addUser({ firstName: 'Other', username: 'other_bot', bot: true });
    telegram.addMember(group, other, ayu);
    expect(await isSeen(() => telegram.sendText(budi, group, '/help'))).toBe(false);
    await bot.sendMessage(group.id, 'hello');
    expect(await isSeen(() => telegram.sendText(budi, group, '/help'))).toBe(true);
    telegram.sendText(other, group, 'me too');
    expect(await isSeen(() => telegram.sendText(budi, group, '/help'))).toBe(false);
    expect(await isSeen(() => telegram.sendText(budi, group, '/help@test_bot'))).toBe(true);
  });

  it('ends with an admin bot, or when it is switched off', async () => {
    expect((await bot.getMe()).can_read_all_group_messages).toBe(false);
    telegram.setRole(group, telegram.bot, 'administrator');
    expect(await isSeen(() => telegram.sendText(budi, group, 'hello'))).toBe(true);
    telegram.setRole(group, telegram.bot, 'member');
    expect(await isSeen(() => telegram.sendText(budi, group, 'hello'))).toBe(false);
    telegram.setPrivacy(false);
    expect((await bot.getMe()).can_read_all_group_messages).toBe(true);
    expect(await isSeen(() => telegram.sendText(budi, group, 'hello'))).toBe(true);
  });
});

describe('members', () => {
  it('are told apart by role', async () => {
    expect((await bot.getChatMember(group.id, ayu.id)).status).toBe('creator');
    expect((await bot.getChatMember(group.id, budi.id)).status).toBe('member');
    telegram.setRole(group, budi, 'administrator');
    expect((await bot.getChatMember(group.id, budi.id)).status).toBe('administrator');
    expect((await bot.getChatAdministrators(group.id)).map(({ user }) => user.id)).toEqual([ayu.id, budi.id]);
    const stranger = telegram.addUser();
    expect((await bot.getChatMember(group.id, stranger.id)).status).toBe('left');
    await expect(bot.getChatMember(group.id, 5)).rejects.toThrow('Bad Request: PARTICIPANT_ID_INVALID');
    await expect(bot.getChatAdministrators(telegram.privateChat(ayu).id)).rejects.toThrow(
      'there are no administrators in the private chat',
    );
  });

  it('may write anonymously as admins', async () => {
    const message = telegram.sendText(ayu, group, '/auto on', { anonymous: true });
    expect(message).toMatchObject({ from: { id: 1087968824, is_bot: true }, sender_chat: { id: group.id } });
    expect(telegram.pendingUpdates).toBe(1);
    expect(() => telegram.sendText(budi, group, 'x', { anonymous: true })).toThrow('no admin');
    await call(telegram, 'getUpdates');
  });

  it('add and remove the bot', async () => {
    telegram.setRole(group, telegram.bot, 'kicked', ayu);
    await expect(bot.sendMessage(group.id, 'x')).rejects.toThrow('Forbidden: bot was kicked from the supergroup chat');
    telegram.addMember(group, telegram.bot, ayu);
    telegram.setRole(group, telegram.bot, 'left');
    await expect(bot.sendMessage(group.id, 'x')).rejects.toThrow('bot is not a member of the supergroup chat');
    const { result } = await call(telegram, 'getUpdates');
    expect(result).toMatchObject([
      { my_chat_member: { new_chat_member: { status: 'kicked' }, from: { id: ayu.id } } },
      { my_chat_member: { new_chat_member: { status: 'member' } } },
      { message: { new_chat_members: [{ id: telegram.bot.id }] } },
      { my_chat_member: { new_chat_member: { status: 'left' } } },
    ]);
  });

  it('are told apart from strangers', () => {
    expect(() => telegram.sendText(telegram.addUser(), group, 'x')).toThrow('is not in this chat');
  });
});

describe('topics', () => {
  it('keep what belongs to them', async () => {
    const forum = telegram.addGroup({ title: 'Forum', members: [ayu], admins: [ayu], forum: true });
    const topic = telegram.addTopic(forum, 'Dogs');
    const asked = telegram.sendText(ayu, forum, '/help', { topic });
    expect(asked).toMatchObject({
      message_thread_id: topic,
      is_topic_message: true,
      reply_to_message: { message_id: topic, forum_topic_created: { name: 'Dogs' } },
    });
    const sent = await bot.sendMessage(forum.id, 'in it', { message_thread_id: topic });
    expect(sent).toMatchObject({ message_thread_id: topic, is_topic_message: true });
    const reply = await bot.sendMessage(forum.id, 'in it too', { reply_parameters: { message_id: asked.message_id } });
    expect(reply).toMatchObject({ message_thread_id: topic, reply_to_message: { message_id: asked.message_id } });
    expect(await bot.sendMessage(forum.id, 'in General')).not.toHaveProperty('message_thread_id');
    await expect(bot.sendMessage(forum.id, 'x', { message_thread_id: 999 })).rejects.toThrow(
      'Bad Request: message thread not found',
    );
  });

  it('are not the threads of replies in a plain group', async () => {
    const root = telegram.sendText(ayu, group, 'hello');
    const reply = telegram.sendText(budi, group, '/help', { replyTo: root });
    expect(reply.message_thread_id).toBe(root.message_id);
    expect(reply).not.toHaveProperty('is_topic_message');
    await expect(bot.sendMessage(group.id, 'x', { message_thread_id: root.message_id })).rejects.toThrow(
      'Bad Request: message thread not found',
    );
  });
});
