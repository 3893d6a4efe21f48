import type { BotSettings } from '../bot/environment.js';
import type { BotKeeper } from '../bot/keeper.js';
import { RefusedError } from '../errors.js';
import type { ActiveFault, StartFault } from './fault.js';

/** Heatmaps are switched off for the whole bot, as an operator would do it. */
export const heatmapsOff: StartFault = async ({ keeper }): Promise<ActiveFault> => {
  await restarted(keeper, { HEATMAP: 'off' });
  return { reason: 'disabled', end: () => restarted(keeper, {}) };
};

/**
 * The bot anew, with these settings in place of the usual ones.
 *
 * @throws RefusedError `failed`
 */
export async function restarted(keeper: BotKeeper, settings: BotSettings): Promise<void> {
  if (!(await keeper.restart(settings))) throw new RefusedError('failed', 'The bot did not start.');
}
