import { aborted, withDeadline } from '../deadline.js';
import { AnalysisError } from './reasons.js';
import type { PhotoSource } from './types.js';

/**
 * The bytes of a photo. A source that does not listen to its signal is left behind.
 *
 * @param signals each ends the fetch, with its reason.
 * @throws AnalysisError the source's own, `telegram` for whatever else fails and for the deadline.
 */
export function fetchPhoto(
  { fetch }: PhotoSource,
  signals: readonly AbortSignal[],
  milliseconds: number,
): Promise<Uint8Array> {
  const late = (): AnalysisError =>
    new AnalysisError('telegram', `The photo was not fetched within ${milliseconds} ms.`);
  const fetching = async (ended: AbortSignal): Promise<Uint8Array> => {
    ended.throwIfAborted();
    try {
      return await Promise.race([fetch(ended), aborted(ended)]);
    } catch (error) {
      // A source that listens rejects with an error of its own; why it was told to is what counts.
      if (ended.reason instanceof AnalysisError) throw ended.reason;
      if (error instanceof AnalysisError) throw error;
      throw new AnalysisError('telegram', 'The photo could not be fetched.', { cause: error });
    }
  };
  return withDeadline(fetching, { signals, milliseconds, late });
}
