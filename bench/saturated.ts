import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LocalTelegram } from 'local-telegram';
import { Engine } from '#sorot/vision/engine.js';
import { repliesTo } from './replies.js';

/** People of whom each sends the next photo when the heatmap of the last one has come: more than are worked on. */
export const PEOPLE = 8;

/** Photos that warm compilers and caches, of each loop and of the bot, and do not count. */
export const WARM_UP = 10;

/** Milliseconds a photo: of the clock, with all that work together, and of the processor. */
export interface Cost {
  readonly wall: number;
  readonly processor: number;
}

/**
 * Loops of nothing but vision, side by side.
 *
 * @param besideMs of the processor, taken by something else for each photo.
 */
export async function bareLoops(model: string, photos: readonly Buffer[], count: number, besideMs = 0): Promise<Cost> {
  const folder = await mkdtemp(join(tmpdir(), 'sorot-bench-bare-'));
  try {
    const files = photos.map((_, index) => join(folder, `${index}.jpg`));
    for (const [index, file] of files.entries()) await writeFile(file, photos[index] ?? '');
    const engine = await Engine.start({ model, name: 'bench' });
    const { session } = engine;
    await engine.close();
    const script = fileURLToPath(new URL('./bare-process.js', import.meta.url));
    const loops = Array.from({ length: count }, async (_, loop) => {
      const own = files.filter((_file, index) => index % count === loop);
      const told = JSON.stringify({ session, files: own, warmUp: WARM_UP, besideMs });
      const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, told]);
      const { wall, processor } = JSON.parse(stdout) as Cost;
      const counted = own.length - WARM_UP;
      return { rate: counted / wall, processor: processor / counted };
    });
    const each = await Promise.all(loops);
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      wall: 1 / each.reduce((sum, { rate }) => sum + rate, 0),
      processor: mean(each.map(({ processor }) => processor)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * A bot that has more to do than it can, from the first heatmap that counts to the last one.
 *
 * @param processorTime milliseconds that were used so far, of whatever is asked about.
 */
export async function saturatedBot(
  telegram: LocalTelegram,
  photos: readonly Buffer[],
  processorTime: () => Promise<number>,
): Promise<Cost> {
  const waiting = [...photos];
  let heatmaps = 0;
  let before: Cost | undefined;
  const now = async (): Promise<Cost> => ({ wall: performance.now(), processor: await processorTime() });
  const person = async (): Promise<void> => {
    for (let bytes = waiting.pop(); bytes !== undefined; bytes = waiting.pop()) {
      const user = telegram.addUser({ languageCode: 'en' });
      const chat = telegram.privateChat(user);
      const after = telegram.calls.length;
      const message = telegram.sendDocument(user, chat, bytes, { fileName: 'a.jpg', mimeType: 'image/jpeg' });
      await telegram.waitForCall('sendPhoto', (call) => repliesTo(call, message), { after });
      heatmaps += 1;
      if (heatmaps === WARM_UP) before = await now();
    }
  };
  await Promise.all(Array.from({ length: PEOPLE }, person));
  const [start, end] = [before ?? { wall: NaN, processor: NaN }, await now()];
  const counted = photos.length - WARM_UP;
  return { wall: (end.wall - start.wall) / counted, processor: (end.processor - start.processor) / counted };
}
