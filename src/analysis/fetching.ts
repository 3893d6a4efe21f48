import { once } from 'node:events';
import { AnalysisError } from './reasons.js';
import type { PhotoSource } from './types.js';

/** Fetches photos, each within a deadline. */
export class Fetching {
  readonly #timeoutMs: number;
  readonly #underWay = new Set<AbortController>();

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The bytes of a photo. A source that does not listen to its signal is left behind.
   *
   * @param signal Ends the fetch early; its reason is what is thrown.
   * @throws AnalysisError the source's own, `telegram` for whatever else fails and for the deadline.
   */
  async fetch(source: PhotoSource, signal?: AbortSignal): Promise<Uint8Array> {
    const controller = new AbortController();
    const abort = (): void => {
      controller.abort(signal?.reason);
    };
    const timer = setTimeout(() => {
      controller.abort(new AnalysisError('telegram', `The photo was not fetched within ${this.#timeoutMs} ms.`));
    }, this.#timeoutMs);
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort);
    this.#underWay.add(controller);
    try {
      return await Promise.race([source.fetch(controller.signal), aborted(controller.signal)]);
    } catch (error) {
      // A source that listens rejects with an error of its own; why it was told to is what counts.
      if (controller.signal.reason instanceof AnalysisError) throw controller.signal.reason;
      if (error instanceof AnalysisError) throw error;
      throw new AnalysisError('telegram', 'The photo could not be fetched.', { cause: error });
    } finally {
      this.#underWay.delete(controller);
      signal?.removeEventListener('abort', abort);
      clearTimeout(timer);
    }
  }

  /** Ends all that is under way, with this error. */
  abort(error: AnalysisError): void {
    for (const controller of this.#underWay) controller.abort(error);
  }
}

async function aborted(signal: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}
