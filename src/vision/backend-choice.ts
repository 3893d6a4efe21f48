import { BACKENDS } from './trunk/runner.js';
import type { Backend } from './trunk/runner.js';

/** What may be asked for: a backend by its name, or that `onChosenBackend` chooses. */
export const BACKEND_CHOICES = ['auto', ...BACKENDS] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];

/** Why a network runs where it runs. */
export type BackendReason =
  /** It was asked for by its name. */
  | { readonly kind: 'asked' }
  /** ONNX Runtime runs it, and nothing is faster. */
  | { readonly kind: 'fastest' }
  /** ONNX Runtime does not load, or has no form of one of its steps: `why`. */
  | { readonly kind: 'not-on-onnx'; readonly why: string }
  /** It could not be made into steps, and only TensorFlow.js runs such a graph: `why`. */
  | { readonly kind: 'no-steps'; readonly why: string }
  /** It could not be made into steps, and only ONNX Runtime runs such a file: `why`. */
  | { readonly kind: 'as-file'; readonly why: string };

export interface Chosen<T> {
  readonly backend: Backend;
  readonly reason: BackendReason;
  readonly started: T;
}

/**
 * Chooses the backend of a network, by starting it:
 *
 * - One that is asked for by its name is taken, or it is an error.
 * - `auto` takes ONNX Runtime: a quarter of the time of any other, and little memory. Where that does not load or has no
 *   form of a step, it takes WASM, which is in every installation. Never "tensorflow", even where it is installed: a
 *   fifth faster than WASM, but with twice the memory; never "cpu", which takes a hundred times as long.
 * - A graph that could not be made into steps runs on TensorFlow.js alone: on WASM where `auto` or ONNX Runtime was
 *   asked for.
 *
 * The figures are in docs/decisions/onnx-runtime.md.
 *
 * @param noSteps why the network could not be made into steps; null where it was.
 * @throws what `start` throws for the last backend that there is to try.
 */
export async function onChosenBackend<T>(
  asked: BackendChoice,
  noSteps: string | null,
  start: (backend: Backend) => Promise<T>,
): Promise<Chosen<T>> {
  const on = async (backend: Backend, reason: BackendReason): Promise<Chosen<T>> => ({
    backend,
    reason,
    started: await start(backend),
  });
  if (noSteps !== null && (asked === 'auto' || asked === 'onnx')) return on('wasm', { kind: 'no-steps', why: noSteps });
  if (asked !== 'auto') return on(asked, { kind: 'asked' });
  try {
    return await on('onnx', { kind: 'fastest' });
  } catch (error) {
    return on('wasm', { kind: 'not-on-onnx', why: error instanceof Error ? error.message : String(error) });
  }
}

/** The reason for operators, after the backend's name. */
export function backendReasonText(reason: BackendReason): string {
  switch (reason.kind) {
    case 'asked':
      return 'as asked for';
    case 'fastest':
      return 'the fastest';
    case 'not-on-onnx':
      return `because ONNX Runtime cannot run it: ${reason.why}`;
    case 'no-steps':
      return `because only TensorFlow.js can run it: ${reason.why}`;
    case 'as-file':
      return `because only ONNX Runtime can run it: ${reason.why}`;
  }
}
