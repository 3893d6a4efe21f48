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
import { processorTimeOfTree } from './resident.js';
import { withBot } from './running-bot.js';

/** Vision processes, and bare loops beside one another: one for each core. */
const CORES = 2;

/** People of whom each sends the next photo when the heatmap of the last one has come: more than are worked on. */
const PEOPLE = 8;

/** Photos that warm compilers and caches, of each loop and of the bot, and do not count. */
const WARM_UP = 10;

/** At most so many times the processor time of the bare loops: with all cores at work, 0.75 of their photos. */
const LIMIT = 1 / 0.75;

/** Milliseconds a photo: of the clock, with all cores at work, and of the processor. */
interface Cost {
  readonly wall: number;
  readonly processor: number;
}

async function bareLoops(model: string, files: readonly string[]): Promise<Cost> {
  const engine = await Engine.start({ model, name: 'bench' });
  const { session } = engine;
  await engine.close();
  const script = fileURLToPath(new URL('./bare-process.js', import.meta.url));
  const loops = Array.from({ length: CORES }, async (_, loop) => {
    const own = files.filter((_file, index) => index % CORES === loop);
    const told = JSON.stringify({ session, files: own, warmUp: WARM_UP });
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, told]);
    const { wall, processor } = JSON.parse(stdout) as Cost;
    const photos = own.length - WARM_UP;
    return { rate: photos / wall, processor: processor / photos };
  });
  const each = await Promise.all(loops);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    wall: 1 / each.reduce((sum, { rate }) => sum + rate, 0),
    processor: mean(each.map(({ processor }) => processor)),
  };
}

function heatmapFor(call: ApiCall, message: number): boolean {
  const reply = call.payload['reply_parameters'] as { message_id?: number } | undefined;
  return reply?.message_id === message;
}

/** From the first heatmap that counts to the last one. */
async function saturatedBot(telegram: LocalTelegram, pid: number, photos: readonly Buffer[]): Promise<Cost> {
  const waiting = [...photos];
  let heatmaps = 0;
  let before: Cost | undefined;
  const now = async (): Promise<Cost> => ({ wall: performance.now(), processor: await processorTimeOfTree(pid) });
  const person = async (): Promise<void> => {
    for (let bytes = waiting.pop(); bytes !== undefined; bytes = waiting.pop()) {
      const user = telegram.addUser({ languageCode: 'en' });
      const chat = telegram.privateChat(user);
      const after = telegram.calls.length;
      const { message_id: id } = telegram.sendDocument(user, chat, bytes, {
        fileName: 'a.jpg',
        mimeType: 'image/jpeg',
      });
      await telegram.waitForCall(
        'sendPhoto',
        (each) => String(each.payload['chat_id']) === String(chat.id) && heatmapFor(each, id),
        { after },
      );
      heatmaps += 1;
      if (heatmaps === WARM_UP) before = await now();
    }
  };
  await Promise.all(Array.from({ length: PEOPLE }, person));
  const [start, end] = [before ?? { wall: NaN, processor: NaN }, await now()];
  const counted = photos.length - WARM_UP;
  return { wall: (end.wall - start.wall) / counted, processor: (end.processor - start.processor) / counted };
}

/** What is left of a machine's power where the bot has more to do than it can. */
export async function benchSaturation(section: string, model: string, photos: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sorot-bench-bare-'));
  try {
    const pictures = await variations(photos + CORES * WARM_UP, 1280, 960);
    const files = pictures.map((_, index) => join(folder, `${index}.jpg`));
    for (const [index, file] of files.entries()) await writeFile(file, pictures[index] ?? '');
    const bare = await bareLoops(model, files);
    const bot = await withBot({ MODEL: model, CONCURRENCY: String(CORES) }, (telegram, pid) =>
      saturatedBot(telegram, pid, pictures),
    );
    const row = (name: string, value: number, unit: Row['unit'], limit?: number): Row => ({
      section,
      name,
      value,
      unit,
      ...(limit !== undefined && { limit }),
    });
    return [
      row(`${CORES} bare loops of decode, forward and draw: a photo`, bare.wall, 'ms'),
      row('  of the processor', bare.processor, 'ms'),
      row(`the bot, ${PEOPLE} people waiting, Telegram on the same cores: a photo`, bot.wall, 'ms'),
      row('  of the processor, without Telegram', bot.processor, 'ms'),
      row('bot : bare loops, of the processor', bot.processor / bare.processor, 'x', LIMIT),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
