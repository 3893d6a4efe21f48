import workerpool from 'workerpool';
import { VisionError } from './errors.js';
import type { ExplainRequest, Outcome, PredictRequest, SessionOptions } from './messages.js';
import { VisionSession } from './session.js';

/**
 * Entry of the vision process. It answers one call at a time with values, never with thrown errors; what it does not
 * expect ends it, and the parent starts a fresh one.
 */
const [argument = '{}'] = process.argv.slice(2);
const session = VisionSession.open(JSON.parse(argument) as SessionOptions);

async function outcome<T>(work: (session: VisionSession) => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await work(await session) };
  } catch (error) {
    if (error instanceof VisionError) return { ok: false, code: error.code, message: error.message };
    throw error;
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
