import { answerCalls } from './child.js';
import type { Photo, SentJob } from './job.js';
import type { SessionOptions } from './session-messages.js';
import { VisionError } from './vision-error.js';
import { VisionSession } from './session.js';

/**
 * Entry of the vision process. It is asked one call at a time; what it does not expect ends it, and the parent starts a
 * fresh one.
 */
const [argument = '{}'] = process.argv.slice(2);
const session = VisionSession.open(JSON.parse(argument) as SessionOptions).catch((error: unknown) => {
  const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
  throw new VisionError('invalid-model', `The model does not start: ${why ?? ''}`, { cause: error });
});
// Each call answers with the failure; it must not end the process before the first one asks.
session.catch(() => undefined);

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

// The bytes that the network was read from have been copied by now: as much again as its weights.
void session.then(collect, () => undefined);

/** An answer after which so many bytes may stay behind. */
function answer<P>(work: (session: VisionSession, parameter: P) => unknown, garbageLimit = ANY_LIMIT) {
  return async (parameter: P): Promise<unknown> => {
    try {
      return await work(await session, parameter);
    } finally {
      collectBetweenCalls(garbageLimit);
    }
  };
}

answerCalls({
  info: answer((open) => open.info()),
  predict: answer((open, photo: Photo) => open.predict(photo)),
  explain: answer((open, job: SentJob) => open.explain(job), PAUSE_LIMIT),
  stats: answer((open) => open.stats()),
});
