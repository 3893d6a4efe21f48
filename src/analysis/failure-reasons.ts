import type { Log } from '../log.js';
import { VISION_ERROR_CODES } from '../vision/vision-error.js';
import type { VisionErrorCode } from '../vision/vision-error.js';
import { AnalysisError } from './reasons.js';
import type { Reason } from './reasons.js';

/** Answers that are as they were set up, and nothing to warn of. */
const AS_SET_UP: ReadonlySet<Reason> = new Set(['disabled', 'unsupported-model']);

/** The vision room's code of an error; null where it is not one of its errors. */
export function visionCodeOf(error: unknown): VisionErrorCode | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return VISION_ERROR_CODES.find((code) => code === error.code) ?? null;
}

/** Mistakes of this program or of the model, not of the person: the log says which. */
const MISTAKES = ['invalid-model', 'invalid-argument'] as const;

function isMistake(code: VisionErrorCode): code is (typeof MISTAKES)[number] {
  return MISTAKES.some((each) => each === code);
}

/** What went wrong as one of the reasons. What should never happen is logged as an error. */
function toAnalysisError(error: unknown, log: Log): AnalysisError {
  if (error instanceof AnalysisError) return error;
  const code = visionCodeOf(error);
  if (code === null) {
    log.error({ err: error }, 'unexpected failure of the analysis');
    return new AnalysisError('crashed', 'Something unexpected failed.', { cause: error });
  }
  const message = error instanceof Error ? error.message : code;
  if (isMistake(code)) log.error({ code, why: message }, 'the engine refused');
  const reason = isMistake(code) ? 'crashed' : code === 'closed' ? 'stopping' : code;
  return new AnalysisError(reason, message, { cause: error });
}

/** The failure of a request as one of the reasons, with its line in the log. */
export function loggedFailure(error: unknown, what: string, log: Log): AnalysisError {
  const failure = toAnalysisError(error, log);
  const { reason } = failure;
  log[AS_SET_UP.has(reason) ? 'info' : 'warn']({ reason }, what);
  return failure;
}
