import { expect, it } from 'vitest';
import { startBot } from '../support/bot.js';
import { answerTo, words } from '../support/conversation.js';
import { copyModel } from '../support/sorot.js';

it('/model tells origin, range, classes and what was guessed, in the language of who asks', async () => {
  const labels = [
    { en: 'cat', id: 'kucing' },
    { en: 'dog', id: 'anjing' },
  ];
  const model = await copyModel('one-sigmoid', 'pets', { name: 'Cat or dog', labels });
  const { telegram, bot } = await startBot({ MODEL: model });
  const ask = async (languageCode: string): Promise<string> => {
    const user = telegram.addUser({ languageCode });
    return words(await answerTo(telegram, telegram.sendText(user, telegram.privateChat(user), '/model')));
  };
  const english = await ask('en');
  expect(english).toMatch(/<b>Cat or dog<\/b>\nFrom: TensorFlow\.js layers model.*\nClasses: 2 /);
  expect(english).toContain('Pixel values: 0 to 1, assumed');
  expect(english).toMatch(/⚠️ Nothing tells which pixel values/);
  expect(english).toContain('near 0 means “cat”, near 1 “dog”');
  const indonesian = await ask('id');
  expect(indonesian).toMatch(/Jumlah kelas: 2 /);
  expect(indonesian).toContain('Nilai piksel: 0 sampai 1');
  expect(indonesian).toContain('mendekati 0 berarti “kucing”, mendekati 1 berarti “anjing”');
  const warned = bot.lines.filter(({ msg }) => msg.includes('RANGE'));
  expect(warned).toMatchObject([{ range: '0,1' }]);
});
