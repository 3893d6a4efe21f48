/**
 * Why the vision room could not do what was asked. A closed union: every code has its own sentence for the person
 * and its own handling by the caller.
 *
 * - `unsupported-image`: not a picture this program decodes, or a damaged one.
 * - `too-large`: more bytes or pixels than the limits allow.
 * - `no-positive-evidence`: nothing in the picture speaks for the class.
 * - `unsupported-model`: the model has no spatial feature map to explain, or what explains it is not what predicts.
 * - `photo-gone`: the photo is no longer held and its bytes were not given.
 * - `timeout`: the deadline passed; the work was stopped.
 * - `crashed`: the vision process ended while it worked on this call.
 * - `busy`: more calls are waiting than the queue may hold.
 * - `invalid-model`: the model cannot be loaded.
 * - `invalid-argument`: a class, layer, method or option that this model does not have.
 * - `closed`: the engine was closed.
 */
export const VISION_ERROR_CODES = [
  'unsupported-image',
  'too-large',
  'no-positive-evidence',
  'unsupported-model',
  'photo-gone',
  'timeout',
  'crashed',
  'busy',
  'invalid-model',
  'invalid-argument',
  'closed',
] as const;

export type VisionErrorCode = (typeof VISION_ERROR_CODES)[number];

/** An error with a code to act on and a message that may be shown to the person. */
export class VisionError extends Error {
  override readonly name = 'VisionError';

  constructor(
    readonly code: VisionErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
