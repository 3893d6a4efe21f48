import { VisionError } from '../vision-error.js';
import { isSpatial } from '../trunk/plan.js';
import type { Plan, Shape, Step } from '../trunk/plan.js';
import { deepest } from './deepest.js';
import { fold } from './fold.js';
import type { Network } from './network.js';
import { classificationOf } from './outputs.js';
import type { Classification } from './outputs.js';

/** The steps that `value` depends on, its own included, in their order. */
function ancestors(steps: readonly Step[], value: string): Step[] {
  const needed = new Set([value]);
  for (const step of steps.toReversed()) {
    if (needed.has(step.name)) for (const input of step.inputs) needed.add(input);
  }
  return steps.filter((step) => needed.has(step.name));
}

/** The value to explain: the configured layer's, else the last spatial output that the scores depend on. */
function findTarget(
  network: Network,
  scores: string,
  layer: string | undefined,
): { value: string; layer: string; shape: Shape } | null {
  const path = ancestors(network.steps, scores);
  const isMap = ({ name, shape }: Step): boolean => isSpatial(shape) && (network.maps?.has(name) ?? true);
  if (layer === undefined) {
    const last = deepest(path, (step) => isMap(step) && step.name !== scores);
    if (last === null) return null;
    const names = [...network.layers].filter(([, value]) => value === last.name).map(([name]) => name);
    return {
      value: last.name,
      layer: names.includes(last.name) ? last.name : (names[0] ?? last.name),
      shape: last.shape,
    };
  }
  const value = network.layers.get(layer) ?? path.find((step) => step.name === layer)?.name;
  const step = path.find((each) => each.name === value);
  if (step === undefined) {
    const known = path.filter(isMap).map((each) => each.name);
    const some = known.slice(-8).join(', ');
    throw new VisionError(
      'invalid-argument',
      `The model has no layer "${layer}" that the output depends on. Among its last: ${some}.`,
    );
  }
  if (!isMap(step)) {
    throw new VisionError(
      'invalid-argument',
      `Layer "${layer}" has no feature map: its output has the shape [${step.shape.join(', ')}].`,
    );
  }
  return { value: step.name, layer, shape: step.shape };
}

/**
 * Folds a network and cuts it at its target layer into trunk and head.
 *
 * @param layer name of the target layer; by default the last output above 1 x 1 that the scores depend on, after its
 *   activation; of branches that do not meet before they are 1 x 1, that of the one with most steps.
 * @param classification the output whose scores are explained; by default the one the rules find.
 * @throws VisionError `invalid-argument` for a layer that the network does not have or that has no feature map,
 *   `invalid-model` where no output classifies.
 */
export function split(
  network: Network,
  layer?: string,
  classification: Classification = classificationOf(network),
): Plan {
  const { found, scores, outputs } = classification;
  // What other outputs compute would keep steps from being folded that they read too.
  const steps = ancestors(classification.steps, scores);
  const raw: Network = { ...network, steps, outputs: [{ name: found.name, value: scores }] };
  const target = findTarget(raw, scores, layer);
  const folded = fold(raw, new Set(target ? [target.value, scores] : [scores]));
  const path = ancestors(folded.steps, scores);
  const common = { input: network.input, target, scores, output: found.kind, outputs } as const;
  if (target === null) return { ...common, trunk: path, head: [], cut: [scores] };

  const dependent = new Set([target.value]);
  const head = path.filter((step) => {
    const depends = step.name !== target.value && step.inputs.some((input) => dependent.has(input));
    if (depends) dependent.add(step.name);
    return depends;
  });
  const inHead = new Set(head.map((step) => step.name));
  const crossing = head.flatMap((step) => step.inputs).filter((input) => !inHead.has(input) && input !== target.value);
  return {
    ...common,
    trunk: path.filter((step) => !inHead.has(step.name)),
    head,
    cut: [target.value, ...new Set(crossing)],
  };
}
