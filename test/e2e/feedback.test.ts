import { describe, expect, it } from 'vitest';
import { answerTo, buttonsOf, classesOf, messageOf, smallModel, words } from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { privateChatIn, privateChatWith } from '../support/private-chat.js';
import { sharedBot } from '../support/shared-bot.js';

const model = await smallModel();
const shared = sharedBot(() => ({ MODEL: model, ADMIN_IDS: '4242' }));

describe('👍 and 👎 under a prediction', () => {
  it('are counted once, logged with the class, and go away', async () => {
    const world = await shared();
    const { telegram, bot, user, chat } = privateChatIn(world);
    const sent = await telegram.sendPhoto(user, chat, unseen(await photograph(1)));
    const prediction = await answerTo(telegram, sent);
    await answerTo(telegram, sent, 'sendPhoto');
    const [why, up, down] = buttonsOf(prediction);
    expect([up?.text, down?.text]).toEqual(['👍', '👎']);
    telegram.pressButton(user, messageOf(prediction), down?.callback_data ?? '');
    telegram.pressButton(user, messageOf(prediction), up?.callback_data ?? '');
    const thanks = await telegram.waitForCall('answerCallbackQuery');
    expect(thanks.payload['text']).toBe('Thanks!');
    const left = await telegram.waitForCall('editMessageReplyMarkup');
    expect(buttonsOf(left)).toEqual([why]);
    await telegram.waitUntil(
      () => telegram.calls.filter(({ method }) => method === 'answerCallbackQuery').length === 2,
    );

    const judged = bot.lines.filter(({ msg }) => msg === 'answer judged');
    expect(judged).toEqual([
      expect.objectContaining({ verdict: 'wrong', class: 2, probability: expect.any(Number) as number }),
    ]);
    expect(JSON.stringify(judged)).not.toMatch(new RegExp(`AgAC|${user.id}`));
    const operator = telegram.addUser({ id: 4242, languageCode: 'en' });
    const status = telegram.sendText(operator, telegram.privateChat(operator), '/status');
    expect(words(await answerTo(telegram, status))).toMatch(/Called right +0 of 1/);
    await bot.untilMetric('sorot_judgements_total{verdict="wrong"}', (value) => value === 1);
  });

  it('count nothing where the data were made up', async () => {
    const { telegram, bot, user, chat } = privateChatIn(await shared());
    const sent = await telegram.sendPhoto(user, chat, unseen(await photograph(1)));
    const prediction = await answerTo(telegram, sent);
    const up = buttonsOf(prediction).find(({ text }) => text === '👍')?.callback_data ?? '';
    const before = bot.lines.filter(({ msg }) => msg === 'answer judged').length;
    telegram.pressButton(user, messageOf(prediction), up.replace(/:class:\d+:/, ':class:999:'));
    await telegram.waitForCall('answerCallbackQuery');
    expect(bot.lines.filter(({ msg }) => msg === 'answer judged')).toHaveLength(before);
  });

  it('are not there where the operator does not ask', async () => {
    const { telegram, user, chat } = await privateChatWith({ MODEL: model, FEEDBACK: 'off' });
    const prediction = await answerTo(telegram, await telegram.sendPhoto(user, chat, unseen(await photograph(1))));
    expect(buttonsOf(prediction)).toEqual(classesOf(prediction));
  });
});

describe('how a heatmap is read', () => {
  it('is told once in a chat, and at the press of a button in a window of its own', async () => {
    const { telegram, user, chat } = privateChatIn(await shared());
    const heatmap = async (seed: number) =>
      answerTo(telegram, await telegram.sendPhoto(user, chat, unseen(await photograph(seed))), 'sendPhoto');
    const [first, second] = [await heatmap(1), await heatmap(2)];
    expect(words(first)).toMatch(/some are always yellow/);
    expect(words(second)).toMatch(/% · yellow mattered most, untouched parts did not count\.$/);
    const how = buttonsOf(second).find(({ text }) => text === 'How to read this');
    telegram.pressButton(user, messageOf(second), how?.callback_data ?? '');
    const told = await telegram.waitForCall('answerCallbackQuery');
    expect(told.payload).toMatchObject({
      show_alert: true,
      text: expect.stringMatching(/some are always yellow/) as string,
    });
  });
});
