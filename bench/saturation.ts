import { variations } from './pictures.js';
import type { Row } from './report.js';
import { processorTimeOfTree } from './resident.js';
import { withBot } from './running-bot.js';
import { bareLoops, PEOPLE, saturatedBot, WARM_UP } from './saturated.js';

/** Vision processes, and bare loops beside one another: one for each core. */
const CORES = 2;

/** At most so many times the processor time of the bare loops: with all cores at work, 0.75 of their photos. */
const LIMIT = 1 / 0.75;

/** What is left of a machine's power where the bot has more to do than it can. */
export async function benchSaturation(section: string, model: string, photos: number): Promise<Row[]> {
  const pictures = await variations(photos + CORES * WARM_UP, 1280, 960);
  const bare = await bareLoops(model, pictures, CORES);
  const bot = await withBot({ MODEL: model, CONCURRENCY: String(CORES) }, (telegram, pid) =>
    saturatedBot(telegram, pictures, () => processorTimeOfTree(pid)),
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
}
