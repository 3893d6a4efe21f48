import * as v from 'valibot';
import { VisionError } from '../vision-error.js';
import type { TensorFlow } from '../trunk/tensorflow.js';
import { INPUT } from '../trunk/plan.js';
import type { Weights } from '../trunk/plan.js';
import { NetworkBuilder } from './builder.js';
import { graphEntries } from './graph-model.js';
import { convertNode } from './graph-nodes.js';
import type { GraphNode } from './graph-nodes.js';
import { activationsFirst } from './graph-order.js';
import { pictureOf } from './network.js';
import type { Network, NetworkOutput } from './network.js';
import { readWeightData } from './source.js';
import type { TfjsSource } from './source.js';

const dimension = v.looseObject({ size: v.optional(v.union([v.string(), v.number()])) });
const attribute = v.looseObject({
  s: v.optional(v.string()),
  b: v.optional(v.boolean()),
  f: v.optional(v.number()),
  i: v.optional(v.union([v.string(), v.number()])),
  shape: v.optional(v.looseObject({ dim: v.optional(v.array(dimension)) })),
  list: v.optional(
    v.looseObject({
      i: v.optional(v.array(v.union([v.string(), v.number()]))),
      s: v.optional(v.array(v.string())),
    }),
  ),
});
const graph = v.looseObject({
  node: v.array(
    v.looseObject({
      name: v.string(),
      op: v.string(),
      input: v.optional(v.array(v.string())),
      attr: v.optional(v.record(v.string(), attribute)),
    }),
  ),
});
const ends = v.record(v.string(), v.looseObject({ name: v.string() }));
const signatureSchema = v.looseObject({ inputs: v.optional(ends), outputs: v.optional(ends) });
const inputShapes = v.looseObject({
  inputs: v.record(
    v.string(),
    v.looseObject({ tensorShape: v.optional(v.looseObject({ dim: v.optional(v.array(dimension)) })) }),
  ),
});

/** A graph node's own name out of an input reference such as `name:0` or `^name`. */
function nodeName(reference: string): string {
  return reference.replace(/^\^/, '').replace(/:\d+$/, '');
}

/** Nodes that make nothing to read. */
const SILENT: ReadonlySet<string> = new Set(['Const', 'Placeholder', 'NoOp']);

/** A graph's nodes, the one that takes the picture, and the outputs with the names of the nodes that make them. */
export interface GraphEnds {
  readonly nodes: readonly GraphNode[];
  readonly input: string;
  readonly outputs: readonly NetworkOutput[];
}

/**
 * The nodes that the signature calls input and outputs, the latter by the names it gives them; else the placeholder and
 * the nodes that no other reads.
 */
export function graphEnds(source: TfjsSource): GraphEnds {
  const parsed = v.safeParse(graph, source.topology);
  if (!parsed.success) {
    throw new VisionError('invalid-model', `The graph cannot be read: ${v.summarize(parsed.issues)}`);
  }
  const nodes: GraphNode[] = parsed.output.node.map((node) => ({
    name: node.name,
    op: node.op,
    inputs: (node.input ?? []).filter((input) => !input.startsWith('^')).map(nodeName),
    attributes: node.attr ?? {},
  }));
  const signature = v.safeParse(signatureSchema, source.signature ?? {});
  const named = signature.success ? signature.output : {};
  const placeholders = nodes.filter((node) => node.op === 'Placeholder');
  const read = new Set(nodes.flatMap((node) => node.inputs));
  const [firstInput] = Object.values(named.inputs ?? {});
  const signed = Object.entries(named.outputs ?? {}).map(([name, end]) => ({ name, value: nodeName(end.name) }));
  const input = firstInput ? nodeName(firstInput.name) : placeholders[0]?.name;
  const unread = nodes.filter(({ name, op }) => !read.has(name) && !SILENT.has(op));
  const outputs = signed.length > 0 ? signed : unread.map(({ name }) => ({ name, value: name }));
  if (input === undefined || outputs.length === 0 || placeholders.length !== 1) {
    throw new VisionError('invalid-model', 'The graph does not have one picture input and an output.');
  }
  return { nodes, input, outputs };
}

