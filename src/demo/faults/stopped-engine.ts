import type { Reason } from '../../analysis/reasons.js';
import type { Cast } from '../cast.js';
import { EngineProcesses } from './engine-faults.js';
import type { ActiveFault, Fault, FaultTools } from './fault.js';

/** The bot's deadline for a heatmap while it is to be seen passing: long enough to see it work, short enough to wait. */
const DEADLINE_S = 4;

/** With several processes it would be chance which of an album's photos meets the fault. */
const ONE_PROCESS = { CONCURRENCY: '1' } as const;

/** The vision process dies while it works on a heatmap, and so does the next one, where that is tried once more. */
export const crash: Fault = {
  settings: ONE_PROCESS,
  start: (tools) =>
    inMidWork(tools, 'crashed', 2, (engine) => {
      engine.kill();
    }),
};

/** The vision process stands still while it works on a heatmap, so that the deadline passes and the bot ends it. */
export const deadline: Fault = {
  settings: { ...ONE_PROCESS, HEATMAP_TIMEOUT_S: String(DEADLINE_S) },
  start: (tools) => inMidWork(tools, 'timeout', 1, () => undefined),
};

/**
 * Something happens to the vision process in mid-work, so many times for one heatmap. A heatmap takes milliseconds, so
 * that the process is stopped before it is asked for one: while the prediction's message, after which it begins, is held
 * back, and the next process while the photo is fetched for it once more.
 */
function inMidWork(
  { cast, keeper }: FaultTools,
  reason: Reason,
  times: number,
  happens: (engine: EngineProcesses) => void,
): ActiveFault {
  const engine = new EngineProcesses(keeper);
  let watching = false;
  let left = 0;

  /** Stops the engine; what comes then is seen to without anybody waiting for it. */
  const stopped = async (howOften: number): Promise<void> => {
    if (watching || howOften === 0) return;
    watching = true;
    left = 0;
    await engine.stop();
    void engine.beginsHeatmap().then((begun) => {
      watching = false;
      left = begun ? howOften - 1 : 0;
      if (begun) happens(engine);
      else engine.resume();
    });
  };

  const rules = [
    cast.telegram.fault({
      method: 'sendMessage',
      times: Infinity,
      match: (payload) => announcesHeatmap(cast, payload),
      kind: { hold: () => stopped(times) },
    }),
    cast.telegram.fault({ method: 'file', times: Infinity, kind: { hold: () => stopped(left) } }),
  ];
  return {
    reason,
    beforeUpdate: () => stopped(times),
    end: () => {
      for (const rule of rules) rule.remove();
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
