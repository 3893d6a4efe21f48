import { z } from 'zod';
import { VisionError } from '../errors.js';
import type { TensorFlow } from '../trunk/tensorflow.js';
import { INPUT } from '../trunk/plan.js';
import type { Weights } from '../trunk/plan.js';
import { NetworkBuilder } from './builder.js';
import { convertNode } from './graph-nodes.js';
import type { GraphNode } from './graph-nodes.js';
import type { Network } from './network.js';
import { manifestEntries, readWeightData } from './source.js';
import type { ModelSource } from './source.js';

const dimension = z.looseObject({ size: z.union([z.string(), z.number()]).optional() });
const attribute = z.looseObject({
  s: z.string().optional(),
  b: z.boolean().optional(),
  f: z.number().optional(),
  i: z.union([z.string(), z.number()]).optional(),
  shape: z.looseObject({ dim: z.array(dimension).optional() }).optional(),
  list: z
    .looseObject({
      i: z.array(z.union([z.string(), z.number()])).optional(),
      s: z.array(z.string()).optional(),
    })
    .optional(),
});
const graph = z.looseObject({
  node: z.array(
    z.looseObject({
      name: z.string(),
      op: z.string(),
      input: z.array(z.string()).optional(),
      attr: z.record(z.string(), attribute).optional(),
    }),
  ),
});
const signatureSchema = z.looseObject({
  inputs: z.record(z.string(), z.looseObject({ name: z.string() })).optional(),
  outputs: z.record(z.string(), z.looseObject({ name: z.string() })).optional(),
});

/** A graph node's own name out of an input reference such as `name:0` or `^name`. */
function nodeName(reference: string): string {
  return reference.replace(/^\^/, '').replace(/:\d+$/, '');
}

/** Names of the nodes that the signature calls input and output; else the placeholder and the last node unread. */
export function graphEnds(source: ModelSource): { nodes: readonly GraphNode[]; input: string; output: string } {
  const parsed = graph.safeParse(source.topology);
  if (!parsed.success) {
    throw new VisionError('invalid-model', `The graph cannot be read: ${z.prettifyError(parsed.error)}`);
  }
  const nodes: GraphNode[] = parsed.data.node.map((node) => ({
    name: node.name,
    op: node.op,
    inputs: (node.input ?? []).filter((input) => !input.startsWith('^')).map(nodeName),
    attributes: node.attr ?? {},
  }));
  const signature = signatureSchema.safeParse(source.signature ?? {});
  const ends = signature.success ? signature.data : {};
  const placeholders = nodes.filter((node) => node.op === 'Placeholder');
  const read = new Set(nodes.flatMap((node) => node.inputs));
  const [firstInput] = Object.values(ends.inputs ?? {});
  const [firstOutput] = Object.values(ends.outputs ?? {});
  const input = firstInput ? nodeName(firstInput.name) : placeholders[0]?.name;
  const output = firstOutput ? nodeName(firstOutput.name) : nodes.findLast((node) => !read.has(node.name))?.name;
  if (input === undefined || output === undefined || placeholders.length !== 1) {
    throw new VisionError('invalid-model', 'The graph does not have one picture input and an output.');
  }
  return { nodes, input, output };
}

/** Height, width and channels of the placeholder; unknown sides are 224. */
export function graphInput(node: GraphNode | undefined, signature: unknown): Network['input'] {
  const fromSignature = z
    .looseObject({
      inputs: z.record(
        z.string(),
        z.looseObject({ tensorShape: z.looseObject({ dim: z.array(dimension).optional() }).optional() }),
      ),
    })
    .safeParse(signature);
  const declared = fromSignature.success ? Object.values(fromSignature.data.inputs)[0]?.tensorShape?.dim : undefined;
  const dimensions = node?.attributes['shape']?.shape?.dim ?? declared ?? [];
  const [, height, width, channels] = dimensions.map(({ size }) => Number(size ?? -1));
  if (channels !== 3 && channels !== 1) {
    throw new VisionError('invalid-model', 'The graph does not take one picture of [height, width, channels].');
  }
  const side = (length: number | undefined): number => (length !== undefined && length > 0 ? length : 224);
  return { height: side(height), width: side(width), channels };
}

/** The constants of a graph by node name. */
async function readConstants(source: ModelSource, tf: TensorFlow): Promise<Map<string, Weights>> {
  const tensors = tf.io.decodeWeights(await readWeightData(source), manifestEntries(source));
  const constants = new Map<string, Weights>();
  for (const [name, tensor] of Object.entries(tensors)) {
    const values = Float32Array.from(tensor.dataSync());
    if (!values.every(Number.isFinite)) {
      throw new VisionError('invalid-model', `The constant "${name}" has numbers that are not finite.`);
    }
    constants.set(name, { shape: [...tensor.shape], values });
    tensor.dispose();
  }
  return constants;
}

/**
 * Reads a TensorFlow.js graph model as a network of known steps.
 *
 * @returns the network, or null when the graph has an operation without a step and must run whole.
 * @throws VisionError `invalid-model` when the graph is broken.
 */
export async function readGraphModel(source: ModelSource, tf: TensorFlow): Promise<Network | null> {
  const { nodes, input, output } = graphEnds(source);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const builder = new NetworkBuilder(graphInput(byName.get(input), source.signature));
  const constants = await readConstants(source, tf);
  const values = new Map<string, string>([[input, INPUT]]);

  // An explicit stack: graphs can be deeper than the call stack, and may be cyclic.
  const open = new Set<string>();
  const stack = [output];
  while (stack.length > 0) {
    const name = stack.at(-1) ?? output;
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
      if (made === null) return null;
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
  const value = values.get(output);
  if (value === undefined) throw new VisionError('invalid-model', 'The output of the graph is a constant.');
  return builder.finish(value);
}
