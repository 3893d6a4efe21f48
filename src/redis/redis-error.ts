/** Why a Redis is none to keep things in; what is only away is waited for instead. */
export type RedisErrorCode = 'refused' | 'too-old' | 'not-durable' | 'evicts';

/** The Redis of REDIS_URL is not one that this bot may rely on. The message says what to change, and holds no password. */
export class RedisError extends Error {
  override readonly name = 'RedisError';

  constructor(
    readonly code: RedisErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** A failure in one line, without the command that failed: an error of ioredis holds that, and with it the password. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Where a name stands for several addresses, Node's error of all of them has no message.
  return error.message === '' && 'code' in error ? String(error.code) : error.message;
}

/** Redis' words where it answers, but takes nothing more. */
const TAKES_NOTHING = /^(?:OOM|READONLY|MISCONF) /;

/** Whether it is no fault of what was asked: Redis is full, or a copy of another. That is told once, by whoever looks after it. */
export function takesNothing(error: unknown): boolean {
  return TAKES_NOTHING.test(whyOf(error));
}
