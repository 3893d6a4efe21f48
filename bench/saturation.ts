import { variations } from './pictures.js';
import { rowsOf } from './report.js';
import type { Row } from './report.js';
import { processorTimeOfTree, residentTree } from './resident.js';
import { withBot } from './running-bot.js';
import { bareLoops, PEOPLE, saturatedAnalysis, saturatedBot, WARM_UP } from './saturated.js';

/** Bare loops beside one another: one for each core. */
const CORES = 2;

/** MB of all its processes, with shared pages counted once: what is left of a small container is for large photos. */
const MEMORY_LIMIT = 340;

/** At most so many times what bare loops take: with all cores at work, 0.7 and 0.75 of their photos. */
const LIMITS = { analysis: 1 / 0.7, bot: 1 / 0.75 } as const;

/** What is left of a machine's power where the bot has more to do than it can. */
export async function benchSaturation(section: string, model: string, photos: number): Promise<Row[]> {
  const pictures = await variations(photos + CORES * WARM_UP, 1280, 960);
  const bare = await bareLoops(model, pictures, CORES);
  const analysis = await saturatedAnalysis(model, pictures, CORES);
  const bot = await withBot({ MODEL: model }, async (telegram, pid) => {
    const cost = await saturatedBot(telegram, pictures, () => processorTimeOfTree(pid));
    return { ...cost, memory: await residentTree(pid) };
  });
  const row = rowsOf(section);
  return [
    row(`${CORES} bare loops of decode, forward and draw: a photo`, bare.wall, 'ms'),
    row('  of the processor', bare.processor, 'ms'),
    row(`${CORES} vision processes and whose turn it is, ${PEOPLE} people waiting: a photo`, analysis.wall, 'ms'),
    row('  : bare loops', analysis.wall / bare.wall, 'x', LIMITS.analysis),
    row(`the bot, within Telegram's thirty messages a second, Telegram on the same cores: a photo`, bot.wall, 'ms'),
    row('  of the processor, without Telegram', bot.processor, 'ms'),
    row('bot : bare loops, of the processor', bot.processor / bare.processor, 'x', LIMITS.bot),
    row('the bot, with shared pages counted once', bot.memory.proportional, 'MB', MEMORY_LIMIT),
    row('  its peak', bot.memory.peak, 'MB'),
  ];
}
