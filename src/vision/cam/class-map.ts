import { VisionError } from '../vision-error.js';
import type { CutValues, HeadRun } from '../head/head.js';
import type { Plan } from '../trunk/plan.js';
import { closedFormAlphas, isPoolingHead, pooledDense } from './closed-form.js';
import type { CamMethod, Pass, Picture } from './method.js';
import { CAM } from './methods.js';
import type { Method } from './methods.js';
import { normalise } from './normalise.js';

/** A finished map: values 0..1, row-major, 1 at its maximum. */
export interface ClassMap {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
  readonly method: Method;
}

/** Grad-CAM where the head is global pooling and dense layers, else HiResCAM, where averaging G misleads. */
export function defaultMethod(plan: Plan): Method {
  return isPoolingHead(plan) ? 'gradcam' : 'hirescam';
}

/**
 * Which score a class stands for, and its sign: one sigmoid unit z stands for class 1 with +z and for class 0
 * with -z.
 */
function scoreOf(plan: Plan, classIndex: number): { unit: number; sign: 1 | -1 } {
  if (plan.output === 'one-sigmoid') return { unit: 0, sign: classIndex === 1 ? 1 : -1 };
  return { unit: classIndex, sign: 1 };
}

/** Number of classes: two for one sigmoid unit. */
export function classCount(plan: Plan): number {
  return plan.output === 'one-sigmoid' ? 2 : plan.outputs;
}

/** A class by its index, or a kind by those of its members. */
export type Explained = number | readonly number[];

/** @throws VisionError `invalid-argument` for a class that the model does not have, and for a kind of nothing. */
function membersIn(plan: Plan, explained: Explained): readonly number[] {
  const members = typeof explained === 'number' ? [explained] : explained;
  const count = classCount(plan);
  const unknown = members.find((index) => !Number.isInteger(index) || index < 0 || index >= count);
  if (unknown !== undefined || members.length === 0) {
    throw new VisionError('invalid-argument', `The model has no class ${unknown ?? 'of that kind'}; it has ${count}.`);
  }
  return members;
}

/**
 * Each member's share of a kind: share_c = exp(y_c) / sum_m exp(y_m), over its members. The kind's score is
 * y = log sum_m exp(y_m), so that dy/dy_c = share_c and dy/dA = sum_c share_c dy_c/dA; a kind with one member is that class.
 *
 * @param scores of all classes: [classes]
 * @returns one number a member, in their order; they add up to one.
 */
export function sharesOf(scores: ArrayLike<number>, members: readonly number[]): Float64Array {
  const largest = members.reduce((most, index) => Math.max(most, scores[index] ?? 0), -Infinity);
  const powers = Float64Array.from(members, (index) => Math.exp((scores[index] ?? 0) - largest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** What is at hand of a photo to explain it with. */
export interface Seen {
  /** The target's feature map A (height x width x channels), and whatever else the head reads. */
  readonly cut: CutValues;
  /** Gives the head's run over the cut values, called only where its scores or gradient are needed. */
  readonly run: () => Promise<HeadRun>;
  /** For methods of forward passes; without it they cannot be had. */
  readonly picture?: Picture;
}

/**
 * What is explained as a function of the scores: y = seed . scores as far as its gradient goes. The seed is one-hot for a
 * class, with the sign of the side it stands for.
 */
interface Question {
  /** y_c: [outputs] to a number. */
  readonly score: (scores: Float32Array) => number;
  /** dy_c/dscores: [outputs]. */
  readonly seed: (run: () => Promise<HeadRun>) => Promise<Float32Array>;
}

/** @throws VisionError `invalid-argument` for a kind of a model that has none. */
function questionOf(plan: Plan, members: readonly number[]): Question {
  const [only] = members;
  if (members.length === 1 && only !== undefined) {
    const { unit, sign } = scoreOf(plan, only);
    const seed = new Float32Array(plan.outputs);
    seed[unit] = sign;
    return { score: (scores) => sign * (scores[unit] ?? NaN), seed: () => Promise.resolve(seed) };
  }
  if (plan.output !== 'softmax' && plan.output !== 'linear') {
    throw new VisionError('invalid-argument', 'Only a model whose probabilities add up to one has kinds of classes.');
  }
  return {
    score: (scores) => {
      const largest = Math.max(...members.map((index) => scores[index] ?? NaN));
      return largest + Math.log(members.reduce((sum, index) => sum + Math.exp((scores[index] ?? NaN) - largest), 0));
    },
    seed: async (run) => {
      const seed = new Float32Array(plan.outputs);
      const shares = sharesOf((await run()).scores, members);
      members.forEach((index, at) => {
        seed[index] = shares[at] ?? 0;
      });
      return seed;
    },
  };
}

type Target = NonNullable<Plan['target']>;

function activationsIn(cut: CutValues, target: Target): Float32Array {
  const activations = cut.get(target.value);
  if (activations === undefined) throw new RangeError('The cut values lack the feature map.');
  return activations;
}

/** The map of a method before ReLU: [places]. */
async function rawMap(
  plan: Plan,
  target: Target,
  seen: Seen,
  question: Question,
  method: Method,
): Promise<Float32Array> {
  const cam: CamMethod = CAM[method];
  const { shape } = target;
  const activations = activationsIn(seen.cut, target);
  switch (cam.needs) {
    case 'activations':
      return cam.map(activations, shape);
    case 'gradients': {
      const seed = await question.seed(seen.run);
      const pooled = cam.fromWeights === null ? null : pooledDense(plan);
      if (cam.fromWeights !== null && pooled !== null) {
        return cam.fromWeights(activations, closedFormAlphas(pooled, seed), shape);
      }
      const head = await seen.run();
      if (!head.scores.every(Number.isFinite)) {
        throw new VisionError('invalid-model', 'The model gives scores that are not finite numbers.');
      }
      return cam.map(activations, await head.gradient(seed), shape);
    }
    case 'forward-passes': {
      const { picture } = seen;
      if (picture === undefined) throw new RangeError(`${cam.title} needs the picture.`);
      const usualMap = async (pass: Pass | null): Promise<Float32Array | null> => {
        const map = normalise(await rawMap(plan, target, pass ?? seen, question, defaultMethod(plan)));
        return map.evidence ? map.values : null;
      };
      return cam.map({ activations, shape, picture, score: question.score, usualMap });
    }
  }
}

/**
 * The map of one class or kind: ReLU of what the method gives, divided by its maximum; height x width as the target's
 * feature map. From kept cut values, without a second forward pass of the trunk, unless the method says that it needs some.
 *
 * @throws VisionError `no-positive-evidence`, `unsupported-model` without a feature map, `invalid-argument` for a
 *   class the model does not have, `invalid-model` for values that are not finite.
 */
export async function explainClass(
  plan: Plan,
  seen: Seen,
  explained: Explained,
  method: Method = defaultMethod(plan),
): Promise<ClassMap> {
  const { target } = plan;
  if (target === null) {
    throw new VisionError('unsupported-model', 'This model has no feature map, so there is nothing to make a map of.');
  }
  const question = questionOf(plan, membersIn(plan, explained));
  const map = normalise(await rawMap(plan, target, seen, question, method));
  if (!map.evidence) {
    throw new VisionError('no-positive-evidence', 'Nothing in this picture speaks for that class.');
  }
  const [rows = 0, columns = 0] = target.shape;
  return { rows, columns, values: map.values, method };
}
