import type { Reason } from '../../analysis/reasons.js';
import type { Cast } from '../cast.js';
import { EngineProcesses } from './engine-faults.js';
import type { ActiveFault, Fault, FaultTools } from './fault.js';

/** The bot's deadline for a heatmap while it is to be seen passing: long enough to see it work, short enough to wait. */
const DEADLINE_S = 4;

/** The vision process dies while it works on a heatmap. */
export const crash: Fault = {
  start: (tools) =>
    inMidWork(tools, 'crashed', (engine) => {
      engine.kill();
    }),
};

/** The vision process stands still while it works on a heatmap, so that the deadline passes and the bot ends it. */
export const deadline: Fault = {
  settings: { HEATMAP_TIMEOUT_S: String(DEADLINE_S) },
  start: (tools) => inMidWork(tools, 'timeout', () => undefined),
};

/**
 * Something happens to the vision process in mid-work. A heatmap takes milliseconds, so that the process is stopped
 * before it is asked for one: while the prediction's message, after which it begins, is held back.
 */
function inMidWork(
  { cast, keeper }: FaultTools,
  reason: Reason,
  happens: (engine: EngineProcesses) => void,
): ActiveFault {
  const engine = new EngineProcesses(keeper);
  let watching = false;

  /** Stops the engine; what comes then is seen to without anybody waiting for it. */
  const stopped = async (): Promise<void> => {
    if (watching) return;
    watching = true;
    await engine.stop();
    void engine.beginsHeatmap().then((begun) => {
      watching = false;
      if (begun) happens(engine);
      else engine.resume();
    });
  };

  const rule = cast.telegram.fault({
    method: 'sendMessage',
    times: Infinity,
    match: (payload) => announcesHeatmap(cast, payload),
    kind: { hold: stopped },
  });
  return {
    reason,
    beforeUpdate: stopped,
    end: () => {
      rule.remove();
      engine.resume();
    },
  };
}

/** Predictions offer to explain their classes; those of an album, which offer nothing, reply to it. */
function announcesHeatmap({ telegram }: Cast, payload: Readonly<Record<string, unknown>>): boolean {
  if (JSON.stringify(payload['reply_markup'] ?? null).includes('"why:')) return true;
  const { chat_id: id, reply_parameters: reply } = payload as {
    readonly chat_id?: unknown;
    readonly reply_parameters?: { readonly message_id?: unknown };
  };
  if (typeof id !== 'number' || typeof reply?.message_id !== 'number') return false;
  return telegram.messageOf({ id, type: 'private' }, reply.message_id)?.media_group_id !== undefined;
}
