import type { Reason } from '../../analysis/reasons.js';
import type { BotKeeper } from '../bot/keeper.js';
import type { Cast } from '../cast.js';

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
  /** Makes everything as it was before. */
  end(): Promise<void> | void;
  /** Called before somebody presses a button or writes, which may ask for a heatmap without a photo. */
  beforeUpdate?(): Promise<void>;
}

/** Switches a fault on; resolves once it is. */
export type StartFault = (tools: FaultTools) => Promise<ActiveFault> | ActiveFault;
