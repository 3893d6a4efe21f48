import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answersTo, isPicture, isPrediction } from '../support/answers.js';
import { startBot } from '../support/bot.js';
import { conformanceData, namesIn } from '../support/conformance-data.js';
import { words } from '../support/conversation.js';

const PHOTOS = conformanceData('photos', 'photos made by others, sent to the bot');
const names = namesIn(PHOTOS);

/** Those of which nothing can be predicted, and what is said of them. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  'pillow-truncated_jpeg.jpg': /couldn’t open this file/,
  'sharp-corrupt-header.jpg': /couldn’t open this file/,
  'sharp-giant-image.jpg': /too large/,
  'sharp-truncated.jpg': /couldn’t open this file/,
};

function typeOf(name: string): string {
  const extension = name.replace(/.*\./, '').toLowerCase();
  return `image/${extension === 'jpg' ? 'jpeg' : extension}`;
}

describe.runIf(names.length > 0)('a person who sends the photos of others', () => {
  it('gets a prediction and a heatmap of each, or the reason why not', async () => {
    const { telegram, bot } = await startBot();
    const sent = await Promise.all(
      names.map(async (name) => {
        const from = telegram.addUser({ languageCode: 'en' });
        const bytes = await readFile(join(PHOTOS ?? '', name));
        const options = { fileName: name, mimeType: typeOf(name) };
        return telegram.sendDocument(from, telegram.privateChat(from), bytes, options);
      }),
    );
    const answers = await answersTo(telegram, sent);
    for (const [index, { first, second }] of answers.entries()) {
      const name = names[index] ?? '';
      const refused = REFUSED[name];
      if (refused !== undefined) expect(words(first), name).toMatch(refused);
      else expect([isPrediction(first), second !== null && isPicture(second)], name).toEqual([true, true]);
    }
    expect(bot.lines.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  });
});
