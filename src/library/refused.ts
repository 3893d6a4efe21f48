import { VisionError } from '../vision/vision-error.js';

/** A mistake in what was asked for. */
export function refused(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-argument', message, { cause });
}

/** Whether an error is the file system's or the network's, whose message says what is wrong. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}
