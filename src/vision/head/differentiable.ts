import type { Operation, Shape } from '../trunk/plan.js';

/** The arrays and shapes one step of the head works on; row-major, without the batch. */
export interface StepData {
  readonly inputs: readonly Float32Array[];
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
}

/**
 * One operation of the head, forward and backward. `backward` is the vector-Jacobian product: given the gradient of a
 * scalar with respect to the output, it returns that with respect to each input.
 */
export interface Differentiable<O extends Operation> {
  forward(operation: O, data: StepData): Float32Array;
  backward(operation: O, data: StepData, output: Float32Array, gradient: Float32Array): Float32Array[];
}

/** The operation type with the given tag. */
export type OperationOf<Tag extends Operation['op']> = Extract<Operation, { op: Tag }>;

/** The first input of a step. */
export function only(data: StepData): Float32Array {
  const [input] = data.inputs;
  if (input === undefined) throw new RangeError('The step has no input.');
  return input;
}

/** Number of elements of the first input. */
export function inputSize(data: StepData): number {
  return only(data).length;
}
