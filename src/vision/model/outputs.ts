import { INPUT, sizeOf } from '../trunk/plan.js';
import type { Activation, Step } from '../trunk/plan.js';
import { NO_CHOICE } from './choice.js';
import type { OutputChoice } from './choice.js';
import type { FoundOutput } from './findings.js';
import type { Network } from './network.js';
import { chooseOutput } from './output-rules.js';
import type { Closing } from './output-rules.js';

/** A network's classification with its closing softmax or sigmoid taken off. */
export interface Classification {
  readonly found: FoundOutput;
  /** Which of the network's outputs it is. */
  readonly index: number;
  readonly steps: readonly Step[];
  /** The value of the scores, before softmax or sigmoid. */
  readonly scores: string;
  /** How many numbers the output has. */
  readonly outputs: number;
  /** Whether the model itself turns scores into probabilities; else it was trained from logits. */
  readonly closed: boolean;
}

const SPOKEN: Readonly<Record<Activation['kind'], string>> = {
  relu: 'a ReLU',
  relu6: 'a ReLU6',
  clippedRelu: 'a ReLU',
  leakyRelu: 'a leaky ReLU',
  elu: 'an ELU',
  selu: 'a SELU',
  gelu: 'a GELU',
  swish: 'a swish',
  hardSwish: 'a hard swish',
  hardSigmoid: 'a hard sigmoid',
  sigmoid: 'a sigmoid',
  tanh: 'a tanh',
  softplus: 'a softplus',
  softsign: 'a softsign',
  exp: 'an exponential',
  erf: 'an error function',
};

/** What passes numbers on or mixes them without weights of its own: probabilities that go in are not scores behind it. */
const PASSING: ReadonlySet<Step['operation']['op']> = new Set([
  'affine',
  'combine',
  'concat',
  'reshape',
  'permute',
  'pool',
  'globalPool',
  'pad',
  'crop',
  'slice',
  'upsample',
]);

function makesProbabilities({ operation }: Step): boolean {
  return (
    operation.op === 'softmax' ||
    (operation.op === 'activation' && ['sigmoid', 'hardSigmoid', 'exp'].includes(operation.activation.kind))
  );
}

function passesOn({ operation }: Step): boolean {
  return operation.op === 'layer' ? operation.weights.length === 0 : PASSING.has(operation.op);
}

/** The probabilities that a step's value is computed from, or null. */
function probabilitiesBehind(step: Step, byName: ReadonlyMap<string, Step>): Step | null {
  const open = [step];
  const seen = new Set(open);
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (makesProbabilities(each)) return each;
    if (!passesOn(each)) continue;
    for (const input of each.inputs) {
      const before = byName.get(input);
      if (before === undefined || seen.has(before)) continue;
      seen.add(before);
      open.push(before);
    }
  }
  return null;
}

/** What the numbers of a step are that nothing known closes. */
function unclosed(step: Step, byName: ReadonlyMap<string, Step>, layers: Network['layers']): Closing {
  const behind = probabilitiesBehind(step, byName);
  if (behind === null) return { kind: 'linear' };
  const [layer] = [...layers].find(([, value]) => value === behind.name) ?? [behind.name];
  return { kind: 'from-probabilities', of: layer };
}

function closingOf(step: Step, byName: ReadonlyMap<string, Step>, layers: Network['layers']): Closing {
  const { operation } = step;
  if (operation.op === 'softmax') return { kind: 'softmax', over: step.shape.at(-1) ?? 0 };
  if (operation.op === 'activation') {
    if (operation.activation.kind === 'sigmoid') return { kind: 'sigmoid' };
    return { kind: 'other', what: SPOKEN[operation.activation.kind] };
  }
  if (operation.op === 'prelu') return { kind: 'other', what: 'a PReLU' };
  if (operation.op === 'layer') {
    const { className, config } = operation;
    const linear = (config['activation'] ?? 'linear') === 'linear' && !/softmax|elu|activation/i.test(className);
    if (!linear) return { kind: 'other', what: `a ${className} that cannot be taken off` };
  }
  return unclosed(step, byName, layers);
}

/**
 * Chooses the classification among a network's outputs and takes its closing softmax or sigmoid off, so that what is
 * left gives the scores: a class score is taken before them (Selvaraju et al. 2017, section 3).
 *
 * @throws VisionError `invalid-model` where no output classifies, or several do.
 */
export function classificationOf(network: Network, choice: OutputChoice = NO_CHOICE): Classification {
  const byName = new Map(network.steps.map((step) => [step.name, step]));
  const candidates = network.outputs.map(({ name, value }, index) => {
    const tail: Step[] = [];
    let step = byName.get(value);
    while (step?.operation.op === 'reshape') {
      tail.push(step);
      step = byName.get(step.inputs[0] ?? '');
    }
    const closing: Closing =
      step === undefined ? { kind: 'other', what: 'the picture itself' } : closingOf(step, byName, network.layers);
    return { name, value, index, tail, step, closing, shape: byName.get(value)?.shape ?? [] };
  });
  const { candidate, found } = chooseOutput(candidates, choice);
  const { value, index, tail, step, closing } = candidate;
  const whole = { found, index, outputs: sizeOf(candidate.shape) };
  if (step === undefined || (closing.kind !== 'softmax' && closing.kind !== 'sigmoid')) {
    return { ...whole, steps: network.steps, scores: value, closed: false };
  }
  const [before = INPUT] = step.inputs;
  const first = tail.at(-1);
  // The closing step stays where another output reads it: what the scores do not depend on goes when the plan is cut.
  if (first === undefined) return { ...whole, steps: network.steps, scores: before, closed: true };
  const steps = network.steps.map((each) => (each === first ? { ...each, inputs: [before] } : each));
  return { ...whole, steps, scores: value, closed: true };
}
