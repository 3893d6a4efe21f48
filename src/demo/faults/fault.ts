import type { Reason } from '../../analysis/reasons.js';
import type { BotSettings } from '../bot/environment.js';
import type { BotKeeper } from '../bot/keeper.js';
import type { Cast } from '../cast.js';
import { RefusedError } from '../errors.js';

/** What a fault is made with. */
export interface FaultTools {
  readonly cast: Cast;
  readonly keeper: BotKeeper;
  /** Another photo or call has met it. */
  readonly onMet: () => void;
  /** It passes by itself. */
  readonly onOver: () => void;
}

/** A fault that is switched on. */
export interface ActiveFault {
  /** Why the bot has no heatmap where one met this fault; its log says so, and they are counted by that. */
  readonly reason?: Reason;
  /** Makes everything as it was before; the bot's settings are seen to elsewhere. */
  end?(): void;
  /** Called before somebody presses a button or writes, which may ask for a heatmap without a photo. */
  beforeUpdate?(): Promise<void>;
}

export interface Fault {
  /** What the bot is started with, in place of the usual settings. */
  readonly settings?: BotSettings;
  /** Switches it on, while the bot runs with these settings; resolves once it is. */
  readonly start: (tools: FaultTools) => Promise<ActiveFault> | ActiveFault;
}

/**
 * The bot anew, with these settings in place of the usual ones; what it knew of photos is gone.
 *
 * @throws RefusedError `failed`
 */
export async function restarted(keeper: BotKeeper, settings: BotSettings): Promise<void> {
  if (!(await keeper.restart(settings))) throw new RefusedError('failed', 'The bot did not start.');
}
