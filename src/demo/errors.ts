import type { Refused } from './protocol.js';

/** What somebody at the page cannot have; the page has a sentence for each code. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';

  constructor(
    readonly code: Refused['error'],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
