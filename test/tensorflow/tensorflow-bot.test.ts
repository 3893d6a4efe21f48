import { expect, it } from 'vitest';
import sharp from 'sharp';
import { DEFAULT_MODEL } from '../../src/models.js';
import { startBot } from '../support/bot.js';
import { answerTo, uploaded } from '../support/conversation.js';
import { photograph } from '../support/pictures.js';

it('the bot answers a photo by the bundled model on the backend "tensorflow", and explains it', async () => {
  const { telegram, bot } = await startBot({ MODEL: DEFAULT_MODEL, BACKEND: 'tensorflow' });
  const user = telegram.addUser({ languageCode: 'en' });
  const sent = await telegram.sendPhoto(user, telegram.privateChat(user), await photograph(1, 1280, 960));
  await answerTo(telegram, sent);
  const heatmap = await answerTo(telegram, sent, 'sendPhoto');
  const { format, width } = await sharp(uploaded(heatmap) ?? undefined).metadata();
  expect([format, width]).toEqual(['jpeg', 800]);
  expect(await bot.line(({ msg }) => msg === 'engine ready')).toMatchObject({ backend: 'tensorflow' });
  expect(bot.errors).toBe('');
});
