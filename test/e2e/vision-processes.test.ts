import { availableParallelism } from 'node:os';
import { expect, it } from 'vitest';
import { startBot } from '../support/bot.js';
import { answerTo, words } from '../support/conversation.js';
import { grainyPhotograph, photograph } from '../support/pictures.js';
import { visionProcesses } from '../support/processes.js';

const cores = availableParallelism();

it.each([
  ['as many as there are cores, up to four', { MEMORY_LIMIT_MB: '8192' }, Math.min(cores, 4), 'the cores'],
  ['one where memory has room for no more', { MEMORY_LIMIT_MB: '200' }, 1, cores > 1 ? 'the memory' : 'the cores'],
  ['as many as are asked for', { CONCURRENCY: '3' }, 3, 'CONCURRENCY'],
])('the bot starts vision processes: %s', async (_name, env, engines, why) => {
  const { telegram, bot } = await startBot({ CONCURRENCY: '', ...env });
  expect(await bot.line(({ msg }) => msg === 'number of engines chosen')).toMatchObject({ engines, why });
  if (process.platform === 'linux') expect(visionProcesses(bot.pid)).toHaveLength(engines);
  const user = telegram.addUser({ languageCode: 'en' });
  const photo = await telegram.sendPhoto(user, telegram.privateChat(user), await photograph(1, 320, 240));
  expect(words(await answerTo(telegram, photo))).toContain('%');
});

it('the first heatmap of an album says how it is read, where the second is drawn by another process before it', async () => {
  const { telegram } = await startBot({ CONCURRENCY: '2' });
  const user = telegram.addUser({ languageCode: 'en' });
  const photos = [await grainyPhotograph(1, 4000, 3000), await photograph(2)];
  const [first] = await telegram.sendAlbum(user, telegram.privateChat(user), photos);
  if (first === undefined) throw new Error('The album is empty.');
  const { payload } = await answerTo(telegram, first, 'sendMediaGroup');
  const media = payload['media'] as { readonly caption: string }[];
  expect(media.map(({ caption }) => caption.includes('mattered most'))).toEqual([true, false]);
});
