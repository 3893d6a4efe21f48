import { answerCalls } from './child.js';
import type { Photo, SentJob } from './job.js';
import type { SessionInfo, SessionOptions } from './session-messages.js';
import { VisionError } from './vision-error.js';
import { VisionSession } from './session.js';

let session: VisionSession | null = null;

/**
 * Entry of the vision process. It is told once what to open, then asked one call at a time; what it does not expect ends
 * it, and the parent starts a fresh one.
 */
async function open(options: SessionOptions): Promise<SessionInfo> {
  try {
    session = await VisionSession.open(options);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new VisionError('invalid-model', `The model does not start: ${why ?? ''}`, { cause: error });
  }
  // The bytes that the network was read from have been copied by now: as much again as its weights.
  collect();
  return session.info();
}

/** So many bytes of dead pictures may wait for a pause after a heatmap, and so many in any case. */
const PAUSE_LIMIT = 8 * 2 ** 20;
const ANY_LIMIT = 16 * 2 ** 20;

let afterCollection = 0;

/**
 * Collects dead pictures between calls. JavaScript's collector counts objects, of which a photo makes few; the
 * megabytes behind them it would leave for a hundred photos. A prediction is followed at once by its heatmap, which
 * must not wait for that; after the heatmap there is a pause.
 */
function collectBetweenCalls(limit: number): void {
  setImmediate(() => {
    if (process.memoryUsage().arrayBuffers - afterCollection >= limit) collect();
  });
}

/** Twice: what the first round finds dead behind a native handle is given back in the second. */
function collect(): void {
  globalThis.gc?.();
  setImmediate(() => {
    globalThis.gc?.();
    afterCollection = process.memoryUsage().arrayBuffers;
  });
}

/** An answer after which so many bytes may stay behind. */
function answer<P>(work: (session: VisionSession, parameter: P) => unknown, garbageLimit = ANY_LIMIT) {
  return async (parameter: P): Promise<unknown> => {
    try {
      if (session === null) throw new Error('Nothing has been opened.');
      return await work(session, parameter);
    } finally {
      collectBetweenCalls(garbageLimit);
    }
  };
}

answerCalls({
  open,
  predict: answer((opened, photo: Photo) => opened.predict(photo)),
  explain: answer((opened, job: SentJob) => opened.explain(job), PAUSE_LIMIT),
  stats: answer((opened) => opened.stats()),
});
