import { VisionError } from '../errors.js';
import type { CutValues, HeadRun } from '../head/head.js';
import type { Plan } from '../trunk/plan.js';
import { closedFormAlphas, isPoolingHead, pooledDense } from './closed-form.js';
import { gradCam, hiResCam, layerCam, weightedSum } from './maps.js';
import type { Method } from './maps.js';
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
export function scoreOf(plan: Plan, classIndex: number): { unit: number; sign: 1 | -1 } {
  if (plan.output === 'one-sigmoid') return { unit: 0, sign: classIndex === 1 ? 1 : -1 };
  return { unit: classIndex, sign: 1 };
}

/** Number of classes: two for one sigmoid unit. */
export function classCount(plan: Plan): number {
  return plan.output === 'one-sigmoid' ? 2 : plan.outputs;
}

const MAPS = { gradcam: gradCam, hirescam: hiResCam, layercam: layerCam } as const;

/**
 * The map of one class from kept cut values: no second forward pass of the trunk.
 *
 * @param run gives the head's run over these cut values, called only where the head must be differentiated.
 * @throws VisionError `no-positive-evidence`, `unsupported-model` without a feature map, `invalid-argument` for a
 *   class the model does not have, `invalid-model` for values that are not finite.
 */
export async function explainClass(
  plan: Plan,
  cut: CutValues,
  run: () => Promise<HeadRun>,
  classIndex: number,
  method: Method = defaultMethod(plan),
): Promise<ClassMap> {
  const { target } = plan;
  if (target === null) {
    throw new VisionError('unsupported-model', 'This model has no feature map, so there is nothing to make a map of.');
  }
  if (!Number.isInteger(classIndex) || classIndex < 0 || classIndex >= classCount(plan)) {
    throw new VisionError('invalid-argument', `The model has no class ${classIndex}; it has ${classCount(plan)}.`);
  }
  const activations = cut.get(target.value);
  if (activations === undefined) throw new RangeError('The cut values lack the feature map.');
  const { unit, sign } = scoreOf(plan, classIndex);

  const pooled = pooledDense(plan);
  let raw: Float32Array;
  if (pooled !== null && method !== 'layercam') {
    raw = weightedSum(activations, closedFormAlphas(pooled, unit, sign), target.shape);
  } else {
    const head = await run();
    if (!head.scores.every(Number.isFinite)) {
      throw new VisionError('invalid-model', 'The model gives scores that are not finite numbers.');
    }
    const seed = new Float32Array(head.scores.length);
    seed[unit] = sign;
    raw = MAPS[method](activations, await head.gradient(seed), target.shape);
  }
  const map = normalise(raw);
  if (!map.evidence) {
    throw new VisionError('no-positive-evidence', 'Nothing in this picture speaks for that class.');
  }
  const [rows = 0, columns = 0] = target.shape;
  return { rows, columns, values: map.values, method };
}
