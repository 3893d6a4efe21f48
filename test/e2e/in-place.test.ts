import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiCall, LocalTelegram, Message, User } from 'local-telegram';
import { startBot } from '../support/bot.js';
import type { RunningBot } from '../support/bot.js';
import {
  answerTo,
  buttonsOf,
  classesOf,
  messageOf,
  said,
  smallModel,
  uploaded,
  words,
} from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { privateChatIn } from '../support/private-chat.js';
import { sharedBot } from '../support/shared-bot.js';

const model = await smallModel();
const shared = sharedBot(() => ({ MODEL: model }));

let photo: Buffer;

beforeEach(async () => {
  photo = unseen(await photograph(1, 640, 480));
});

interface Shown {
  readonly telegram: LocalTelegram;
  readonly bot: RunningBot;
  readonly user: User;
  readonly sent: Message;
  readonly prediction: ApiCall;
  readonly heatmap: ApiCall;
}

/** A photo with its prediction and its heatmap. */
async function shown(world = shared()): Promise<Shown> {
  const { telegram, bot, user, chat } = privateChatIn(await world);
  const sent = await telegram.sendPhoto(user, chat, photo);
  const prediction = await answerTo(telegram, sent);
  return { telegram, bot, user, sent, prediction, heatmap: await answerTo(telegram, sent, 'sendPhoto') };
}

/** Presses the button of this number, and waits for what it changes. */
async function press({ telegram, user }: Shown, under: ApiCall, button: number): Promise<ApiCall> {
  const after = telegram.calls.length;
  telegram.pressButton(user, messageOf(under), buttonsOf(under)[button]?.callback_data ?? '');
  return telegram.waitForCall('editMessageMedia', ({ status }) => status === 200, { after });
}

const texts = (call: ApiCall): string[] => classesOf(call).map(({ text }) => text);

describe('another class of a photo', () => {
  it('is shown in the place of the heatmap, so that a photo has two messages', async () => {
    const all = await shown();
    const { telegram, sent, heatmap } = all;
    const [first, second, third] = texts(heatmap).map((text) => text.replace('✓ ', ''));
    const other = await press(all, heatmap, 1);
    expect(words(other)).toContain(`<b>${second}</b>`);
    expect(texts(other)).toEqual([first, `✓ ${second}`, third]);
    expect(uploaded(other)).not.toEqual(uploaded(heatmap));
    expect(messageOf(other)).toMatchObject({
      message_id: messageOf(heatmap).message_id,
      reply_to_message: { message_id: sent.message_id },
    });
    // What Telegram has already is not sent again.
    const again = await press(all, other, 0);
    expect(words(again)).toContain(`<b>${first}</b>`);
    expect(uploaded(again)).toBeNull();
    expect(words(await press(all, again, 1))).toBe(words(other));
    expect(said(telegram, sent.chat)).toHaveLength(2);
  });

  it('is not made again where it is shown, and the button stops waiting', async () => {
    const { telegram, user, sent, heatmap } = await shown();
    const after = telegram.calls.length;
    telegram.pressButton(user, messageOf(heatmap), buttonsOf(heatmap)[0]?.callback_data ?? '');
    await telegram.waitForCall('answerCallbackQuery', undefined, { after });
    await answerTo(telegram, telegram.sendText(user, sent.chat, '/privacy'));
    expect(telegram.calls.slice(after).map(({ method }) => method)).not.toContain('editMessageMedia');
  });

  it('stays that was pressed last', async () => {
    const { telegram, user, prediction, heatmap } = await shown();
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    telegram.fault({ method: 'editMessageMedia', kind: { hold } });
    const after = telegram.calls.length;
    const edits = (): ApiCall[] => telegram.calls.slice(after).filter(({ method }) => method === 'editMessageMedia');
    telegram.pressButton(user, messageOf(heatmap), buttonsOf(heatmap)[1]?.callback_data ?? '');
    await telegram.waitUntil(() => edits().length === 1);
    telegram.pressButton(user, messageOf(prediction), buttonsOf(prediction)[0]?.callback_data ?? '');
    await telegram.waitForCall('answerCallbackQuery', ({ status }) => status === 200, { after });
    release();
    await telegram.waitUntil(() => edits().filter(({ status }) => status === 200).length === 2);
    const [first = '', second = ''] = texts(heatmap).map((text) => text.replace('✓ ', ''));
    expect(edits().map(words)).toEqual([expect.stringContaining(second), expect.stringContaining(first)]);
  });

  it('is a message of its own where the heatmap was deleted', async () => {
    const { telegram, user, sent, prediction, heatmap } = await shown();
    telegram.deleteMessage(messageOf(heatmap));
    const after = telegram.calls.length;
    telegram.pressButton(user, messageOf(prediction), buttonsOf(prediction)[0]?.callback_data ?? '');
    const again = await answerTo(telegram, sent, 'sendPhoto', { after });
    expect(texts(again)).toEqual(texts(heatmap));
  });

  it('is shown there after a restart too', async () => {
    const all = await shown(startBot({ MODEL: model }));
    const { telegram, bot, heatmap } = all;
    await bot.stop();
    await startBot({ MODEL: model }, { telegram });
    const other = await press(all, heatmap, 1);
    expect(messageOf(other).message_id).toBe(messageOf(heatmap).message_id);
  });
});

describe('an album', () => {
  it('has the numbers of its photos under its answer, each with its classes, which change that heatmap', async () => {
    const { telegram, user, chat } = privateChatIn(await shared());
    const photos = await Promise.all([2, 3, 4].map(async (seed) => unseen(await photograph(seed, 640, 480))));
    const [first] = await telegram.sendAlbum(user, chat, photos);
    if (first === undefined) throw new Error('The album is empty.');
    const answer = await answerTo(telegram, first);
    const heatmaps = await answerTo(telegram, first, 'sendMediaGroup');
    expect(buttonsOf(answer).map(({ text }) => text)).toEqual(['1', '2', '3']);

    const changed = async (method: string, data: string): Promise<ApiCall> => {
      const after = telegram.calls.length;
      telegram.pressButton(user, messageOf(answer), data);
      return telegram.waitForCall(method, ({ status }) => status === 200, { after });
    };
    const opened = await changed('editMessageReplyMarkup', buttonsOf(answer)[1]?.callback_data ?? '');
    const [back, shownThere, other] = buttonsOf(opened);
    expect([back?.text, shownThere?.text]).toEqual(['‹ 2', expect.stringMatching(/^✓ /)]);
    const edit = await changed('editMessageMedia', other?.callback_data ?? '');
    expect(messageOf(edit).message_id).toBe((heatmaps.result as Message[])[1]?.message_id);
    expect(words(edit)).toMatch(new RegExp(`^Photo 2: <b>${other?.text ?? ''}</b>`));
    const marked = await telegram.waitForCall('editMessageReplyMarkup', (call) =>
      texts(call).includes(`✓ ${other?.text}`),
    );
    expect(buttonsOf(marked)[0]?.text).toBe('‹ 2');
    const closed = await changed('editMessageReplyMarkup', back?.callback_data ?? '');
    expect(buttonsOf(closed).map(({ text }) => text)).toEqual(['1', '2', '3']);
    expect(said(telegram, chat)).toHaveLength(2);
  });
});
