import type { Operation, Padding, Step, Weights } from '../trunk/plan.js';
import { INPUT } from '../trunk/plan.js';
import type { Network } from './network.js';
import { vector } from './network.js';

type Affine = Extract<Operation, { op: 'affine' }>;
type Linear = Extract<Operation, { op: 'conv' | 'depthwise' | 'dense' }>;

function isLinear(operation: Operation): operation is Linear {
  return operation.op === 'conv' || operation.op === 'depthwise' || operation.op === 'dense';
}

/** scale * (W x + b) + shift = (scale W) x + (scale b + shift); the output channel is the filter's last axes. */
function foldAffine(linear: Linear, affine: Affine, channels: number): Linear {
  const factor = (channel: number): number => at(affine.scale, channel);
  const scaled = (weights: Weights): Weights => ({
    shape: weights.shape,
    values: weights.values.map((value, index) => value * factor(index % channels)),
  });
  const bias = vector(
    Float32Array.from(
      { length: channels },
      (_, channel) => (linear.bias?.values[channel] ?? 0) * factor(channel) + at(affine.shift, channel),
    ),
  );
  return linear.op === 'dense'
    ? { ...linear, kernel: scaled(linear.kernel), bias }
    : { ...linear, filter: scaled(linear.filter), bias };
}

function at(weights: Weights, channel: number): number {
  return weights.values[weights.values.length === 1 ? 0 : channel] ?? 0;
}

function combineAffine(first: Affine, second: Affine): Affine {
  const parts = [first.scale, first.shift, second.scale, second.shift];
  const length = Math.max(...parts.map(({ values }) => values.length));
  const each = (make: (channel: number) => number): Weights =>
    vector(Float32Array.from({ length }, (_, channel) => make(channel)));
  return {
    op: 'affine',
    scale: each((c) => at(first.scale, c) * at(second.scale, c)),
    shift: each((c) => at(first.shift, c) * at(second.scale, c) + at(second.shift, c)),
  };
}

function sum(a: Padding, b: Padding): Padding {
  return { top: a.top + b.top, right: a.right + b.right, bottom: a.bottom + b.bottom, left: a.left + b.left };
}

/** The one step that does what `first` and then `second` do, or null. */
function merge(first: Step, second: Step): Operation | null {
  const [a, b] = [first.operation, second.operation];
  if (a.op === 'pad' && a.value === 0 && (b.op === 'conv' || b.op === 'depthwise')) {
    return { ...b, padding: sum(a.padding, b.padding) };
  }
  if (b.op === 'affine') {
    if (isLinear(a) && a.activation === 'linear') return foldAffine(a, b, second.shape.at(-1) ?? 0);
    if (a.op === 'affine') return combineAffine(a, b);
  }
  if (b.op === 'activation' && isLinear(a) && a.activation === 'linear') {
    const { kind } = b.activation;
    if (kind === 'relu' || kind === 'relu6') return { ...a, activation: kind };
  }
  return null;
}

/**
 * Folds batch norms into the convolutions and dense layers before them, explicit zero padding into the convolutions
 * after it, and fuses ReLU and ReLU6 (Jacob et al. 2018, section 3.2). Exact up to rounding.
 *
 * @param kept values that must stay as they are, because someone reads them: the target's feature map.
 * @returns the network with fewer steps; a merged step bears the name of its last part.
 */
export function fold(network: Network, kept: ReadonlySet<string>): Network {
  const readers = new Map<string, number>();
  const outputs = new Set(network.outputs.map(({ value }) => value));
  for (const step of network.steps) {
    for (const input of step.inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  const made = new Map<string, Step>();
  for (const step of network.steps) {
    let current = step;
    for (;;) {
      const [input] = current.inputs;
      const previous = input === undefined || input === INPUT ? undefined : made.get(input);
      if (previous === undefined || current.inputs.length !== 1) break;
      if (kept.has(previous.name) || outputs.has(previous.name) || readers.get(previous.name) !== 1) break;
      const operation = merge(previous, current);
      if (operation === null) break;
      made.delete(previous.name);
      current = { ...current, inputs: previous.inputs, operation };
    }
    made.set(current.name, current);
  }
  return { ...network, steps: [...made.values()] };
}
