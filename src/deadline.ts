import { setMaxListeners } from 'node:events';

export interface Deadline {
  /** Each ends the work, with its own reason. */
  readonly signals: readonly AbortSignal[];
  /** For ever where it is Infinity. */
  readonly milliseconds: number;
  /** Makes what the work's signal gives as its reason after that time. */
  readonly late?: () => Error;
}

/**
 * Does work that is told by a signal to end when it takes too long or somebody ends it.
 *
 * Not by AbortSignal.any: Node 20 keeps each of its results for as long as the longest-lived signal lives.
 */
export async function withDeadline<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { signals, milliseconds, late }: Deadline,
): Promise<T> {
  const controller = new AbortController();
  const follow = ({ target }: { readonly target: unknown }): void => {
    controller.abort((target as AbortSignal).reason);
  };
  const timer =
    milliseconds === Infinity
      ? undefined
      : setTimeout(() => {
          controller.abort(late?.());
        }, milliseconds);
  for (const signal of signals) {
    // One that ends everything has many followers; Node would warn of more than ten.
    setMaxListeners(Infinity, signal);
    if (signal.aborted) controller.abort(signal.reason);
    signal.addEventListener('abort', follow);
  }
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener('abort', follow);
  }
}

/** Rejects with the signal's reason once that is aborted. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}
