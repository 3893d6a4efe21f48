import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { LocalTelegram } from 'local-telegram';
import { Analysis } from '#sorot/analysis/service.js';
import type { AnalysisOptions } from '#sorot/analysis/service.js';
import { MemoryStore } from '#sorot/analysis/store.js';
import { createLog } from '#sorot/log.js';
import { Metrics } from '#sorot/metrics.js';
import { Engine, photoOf } from '#sorot/vision/engine.js';
import { LEGEND } from './pictures.js';
import { repliesTo } from './replies.js';
import { processorTimeOfTree } from './resident.js';

/** People of whom each sends the next photo when the heatmap of the last one has come: more than are worked on. */
export const PEOPLE = 8;

/** Photos that warm compilers and caches, of each loop and of the bot, and do not count. */
export const WARM_UP = 10;

/** Such that nothing is refused. */
const OPTIONS: AnalysisOptions = {
  heatmaps: true,
  queueLimit: PEOPLE,
  personLimit: PEOPLE,
  heatmapTimeoutMs: 60_000,
  fetchTimeoutMs: 60_000,
  cacheEntries: 0,
  cacheTtlSeconds: 0,
  memoryLimitBytes: 2 ** 40,
};

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
 * Photos that people wait for, more than can be answered at a time, from the first heatmap that counts to the last one.
 *
 * @param answer has one photo answered, its heatmap, too.
 * @param processorTime milliseconds that were used so far, of whatever is asked about.
 */
async function saturated(
  photos: readonly Buffer[],
  answer: (bytes: Buffer, person: number) => Promise<unknown>,
  processorTime: () => Promise<number>,
): Promise<Cost> {
  const waiting = [...photos];
  let heatmaps = 0;
  let before: Cost | undefined;
  const now = async (): Promise<Cost> => ({ wall: performance.now(), processor: await processorTime() });
  const person = async (_: unknown, index: number): Promise<void> => {
    for (let bytes = waiting.pop(); bytes !== undefined; bytes = waiting.pop()) {
      await answer(bytes, index);
      heatmaps += 1;
      if (heatmaps === WARM_UP) before = await now();
    }
  };
  await Promise.all(Array.from({ length: PEOPLE }, person));
  const [start, end] = [before ?? { wall: NaN, processor: NaN }, await now()];
  const counted = photos.length - WARM_UP;
  return { wall: (end.wall - start.wall) / counted, processor: (end.processor - start.processor) / counted };
}

/** A bot that has more to do than Telegram lets it send. */
export async function saturatedBot(
  telegram: LocalTelegram,
  photos: readonly Buffer[],
  processorTime: () => Promise<number>,
): Promise<Cost> {
  const answer = async (bytes: Buffer): Promise<void> => {
    const user = telegram.addUser({ languageCode: 'en' });
    const after = telegram.calls.length;
    const file = { fileName: 'a.jpg', mimeType: 'image/jpeg' };
    const message = telegram.sendDocument(user, telegram.privateChat(user), bytes, file);
    await telegram.waitForCall('sendPhoto', (call) => repliesTo(call, message), { after });
  };
  return saturated(photos, answer, processorTime);
}

/** Vision processes, and what decides whose turn it is, without Telegram: nothing but the cores bounds them. */
export async function saturatedAnalysis(model: string, photos: readonly Buffer[], count: number): Promise<Cost> {
  const start = (): Promise<Engine> => Engine.start({ model, name: 'bench' });
  const [log, store] = [createLog('silent'), new MemoryStore(null)];
  const analysis = new Analysis({ engine: await start(), options: OPTIONS, store, log, metrics: new Metrics() });
  try {
    for (let engines = 1; engines < count; engines++) await analysis.add(await start());
    const answer = async (bytes: Buffer, person: number): Promise<void> => {
      const photo = { key: photoOf(bytes).key, fetch: () => Promise.resolve(bytes) };
      const { answer } = await analysis.predict(photo, String(person), log);
      await analysis.explain({ photo, class: answer.about, legend: LEGEND, log }, String(person));
    };
    return await saturated(photos, answer, () => processorTimeOfTree(process.pid));
  } finally {
    await analysis.close();
    await store.close();
  }
}
