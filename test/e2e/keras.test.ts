import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBot } from '../support/bot.js';
import { answerTo, sizeOf, uploaded, words } from '../support/conversation.js';
import { newFolder } from '../support/folders.js';
import { GOLDEN_FOLDER } from '../support/golden.js';
import { photograph } from '../support/pictures.js';

it('a .keras file and a labels.txt are all that a bot needs: it answers, explains and says what it is', async () => {
  const folder = await newFolder();
  const animal = join(GOLDEN_FOLDER, 'keras', 'augmentation-and-head-nested-keras3', 'keras3.keras');
  await copyFile(animal, join(folder, 'pasar.keras'));
  const labels = ['cabai', 'tomat', 'wortel', 'bayam', 'jahe', 'kunyit', 'terong'];
  await writeFile(join(folder, 'labels.txt'), labels.join('\n'));
  await writeFile(join(folder, 'classifier.json'), '{ "threshold": 0 }');
  const { telegram } = await startBot({ MODEL: join(folder, 'pasar.keras') });
  const user = telegram.addUser({ languageCode: 'en' });
  const chat = telegram.privateChat(user);

  const photo = await telegram.sendPhoto(user, chat, await photograph(1, 640, 480));
  const prediction = words(await answerTo(telegram, photo));
  expect(labels.filter((label) => prediction.includes(label)).length).toBeGreaterThanOrEqual(3);
  const heatmap = uploaded(await answerTo(telegram, photo, 'sendPhoto'));
  expect(await sizeOf(heatmap ?? new Uint8Array())).toEqual({ width: 640, height: 480, format: 'jpeg' });

  const facts = words(await answerTo(telegram, telegram.sendText(user, chat, '/model')));
  expect(facts).toMatch(/<b>pasar<\/b>\nFrom: Keras 3\.\S+ \(\.keras\)\nClasses: 7 /);
  expect(facts).toContain('0 to 255');
});
