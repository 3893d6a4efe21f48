import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ApiCall, LocalTelegram } from 'local-telegram';
import { Engine } from '#sorot/vision/engine.js';
import { variations } from './pictures.js';
import type { Row } from './report.js';
import { withBot } from './running-bot.js';

/** Vision processes, and bare loops beside one another: one for each core. */
const CORES = 2;

/** People of whom each sends the next photo when the heatmap of the last one has come: more than are worked on. */
const PEOPLE = 8;

/** Photos that warm compilers and caches, of each loop and of the bot, and do not count. */
const WARM_UP = 10;

/** At most so many times as long as the bare loops: 0.75 of their photos in the same time. */
const LIMIT = 1 / 0.75;

/** Milliseconds a photo, of all loops together. */
async function bareLoops(model: string, files: readonly string[]): Promise<number> {
  const engine = await Engine.start({ model, name: 'bench' });
  const { session } = engine;
  await engine.close();
  const script = fileURLToPath(new URL('./bare-process.js', import.meta.url));
  const loops = Array.from({ length: CORES }, async (_, loop) => {
    const own = files.filter((_file, index) => index % CORES === loop);
    const told = JSON.stringify({ session, files: own, warmUp: WARM_UP });
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, told]);
    return (own.length - WARM_UP) / Number(stdout);
  });
  const photosAMillisecond = (await Promise.all(loops)).reduce((sum, each) => sum + each, 0);
  return 1 / photosAMillisecond;
}

function heatmapFor(call: ApiCall, message: number): boolean {
  const reply = call.payload['reply_parameters'] as { message_id?: number } | undefined;
  return reply?.message_id === message;
}

/** Milliseconds a photo, of all people together, from update to heatmap. */
async function saturatedBot(telegram: LocalTelegram, photos: readonly Buffer[]): Promise<number> {
  const waiting = [...photos];
  const heatmaps: number[] = [];
  const person = async (): Promise<void> => {
    for (let bytes = waiting.pop(); bytes !== undefined; bytes = waiting.pop()) {
      const user = telegram.addUser({ languageCode: 'en' });
      const chat = telegram.privateChat(user);
      const after = telegram.calls.length;
      const { message_id: id } = telegram.sendDocument(user, chat, bytes, {
        fileName: 'a.jpg',
        mimeType: 'image/jpeg',
      });
      const call = await telegram.waitForCall(
        'sendPhoto',
        (each) => String(each.payload['chat_id']) === String(chat.id) && heatmapFor(each, id),
        { after },
      );
      heatmaps.push(call.at);
    }
  };
  await Promise.all(Array.from({ length: PEOPLE }, person));
  heatmaps.sort((a, b) => a - b);
  const counted = heatmaps.slice(WARM_UP);
  return ((counted.at(-1) ?? NaN) - (counted[0] ?? NaN)) / (counted.length - 1);
}

/** What is left of a machine's power where the bot has more to do than it can. */
export async function benchSaturation(section: string, model: string, photos: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sorot-bench-bare-'));
  try {
    const pictures = await variations(photos + CORES * WARM_UP, 1280, 960);
    const files = pictures.map((_, index) => join(folder, `${index}.jpg`));
    for (const [index, file] of files.entries()) await writeFile(file, pictures[index] ?? '');
    const bare = await bareLoops(model, files);
    const bot = await withBot({ MODEL: model, CONCURRENCY: String(CORES) }, (telegram) =>
      saturatedBot(telegram, pictures),
    );
    const row = (name: string, value: number, unit: Row['unit'], limit?: number): Row => ({
      section,
      name,
      value,
      unit,
      ...(limit !== undefined && { limit }),
    });
    return [
      row(`${CORES} bare loops: decode, forward, draw, a photo`, bare, 'ms'),
      row(`the bot, ${PEOPLE} people waiting, a photo`, bot, 'ms'),
      row('bot : bare loops', bot / bare, 'x', LIMIT),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
