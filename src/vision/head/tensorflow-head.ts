import type { Tensor } from '@tensorflow/tfjs-core';
import type { Plan, Shape } from '../trunk/plan.js';
import { stepComputes } from '../trunk/tfjs.js';
import { loadGradients, loadTensorFlow } from '../trunk/tensorflow.js';
import type { TensorFlow } from '../trunk/tensorflow.js';
import type { CutValues, Head, HeadRun } from './head.js';

/** Scores of the head as a differentiable function of the cut values, on TensorFlow.js. */
export type ScoresFunction = (tf: TensorFlow, cut: ReadonlyMap<string, Tensor>) => Tensor;

/**
 * A head that TensorFlow.js differentiates: for layers this program has no operation for, and for graphs that run
 * whole. It works on the plain JavaScript backend, the only one with a gradient for everything; the backend in use
 * before is put back.
 */
export class TensorFlowHead implements Head {
  readonly #plan: Plan;
  readonly #scores: ScoresFunction;
  readonly #shapes: ReadonlyMap<string, Shape>;

  /** @param shapes of the cut values. */
  constructor(plan: Plan, scores: ScoresFunction, shapes: ReadonlyMap<string, Shape>) {
    this.#plan = plan;
    this.#scores = scores;
    this.#shapes = shapes;
  }

  async run(cut: CutValues): Promise<HeadRun> {
    const scores = await this.#onCpu((tf) => Float32Array.from(this.#apply(tf, cut, undefined).dataSync()));
    return { scores, gradient: (seed) => this.#onCpu((tf) => this.#gradient(tf, cut, seed)) };
  }

  #gradient(tf: TensorFlow, cut: CutValues, seed: Float32Array): Float32Array {
    const { target } = this.#plan;
    if (target === null) throw new RangeError('The plan has no target layer.');
    const activations = tf.tensor(cut.get(target.value) ?? new Float32Array(), [1, ...target.shape]);
    const score = (input: Tensor): Tensor => {
      const scores = tf.reshape(this.#apply(tf, cut, input), [-1]);
      return tf.sum(tf.mul(scores, tf.tensor1d(seed)));
    };
    return Float32Array.from(tf.grad(score)(activations).dataSync());
  }

  #apply(tf: TensorFlow, cut: CutValues, target: Tensor | undefined): Tensor {
    const values = new Map<string, Tensor>();
    for (const [name, value] of cut) {
      values.set(name, tf.tensor(value, [1, ...(this.#shapes.get(name) ?? [value.length])]));
    }
    if (target !== undefined && this.#plan.target !== null) values.set(this.#plan.target.value, target);
    return this.#scores(tf, values);
  }

  async #onCpu<T>(work: (tf: TensorFlow) => T): Promise<T> {
    const tf = await loadTensorFlow('cpu', { keepBackend: true });
    loadGradients();
    // Undefined while no backend was ever set, whatever the type says.
    const before = (tf.getBackend() as string | undefined) ?? '';
    await tf.setBackend('cpu');
    try {
      tf.engine().startScope();
      try {
        return work(tf);
      } finally {
        tf.engine().endScope();
      }
    } finally {
      if (before !== '' && before !== 'cpu') await tf.setBackend(before);
    }
  }
}

/** The steps of a plan's head as a scores function. */
export function stepsScores(plan: Plan, shapes: ReadonlyMap<string, Shape>): ScoresFunction {
  return (tf, cut) => {
    const values = new Map(cut);
    const computes = stepComputes(tf, shapes, plan.head, {
      backend: 'cpu',
      constant: ({ shape, values: numbers }) => tf.tensor(numbers, [...shape]),
      differentiable: true,
    });
    plan.head.forEach((step, index) => {
      const inputs = step.inputs.flatMap((name) => values.get(name) ?? []);
      const made = computes[index]?.(inputs);
      if (made !== undefined) values.set(step.name, made);
    });
    const scores = values.get(plan.scores);
    if (scores === undefined) throw new RangeError('The head does not make the scores.');
    return scores;
  };
}
