import { setTimeout as pause } from 'node:timers/promises';
import type { Message, User } from 'local-telegram';
import type { BotKeeper } from '../bot/keeper.js';
import type { Cast } from '../cast.js';
import { RefusedError } from '../errors.js';
import { EXAMPLES, examplePicture } from '../examples.js';
import { restarted } from './fault.js';
import type { Fault } from './fault.js';

/** So many MB shall be free: with less than 48 memory is high, with less than 12 no photos are taken any more. */
const FREE_MB = 30;

/** Limits that are tried: a process uses a little more or less each time. */
const MAX_TRIES = 4;

/** Milliseconds in which the bot has replaced its vision process; it looks at its memory every second. */
const REPLACED_WITHIN_MS = 8000;

/** Milliseconds between two looks at the bot's figures. */
const LOOK_EVERY_MS = 100;

const MB = 2 ** 20;

/** The least that the setting takes. */
const LEAST_MB = 64;

/**
 * The bot gets a memory limit just above what it uses. How much that is depends on model, system and settings, so it is
 * measured: after a photo, because a bot that has had one uses more than a fresh one.
 */
export const memoryHigh: Fault = {
  start: async ({ cast, keeper }) => {
    await settle(cast, keeper);
    return { reason: 'memory' };
  },
};

/** @throws RefusedError `failed` where no limit does it */
async function settle(cast: Cast, keeper: BotKeeper): Promise<void> {
  const stranger = cast.telegram.addUser({ firstName: 'Dewi', languageCode: 'en' });
  let used = await usedAfterPhoto(cast, keeper, stranger);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const limit = Math.max(LEAST_MB, Math.round(used.bytes / MB) + FREE_MB);
    await restarted(keeper, { MEMORY_LIMIT_MB: String(limit) });
    used = await usedAfterPhoto(cast, keeper, stranger);
    if (used.high && (await staysHigh(keeper))) return;
  }
  throw new RefusedError('failed', 'The bot uses another amount of memory each time.');
}

interface Used {
  readonly bytes: number;
  /** Whether the bot itself calls it so. */
  readonly high: boolean;
}

/** What the bot uses once it has answered a photo, which is sent by somebody whom no page shows. */
async function usedAfterPhoto({ telegram }: Cast, keeper: BotKeeper, stranger: User): Promise<Used> {
  const chat = telegram.privateChat(stranger);
  const photo = await telegram.sendPhoto(stranger, chat, await examplePicture(EXAMPLES[0]?.name ?? ''));
  await telegram.waitUntil(() => {
    const answers = telegram.messagesOf(chat).filter((message) => repliesTo(message, photo));
    // A prediction has buttons, and is followed by the heatmap or a sentence; where it is refused there is one sentence.
    return answers.length > 1 || (answers[0] !== undefined && answers[0].reply_markup === undefined);
  });
  const figures = (await keeper.process?.figures('sorot_memory_')) ?? new Map<string, number>();
  return {
    bytes: figures.get('sorot_memory_bytes') ?? 0,
    high: isHigh(figures),
  };
}

/**
 * Whether memory is high still, or again, once the bot has put a fresh vision process in the place of the one that
 * worked: in between there is none, much memory is free, and a photo would get its heatmap.
 */
async function staysHigh(keeper: BotKeeper): Promise<boolean> {
  const deadline = performance.now() + REPLACED_WITHIN_MS;
  while (performance.now() < deadline) {
    const figures = (await keeper.process?.figures('sorot_')) ?? new Map<string, number>();
    const replaced = (figures.get('sorot_engine_restarts_total') ?? 0) > 0;
    if (replaced && isHigh(figures)) return true;
    await pause(LOOK_EVERY_MS);
  }
  return false;
}

function isHigh(figures: ReadonlyMap<string, number>): boolean {
  return figures.get('sorot_memory_band{band="high"}') === 1;
}

function repliesTo({ reply_to_message: replied }: Message, { message_id: id }: Message): boolean {
  return replied?.message_id === id;
}
