import type { Int8Data, Int8Found } from './int8-file.js';

/** What may be asked for: a precision, or that `onChosenPrecision` chooses. */
export const PRECISION_CHOICES = ['auto', 'float32', 'int8'] as const;
export type PrecisionChoice = (typeof PRECISION_CHOICES)[number];

/** What the trunk's numbers are. */
export type Precision = Exclude<PrecisionChoice, 'auto'>;

/** Why a network computes in its precision. */
export type PrecisionReason =
  /** It was asked for. */
  | { readonly kind: 'asked' }
  /** The model is calibrated for int8, and the processor has VNNI. */
  | { readonly kind: 'calibrated' }
  /** No such file lies beside the model. */
  | { readonly kind: 'not-calibrated' }
  /** The one that does is another network's. */
  | { readonly kind: 'other-network' }
  /** Without VNNI sums of int8 overflow, and nothing is gained. */
  | { readonly kind: 'no-vnni' }
  /** Only a plan on ONNX Runtime has int8. */
  | { readonly kind: 'not-on-onnx' }
  /** The proof at the start: int8 made other features than float32, correlated so much only. */
  | { readonly kind: 'differs'; readonly correlation: number };

/** What a trunk computes in, and why. */
export interface SaidPrecision {
  readonly name: Precision;
  readonly reason: PrecisionReason;
}

export interface ChosenPrecision<T> {
  readonly precision: SaidPrecision;
  readonly started: T;
}

/** How a network is started in each precision. */
export interface Starts<T> {
  readonly float32: () => Promise<T>;
  /** With how far what it makes of the proof's picture correlates with what float32 does. */
  readonly int8: (data: Int8Data) => Promise<{ readonly started: T; readonly correlation: number }>;
  readonly close: (started: T) => Promise<void>;
}

/** Below this it does not compute the same: the bundled model has 0.99, and 0.96 where it is given another pixel range. */
const LEAST_CORRELATION = 0.97;

/**
 * Chooses the precision of a network's trunk on ONNX Runtime, by starting it. int8 is taken only where the model is
 * calibrated, the processor has VNNI, and the proof holds; else float32, whatever was asked for: it is always right.
 */
export async function onChosenPrecision<T>(
  asked: PrecisionChoice,
  found: Int8Found,
  vnni: boolean,
  starts: Starts<T>,
): Promise<ChosenPrecision<T>> {
  const float32 = async (reason: PrecisionReason): Promise<ChosenPrecision<T>> => ({
    precision: { name: 'float32', reason },
    started: await starts.float32(),
  });
  if (asked === 'float32') return float32({ kind: 'asked' });
  if (found.kind === 'none') return float32({ kind: 'not-calibrated' });
  if (found.kind === 'other') return float32({ kind: 'other-network' });
  if (!vnni) return float32({ kind: 'no-vnni' });
  const { started, correlation } = await starts.int8(found.data);
  if (correlation >= LEAST_CORRELATION) {
    return { precision: { name: 'int8', reason: { kind: asked === 'int8' ? 'asked' : 'calibrated' } }, started };
  }
  await starts.close(started);
  return float32({ kind: 'differs', correlation });
}

/** Whether somebody may expect int8 where it is float32. */
export function isMissed(asked: PrecisionChoice, { name, reason }: SaidPrecision): boolean {
  return name === 'float32' && (asked === 'int8' || reason.kind === 'other-network' || reason.kind === 'differs');
}

/** The reason for operators, after the precision's name. */
export function precisionReasonText(reason: PrecisionReason): string {
  switch (reason.kind) {
    case 'asked':
      return 'as set';
    case 'calibrated':
      return 'as the model is calibrated for it and the processor has VNNI';
    case 'not-calibrated':
      return 'as the model is not calibrated for int8 (sorot model calibrate)';
    case 'other-network':
      return 'as its int8.json is of another model: sorot model calibrate makes it again';
    case 'no-vnni':
      return 'as this processor has no VNNI, without which int8 is less accurate';
    case 'not-on-onnx':
      return 'as only steps on ONNX Runtime can compute in int8';
    case 'differs':
      return `as int8 computed something else (correlation ${reason.correlation.toFixed(2)}): sorot model calibrate makes its int8.json again`;
  }
}
