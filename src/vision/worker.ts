import workerpool from 'workerpool';
import { VisionError } from './errors.js';
import type { ExplainRequest, Outcome, PredictRequest, SessionOptions } from './messages.js';
import { VisionSession } from './session.js';

/**
 * Entry of the vision process. It answers one call at a time with values, never with thrown errors; what it does not
 * expect ends it, and the parent starts a fresh one.
 */
const [argument = '{}'] = process.argv.slice(2);
const session = VisionSession.open(JSON.parse(argument) as SessionOptions).catch((error: unknown) => {
  const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
  throw new VisionError('invalid-model', `The model does not start: ${why ?? ''}`, { cause: error });
});
// Each call answers with the failure; it must not end the process before the first one asks.
session.catch(() => undefined);

/** So many bytes of pictures may be made before the young of them are looked through, and before all are. */
const MINOR_LIMIT = 2 * 2 ** 20;
const MAJOR_LIMIT = 8 * 2 ** 20;

let afterMajor = 0;
let afterMinor = 0;

/**
 * Collects dead pictures between calls. JavaScript's collector counts objects, of which a photo makes few; the
 * megabytes behind them it would leave for a hundred photos.
 */
function collectWhenIdle(): void {
  setImmediate(() => {
    const { arrayBuffers } = process.memoryUsage();
    if (arrayBuffers - afterMajor > MAJOR_LIMIT) {
      globalThis.gc?.();
      afterMajor = afterMinor = process.memoryUsage().arrayBuffers;
    } else if (arrayBuffers - afterMinor > MINOR_LIMIT) {
      globalThis.gc?.({ type: 'minor' });
      afterMinor = process.memoryUsage().arrayBuffers;
    }
  });
}

async function outcome<T>(work: (session: VisionSession) => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work(await session) };
  } catch (error) {
    if (error instanceof VisionError) return { ok: false, code: error.code, message: error.message };
    throw error;
  } finally {
    collectWhenIdle();
  }
}

workerpool.worker({
  info: () => outcome((open) => open.info()),
  predict: (request: PredictRequest) => outcome((open) => open.predict(request)),
  explain: (request: ExplainRequest) => outcome((open) => open.explain(request)),
  stats: () => outcome((open) => open.stats()),
  recycle: () => {
    process.exit(0);
  },
});
