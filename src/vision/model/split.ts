import { VisionError } from '../errors.js';
import { INPUT, isSpatial } from '../trunk/plan.js';
import type { OutputKind, Plan, Shape, Step } from '../trunk/plan.js';
import { fold } from './fold.js';
import type { Network } from './network.js';

/** The steps that `value` depends on, its own included, in their order. */
function ancestors(network: Network, value: string): Step[] {
  const needed = new Set([value]);
  for (const step of network.steps.toReversed()) {
    if (needed.has(step.name)) for (const input of step.inputs) needed.add(input);
  }
  return network.steps.filter((step) => needed.has(step.name));
}

/**
 * Takes the closing softmax or sigmoid off, so that what is left gives the scores: a class score is taken before
 * them (Selvaraju et al. 2017, section 3).
 */
function scoresOf(network: Network): { steps: readonly Step[]; scores: string; kind: OutputKind; outputs: number } {
  const byName = new Map(network.steps.map((step) => [step.name, step]));
  const tail: Step[] = [];
  let step = byName.get(network.output);
  while (step?.operation.op === 'reshape') {
    tail.push(step);
    step = byName.get(step.inputs[0] ?? '');
  }
  const outputs = byName.get(network.output)?.shape.reduce((product, side) => product * side, 1) ?? 0;
  const closing = step?.operation;
  const softmax = closing?.op === 'softmax';
  const sigmoid = closing?.op === 'activation' && closing.activation.kind === 'sigmoid';
  const kind = softmax ? 'softmax' : sigmoid ? (outputs === 1 ? 'one-sigmoid' : 'sigmoids') : 'linear';
  if (step === undefined || kind === 'linear') return { steps: network.steps, scores: network.output, kind, outputs };

  const [before = INPUT] = step.inputs;
  const first = tail.at(-1);
  const rest = network.steps.filter((each) => each !== step);
  if (first === undefined) return { steps: rest, scores: before, kind, outputs };
  const steps = rest.map((each) => (each === first ? { ...each, inputs: [before] } : each));
  return { steps, scores: network.output, kind, outputs };
}

/** The value to explain: the configured layer's, else the last spatial output that the scores depend on. */
function findTarget(
  network: Network,
  scores: string,
  layer: string | undefined,
): { value: string; layer: string; shape: Shape } | null {
  const path = ancestors(network, scores);
  if (layer === undefined) {
    const last = path.findLast((step) => isSpatial(step.shape) && step.name !== scores);
    if (last === undefined) return null;
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
    const known = path.filter((each) => isSpatial(each.shape)).map((each) => each.name);
    const some = known.slice(-8).join(', ');
    throw new VisionError(
      'invalid-argument',
      `The model has no layer "${layer}" that the output depends on. Among its last: ${some}.`,
    );
  }
  if (!isSpatial(step.shape)) {
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
 *   activation.
 * @throws VisionError `invalid-argument` for a layer that the network does not have or that has no feature map.
 */
export function split(network: Network, layer?: string): Plan {
  const { steps, scores, kind, outputs } = scoresOf(network);
  const raw: Network = { ...network, steps, output: scores };
  const target = findTarget(raw, scores, layer);
  const folded = fold(raw, new Set(target ? [target.value, scores] : [scores]));
  const path = ancestors(folded, scores);
  const common = { input: network.input, target, scores, output: kind, outputs } as const;
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