/** Height, width and channels of the placeholder; unknown sides are 224. */
export function graphInput(node: GraphNode | undefined, signature: unknown): Network['input'] {
  const fromSignature = v.safeParse(inputShapes, signature);
  const declared = fromSignature.success ? Object.values(fromSignature.output.inputs)[0]?.tensorShape?.dim : undefined;
  const dimensions = node?.attributes['shape']?.shape?.dim ?? declared ?? [];
  return pictureOf(dimensions.slice(1).map(({ size }) => Number(size ?? -1)));
}

/** The constants of a graph by node name. */
async function readConstants(source: TfjsSource, tf: TensorFlow): Promise<Map<string, Weights>> {
  const tensors = tf.io.decodeWeights(await readWeightData(source), graphEntries(source));
  const constants = new Map<string, Weights>();
  for (const [name, tensor] of Object.entries(tensors)) {
    const data = tensor.dataSync();
    const values = data instanceof Float32Array ? data : Float32Array.from(data);
    if (!values.every(Number.isFinite)) {
      throw new VisionError('invalid-model', `The constant "${name}" has numbers that are not finite.`);
    }
    constants.set(name, { shape: [...tensor.shape], values });
    tensor.dispose();
  }
  return constants;
}

/** What was read of a graph: all that the outputs depend on, or the steps before a node that has none. */
export type GraphReading =
  | { readonly complete: true; readonly network: Network }
  | { readonly complete: false; readonly begun: Pick<Network, 'input' | 'steps' | 'layers'> };

/**
 * Reads a TensorFlow.js graph model as a network of known steps.
 *
 * @param outputs those to be read; by default all.
 * @returns the network, or its beginning where an operation has no step and the graph must run whole.
 * @throws VisionError `invalid-model` when the graph is broken.
 */
export async function readGraphModel(
  source: TfjsSource,
  tf: TensorFlow,
  outputs: readonly NetworkOutput[] = graphEnds(source).outputs,
): Promise<GraphReading> {
  const { nodes, input } = graphEnds(source);
  const kept = new Set(graphEnds(source).outputs.map(({ value }) => value));
  const byName = new Map(activationsFirst(nodes, kept).map((node) => [node.name, node]));
  const builder = new NetworkBuilder(graphInput(byName.get(input), source.signature));
  const constants = await readConstants(source, tf);
  const values = new Map<string, string>([[input, INPUT]]);

  // An explicit stack: graphs can be deeper than the call stack, and may be cyclic.
  const open = new Set<string>();
  const stack = outputs.map(({ value }) => value);
  for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
    const node = byName.get(name);
    if (node === undefined)
      throw new VisionError('invalid-model', `The graph reads a node "${name}" it does not have.`);
    if (values.has(name) || constants.has(name)) {
      stack.pop();
      continue;
    }
    const missing = node.inputs.filter((each) => !values.has(each) && !constants.has(each));
    if (missing.length > 0) {
      if (open.has(name)) throw new VisionError('invalid-model', `The graph has a cycle through "${name}".`);
      open.add(name);
      stack.push(...missing);
      continue;
    }
    try {
      const made = convertNode(builder, node, values, constants);
      if (made === null) return { complete: false, begun: builder.finish([]) };
      if (typeof made === 'string') {
        values.set(name, made);
        builder.nameLayer(name, made);
      } else {
        constants.set(name, made);
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new VisionError('invalid-model', `Node "${name}" (${node.op}) does not fit: ${why}.`, { cause: error });
    }
    stack.pop();
  }
  const made = outputs.map(({ name, value }) => {
    const output = values.get(value);
    if (output === undefined)
      throw new VisionError('invalid-model', `The output "${name}" of the graph is a constant.`);
    return { name, value: output };
  });
  return { complete: true, network: builder.finish(made) };
}
