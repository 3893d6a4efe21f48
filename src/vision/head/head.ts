import type { Operation, Plan, Shape, Step } from '../trunk/plan.js';
import { shapesOf, sizeOf } from '../trunk/plan.js';
import { concat, crop, pad, permute, reshape, slice, upsample } from './arrange.js';
import { combine } from './combine.js';
import { activation, affine, layerNorm, prelu, softmax } from './elementwise.js';
import { conv, dense, depthwise } from './linear.js';
import type { Differentiable, OperationOf, StepData } from './differentiable.js';
import { globalPool, pool } from './pooling.js';

/** The values at the cut by name, as the trunk gave them: row-major, without the batch. */
export type CutValues = ReadonlyMap<string, Float32Array>;

/** One run of the head over one photo's cut values. */
export interface HeadRun {
  /** Class scores before softmax or sigmoid: [outputs]. */
  readonly scores: Float32Array;
  /**
   * Gradient of `seed . scores` with respect to the target's feature map: height x width x channels, row-major.
   * A one-hot seed gives dy_c/dA.
   */
  gradient(seed: Float32Array): Promise<Float32Array>;
}

/** What turns cut values into scores and differentiates them. */
export interface Head {
  run(cut: CutValues): Promise<HeadRun>;
}

type Known = Exclude<Operation['op'], 'layer'>;

const OPERATIONS: { readonly [Tag in Known]: Differentiable<OperationOf<Tag>> } = {
  conv,
  depthwise,
  dense,
  affine,
  layerNorm,
  activation,
  prelu,
  pool,
  globalPool,
  combine,
  concat,
  pad,
  crop,
  slice,
  upsample,
  reshape,
  permute,
  softmax,
};

/** Narrows an operation and its implementation to the same tag. */
function implementation(operation: Operation): Differentiable<Operation> {
  if (operation.op === 'layer') {
    throw new RangeError(`The layer class ${operation.className} runs on TensorFlow.js only.`);
  }
  // Each entry handles its own tag's operations, which the compiler cannot follow through the lookup.
  return OPERATIONS[operation.op];
}

/** Whether every step of the head can run on typed arrays. */
export function runsOnArrays(plan: Plan): boolean {
  return plan.head.every((step) => step.operation.op !== 'layer');
}

/**
 * The head on typed arrays: each operation forward, and backward by its vector-Jacobian product, so that a heatmap
 * for one more class costs one backward pass over a few small steps.
 */
export class ArrayHead implements Head {
  readonly #plan: Plan;
  readonly #shapes: ReadonlyMap<string, Shape>;

  /** @param shapes of the plan's values, for a plan whose trunk is gone. */
  constructor(plan: Plan, shapes: ReadonlyMap<string, Shape> = shapesOf(plan)) {
    this.#plan = plan;
    this.#shapes = shapes;
  }

  run(cut: CutValues): Promise<HeadRun> {
    const values = new Map(cut);
    for (const step of this.#plan.head) {
      values.set(step.name, implementation(step.operation).forward(step.operation, this.#data(step, values)));
    }
    const scores = values.get(this.#plan.scores);
    if (scores === undefined) throw new RangeError('The head does not make the scores.');
    return Promise.resolve({ scores, gradient: (seed) => Promise.resolve(this.#gradient(values, seed)) });
  }

  #gradient(values: ReadonlyMap<string, Float32Array>, seed: Float32Array): Float32Array {
    const { head, scores, target } = this.#plan;
    if (target === null) throw new RangeError('The plan has no target layer.');
    const gradients = new Map<string, Float32Array>([[scores, seed]]);
    for (const step of head.toReversed()) {
      const gradient = gradients.get(step.name);
      const output = values.get(step.name);
      if (gradient === undefined || output === undefined) continue;
      const back = implementation(step.operation).backward(step.operation, this.#data(step, values), output, gradient);
      step.inputs.forEach((input, index) => {
        const part = back[index];
        const before = gradients.get(input);
        if (part === undefined) return;
        gradients.set(input, before === undefined ? part : before.map((g, at) => g + (part[at] ?? 0)));
      });
    }
    return gradients.get(target.value) ?? new Float32Array(sizeOf(target.shape));
  }

  #data(step: Step, values: ReadonlyMap<string, Float32Array>): StepData {
    return {
      inputs: step.inputs.map((input) => {
        const value = values.get(input);
        if (value === undefined) throw new RangeError(`The head reads "${input}" before it is made.`);
        return value;
      }),
      inputShapes: step.inputs.map((input) => this.#shapes.get(input) ?? []),
      outputShape: step.shape,
    };
  }
}
