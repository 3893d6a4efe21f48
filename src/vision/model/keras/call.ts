import * as v from 'valibot';

/** How deep the arguments of a call are looked into; Keras nests them some four deep. */
const DEEPEST_ARGUMENT = 16;

/** A tensor of a model: the layer that made it, in which of its calls, and which of its outputs. */
export interface TensorOf {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

/** One call of a layer: the tensors that go in, and beside them what else was given. */
export interface Call {
  readonly tensors: readonly TensorOf[];
  /** Numbers among the arguments: `x / 127.5` has one, a constant tensor several. */
  readonly numbers: readonly number[];
  /** Whether a tensor came before those numbers: `1 - x` is not `x - 1`. */
  readonly tensorFirst: boolean;
  /** Arguments given by name. */
  readonly named: Readonly<Record<string, unknown>>;
  /** As Keras wrote it. */
  readonly written: unknown;
}

const keptTensor = v.looseObject({
  class_name: v.literal('__keras_tensor__'),
  config: v.looseObject({ keras_history: v.tuple([v.string(), v.number(), v.number()]) }),
});

const triple = v.looseTuple([v.string(), v.number(), v.number()]);

/** Stands where a layer's name does before a number. */
const CONSTANT = '_CONSTANT_VALUE';

const record = v.record(v.string(), v.unknown());

/** Tensors anywhere in the arguments of a call, in their order. */
export function tensorsIn(value: unknown, depth = 0): TensorOf[] {
  if (depth > DEEPEST_ARGUMENT || typeof value !== 'object' || value === null) return [];
  const kept = v.safeParse(keptTensor, value);
  if (kept.success) {
    const [layer, call, output] = kept.output.config.keras_history;
    return [{ layer, call, output }];
  }
  const legacy = v.safeParse(triple, value);
  if (legacy.success) {
    const [layer, call, output] = legacy.output;
    // The fourth holds arguments by name, and tensors among them.
    const named = tensorsIn(legacy.output.slice(3), depth + 1);
    return layer === CONSTANT ? named : [{ layer, call, output }, ...named];
  }
  return Object.values(value).flatMap((each) => tensorsIn(each, depth + 1));
}

/** Numbers anywhere in the arguments of a call that belong to no tensor. */
function numbersIn(value: unknown, depth = 0): number[] {
  if (typeof value === 'number') return [value];
  if (depth > DEEPEST_ARGUMENT || typeof value !== 'object' || value === null) return [];
  if (v.is(keptTensor, value)) return [];
  const legacy = v.is(triple, value) ? value : null;
  const rest = (legacy?.slice(3) ?? Object.values(value)).flatMap((each) => numbersIn(each, depth + 1));
  return legacy?.[0] === CONSTANT ? [legacy[2], ...rest] : rest;
}

/** The arguments of a call, in either version's way of writing it. */
function argumentsOf(node: unknown): readonly unknown[] {
  const modern = v.safeParse(v.looseObject({ args: v.array(v.unknown()) }), node);
  if (modern.success) return modern.output.args;
  if (!Array.isArray(node)) return [];
  return v.is(triple, node) ? [node] : (node as unknown[]);
}

/** Whether the first argument is a number. */
function beginsWithNumber(node: unknown): boolean {
  const [first] = argumentsOf(node);
  return typeof first === 'number' || (v.is(triple, first) && first[0] === CONSTANT);
}

/** The arguments by name of a call: `kwargs`, or the fourth entry after a tensor's three. */
function namedArguments(node: unknown): Call['named'] {
  const modern = v.safeParse(v.looseObject({ kwargs: record }), node);
  if (modern.success) return modern.output.kwargs;
  const legacy = v.safeParse(v.looseTuple([v.string(), v.number(), v.number(), record]), argumentsOf(node)[0]);
  return legacy.success ? legacy.output[3] : {};
}

/** Reads a call from an entry of a layer's `inbound_nodes`, as Keras 2, Keras 3 or TensorFlow.js writes it. */
export function readCall(node: unknown): Call {
  return {
    tensors: tensorsIn(node),
    numbers: numbersIn(node),
    tensorFirst: !beginsWithNumber(node),
    named: namedArguments(node),
    written: node,
  };
}
