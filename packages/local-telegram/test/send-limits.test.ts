import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LocalTelegram, type Chat, type User } from 'local-telegram';
import { call, callWithForm, photo, TOKEN, type Reply } from './requests.js';

let telegram: LocalTelegram;
let ayu: User;

beforeEach(async () => {
  // The clock stands still but where a test says that time goes by.
  vi.useFakeTimers({ toFake: ['performance'] });
  telegram = await LocalTelegram.start({ token: TOKEN, limits: 'as Telegram' });
  ayu = telegram.addUser();
});

afterEach(async () => {
  await telegram.close();
  vi.useRealTimers();
});

function say({ id }: Chat, text = 'hello'): Promise<Reply> {
  return call(telegram, 'sendMessage', { chat_id: id, text });
}

/** How many of these were answered, one after the other. */
async function answered(times: number, ask: () => Promise<Reply>): Promise<number> {
  let count = 0;
  for (let i = 0; i < times; i++) count += (await ask()).ok ? 1 : 0;
  return count;
}

async function album({ id }: Chat, items: number): Promise<Reply> {
  const files = Array.from({ length: items }, (_, index) => `p${index}`);
  const bytes = await photo(20, 20);
  return callWithForm(telegram, 'sendMediaGroup', {
    chat_id: String(id),
    media: JSON.stringify(files.map((name) => ({ type: 'photo', media: `attach://${name}` }))),
    ...Object.fromEntries(files.map((name) => [name, { filename: 'a.jpg', bytes }])),
  });
}

function retryAfter(seconds: number) {
  return {
    ok: false,
    error_code: 429,
    description: `Too Many Requests: retry after ${seconds}`,
    parameters: { retry_after: seconds },
  };
}

describe('a bot may write', () => {
  it('thirty messages a second in all', async () => {
    const chats = Array.from({ length: 31 }, () => telegram.privateChat(telegram.addUser()));
    const replies = await Promise.all(chats.map((chat) => say(chat)));
    expect(replies.filter(({ ok }) => ok)).toHaveLength(30);
    expect(replies.filter(({ ok }) => !ok)).toEqual([retryAfter(1)]);
    expect(telegram.violations).toEqual({ overall: 1, chat: 0, group: 0 });
    vi.advanceTimersByTime(1000);
    const late = telegram.privateChat(ayu);
    expect((await say(late)).ok).toBe(true);
  });

  it('one message a second in a chat, after a burst of 25', async () => {
    const chat = telegram.privateChat(ayu);
    expect(await answered(25, () => say(chat))).toBe(25);
    expect(await say(chat)).toEqual(retryAfter(1));
    expect(telegram.violations).toEqual({ overall: 0, chat: 1, group: 0 });
    expect(telegram.messagesOf(chat)).toHaveLength(25);
    vi.advanceTimersByTime(5000);
    expect(await answered(6, () => say(chat))).toBe(5);
  });

  it('twenty messages a minute in a group, each item of an album one of them', async () => {
    const group = telegram.addGroup({ title: 'Kelompok', members: [ayu] });
    expect((await album(group, 10)).ok).toBe(true);
    expect((await album(group, 9)).ok).toBe(true);
    expect(await album(group, 2)).toEqual(retryAfter(3));
    expect((await say(group)).ok).toBe(true);
    expect(await say(group)).toEqual(retryAfter(3));
    expect(telegram.violations).toEqual({ overall: 0, chat: 0, group: 2 });
    vi.advanceTimersByTime(30_000);
    expect((await album(group, 10)).ok).toBe(true);
    expect((await say(group)).ok).toBe(false);
  });

  it('edits as often as messages, but beyond a group its twenty', async () => {
    const group = telegram.addGroup({ title: 'Kelompok', members: [ayu] });
    const { result } = await say(group);
    const { message_id } = result as { message_id: number };
    let edits = 0;
    const edit = () =>
      call(telegram, 'editMessageText', { chat_id: group.id, message_id, text: `edited ${String(edits++)}` });
    expect(await answered(25, edit)).toBe(24);
    expect(telegram.violations).toEqual({ overall: 0, chat: 1, group: 0 });
  });

  it('actions and answers to presses without end', async () => {
    const chat = telegram.privateChat(ayu);
    const action = () => call(telegram, 'sendChatAction', { chat_id: chat.id, action: 'typing' });
    expect(await answered(40, action)).toBe(40);
  });
});

it('no limits hold where they were not asked for', async () => {
  const free = await LocalTelegram.start({ token: TOKEN });
  const chat = free.privateChat(free.addUser());
  for (let i = 0; i < 40; i++) {
    expect((await call(free, 'sendMessage', { chat_id: chat.id, text: 'hello' })).ok).toBe(true);
  }
  expect(free.violations).toEqual({ overall: 0, chat: 0, group: 0 });
  await free.close();
});
