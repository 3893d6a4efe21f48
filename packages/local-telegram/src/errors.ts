import { STATUS_CODES } from 'node:http';

/** A call that Telegram refuses: its status, and its words. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';

  /**
   * @param code the HTTP status, which is the answer's `error_code` too
   * @param description Telegram's words
   * @param retryAfter seconds, for 429
   */
  constructor(
    readonly code: number,
    readonly description: string,
    readonly retryAfter?: number,
    options?: ErrorOptions,
  ) {
    super(description, options);
  }
}

export function badRequest(words: string, options?: ErrorOptions): ApiFailure {
  return new ApiFailure(400, `Bad Request: ${words}`, undefined, options);
}

export function forbidden(words: string): ApiFailure {
  return new ApiFailure(403, `Forbidden: ${words}`);
}

export function conflict(words: string): ApiFailure {
  return new ApiFailure(409, `Conflict: ${words}`);
}

export function tooLarge(): ApiFailure {
  return new ApiFailure(413, 'Request Entity Too Large');
}

const TWO_POLLERS = 'terminated by other getUpdates request; make sure that only one bot instance is running';

/** A second getUpdates ended this one. */
export function twoPollers(): ApiFailure {
  return conflict(TWO_POLLERS);
}

/** What Telegram says with a status when nothing more is known. */
export function usualFailure(status: number, description?: string, retryAfter?: number): ApiFailure {
  if (status === 429) {
    const seconds = retryAfter ?? 1;
    return new ApiFailure(429, description ?? `Too Many Requests: retry after ${seconds}`, seconds);
  }
  if (description === undefined && status === 409) {
    return twoPollers();
  }
  return new ApiFailure(status, description ?? STATUS_CODES[status] ?? 'Unknown Error', retryAfter);
}

/** Why a test or a page could not do something in this world. */
export type LocalTelegramErrorCode = 'timeout' | 'closed' | 'unknown' | 'not-a-member' | 'too-many' | 'unreadable';

/** A mistake of whoever plays the people, or something awaited that did not happen. */
export class LocalTelegramError extends Error {
  override readonly name = 'LocalTelegramError';

  constructor(
    readonly code: LocalTelegramErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
