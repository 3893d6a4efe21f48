import { beforeAll, describe, expect, it } from 'vitest';
import { startBot } from '../support/bot.js';
import { answerTo, buttonsOf, messageOf, said, smallModel, words } from '../support/conversation.js';
import { photograph } from '../support/pictures.js';

let model: string;
let photo: Buffer;

beforeAll(async () => {
  model = await smallModel();
  photo = await photograph(1);
});

describe('what comes from outside', () => {
  it('a file name is never repeated, whatever it holds', async () => {
    const { telegram, bot } = await startBot({ MODEL: model, LOG_LEVEL: 'trace' });
    const user = telegram.addUser({ languageCode: 'en' });
    const chat = telegram.privateChat(user);
    for (const part of ['../../etc/passwd', '<b>bold</b>', '\u202Egnp', 'rahasia']) {
      for (const [fileName, mimeType] of [
        [`${part}.jpg`, 'image/jpeg'],
        [`${part}.pdf`, 'application/pdf'],
      ] as const) {
        const sent = telegram.sendDocument(user, chat, photo, { fileName, mimeType });
        await answerTo(telegram, sent);
      }
      expect(JSON.stringify(said(telegram).map(words))).not.toContain(part);
      expect(bot.output).not.toContain(part);
    }
  });

  it('a button with data that the bot never made is told to be too old', async () => {
    const { telegram, bot } = await startBot({ MODEL: model });
    const user = telegram.addUser({ languageCode: 'en' });
    const sent = await telegram.sendPhoto(user, telegram.privateChat(user), photo);
    const prediction = await answerTo(telegram, sent);
    await answerTo(telegram, sent, 'sendPhoto');
    const [button] = buttonsOf(prediction);
    const real = button?.callback_data ?? '';
    const answers = said(telegram).length;
    for (const data of ['', 'x', `${real}9999`, real.replace(/\d+$/, '-1'), 'language <b>', '\0', 'é'.repeat(32)]) {
      const query = telegram.pressButton(user, messageOf(prediction), data);
      const { payload } = await telegram.waitForCall(
        'answerCallbackQuery',
        (call) => call.payload['callback_query_id'] === query,
      );
      expect(payload['text']).toMatch(/no longer have|another model/i);
    }
    expect(said(telegram)).toHaveLength(answers);
    expect(bot.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});
