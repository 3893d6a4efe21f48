import { once } from 'node:events';
import { withDeadline } from '../deadline.js';
import { AnalysisError } from './reasons.js';
import type { PhotoSource } from './types.js';

/** Fetches photos, each within a deadline. */
export class Fetching {
  readonly #timeoutMs: number;
  readonly #stopping = new AbortController();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The bytes of a photo. A source that does not listen to its signal is left behind.
   *
   * @param signal Ends the fetch early; its reason is what is thrown.
   * @throws AnalysisError the source's own, `telegram` for whatever else fails and for the deadline.
   */
  fetch(source: PhotoSource, signal?: AbortSignal): Promise<Uint8Array> {
    const signals = [this.#stopping.signal, ...(signal === undefined ? [] : [signal])];
    const milliseconds = this.#timeoutMs;
    const late = new AnalysisError('telegram', `The photo was not fetched within ${milliseconds} ms.`);
    return withDeadline((ended) => fetchUntil(source, ended), { signals, milliseconds, late });
  }

  /** Ends all that is under way, and what comes later, with this error. */
  abort(error: AnalysisError): void {
    this.#stopping.abort(error);
  }
}

async function fetchUntil(source: PhotoSource, ended: AbortSignal): Promise<Uint8Array> {
  try {
    return await Promise.race([source.fetch(ended), aborted(ended)]);
  } catch (error) {
    // A source that listens rejects with an error of its own; why it was told to is what counts.
    if (ended.reason instanceof AnalysisError) throw ended.reason;
    if (error instanceof AnalysisError) throw error;
    throw new AnalysisError('telegram', 'The photo could not be fetched.', { cause: error });
  }
}

async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}
