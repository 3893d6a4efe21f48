import type { Shape } from './plan.js';

/** What executes plans: ONNX Runtime, or TensorFlow.js on one of its backends. */
export const BACKENDS = ['onnx', 'wasm', 'tensorflow', 'cpu'] as const;
export type Backend = (typeof BACKENDS)[number];

/** How a runner wants its input: channels first or last. The batch is always one. */
export type InputLayout = 'nchw' | 'nhwc';

/** What one forward pass gives. The arrays are reused by the next pass: copy what is to be kept. */
export interface ForwardPass {
  /** The plan's cut values in their order, channels last, row-major. */
  readonly cut: readonly Float32Array[];
  /** Class scores before softmax or sigmoid. */
  readonly scores: Float32Array;
}

/** A loaded network ready to run, one picture at a time. */
export interface Runner {
  readonly backend: Backend;
  readonly layout: InputLayout;
  /** Runs trunk and head over one preprocessed picture of `height * width * channels` numbers in `layout`. */
  run(input: Float32Array): Promise<ForwardPass>;
  /** Number of library-side tensors alive now: the same after every run, or something leaks. */
  tensorCount(): number;
  close(): Promise<void>;
}

/** A plan has a step that this runner cannot express. */
export class UnsupportedStepError extends Error {
  override readonly name = 'UnsupportedStepError';
  constructor(step: string, why: string) {
    super(`Step "${step}" cannot run here: ${why}.`);
  }
}

/** The shape of a value with its batch, channels first where it has places. */
export function channelsFirst(shape: Shape): number[] {
  const [height = 1, width = 1, channels = 1] = shape;
  return shape.length === 3 ? [1, channels, height, width] : [1, ...shape];
}
