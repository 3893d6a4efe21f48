/**
 * Why there is no prediction or no heatmap. A closed union: each has its sentence in every language, its log line and
 * its counter.
 *
 * - `disabled`: heatmaps are switched off.
 * - `busy`: too much is waiting, in all or for this person.
 * - `memory`: too little memory is left.
 * - `timeout`: the deadline passed; the work was stopped.
 * - `crashed`: the vision process ended while it worked on this photo.
 * - `no-positive-evidence`: nothing in the picture speaks for the class.
 * - `unsupported-model`: the model has no spatial feature map, or what explains it is not what predicts.
 * - `unsupported-image`: not a picture that is decoded, or a damaged one.
 * - `too-large`: more bytes or pixels than the limits allow.
 * - `photo-gone`: the photo can no longer be had.
 * - `telegram`: the photo could not be fetched, or the answer not be sent.
 * - `no-rights`: the chat does not let the bot send pictures.
 * - `stopping`: the process is being stopped.
 */
export const REASONS = [
  'disabled',
  'busy',
  'memory',
  'timeout',
  'crashed',
  'no-positive-evidence',
  'unsupported-model',
  'unsupported-image',
  'too-large',
  'photo-gone',
  'telegram',
  'no-rights',
  'stopping',
] as const;

export type Reason = (typeof REASONS)[number];

/** There is no prediction, or no heatmap, for this reason. The message is for the operator. */
export class AnalysisError extends Error {
  override readonly name = 'AnalysisError';

  constructor(
    readonly reason: Reason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
