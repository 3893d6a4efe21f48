import type { Tensor } from '@tensorflow/tfjs-core';
import { isSpatial, sizeOf } from '../trunk/plan.js';
import type { Plan, Shape, WholeGraph } from '../trunk/plan.js';
import type { TensorFlow } from '../trunk/tensorflow.js';
import { executeGraph } from '../trunk/whole.js';
import { loadGraphModel } from './graph-model.js';
import { VisionError } from '../vision-error.js';
import type { CompileChoice } from './choice.js';
import type { FoundOutput } from './findings.js';
import { deepest } from './deepest.js';
import { graphClosing } from './graph-closing.js';
import { chooseOutput } from './output-rules.js';
import { graphEnds, graphInput } from './read-graph.js';
import type { GraphNode } from './graph-nodes.js';
import type { TfjsSource } from './source.js';

/** The nodes that `name` depends on in an order of execution, `name` last. */
function ancestors(byName: ReadonlyMap<string, GraphNode>, name: string): GraphNode[] {
  const order: GraphNode[] = [];
  const done = new Set<string>();
  const stack: { name: string; expanded: boolean }[] = [{ name, expanded: false }];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const node = byName.get(top.name);
    if (node === undefined || done.has(top.name)) continue;
    if (top.expanded) {
      done.add(top.name);
      order.push(node);
    } else {
      stack.push({ name: top.name, expanded: true });
      for (const input of node.inputs) stack.push({ name: input, expanded: false });
    }
  }
  return order;
}

/** The shape of what every node makes of a black picture, without the batch. */
async function shapesIn(
  source: TfjsSource,
  tf: TensorFlow,
  inputNode: string,
  names: readonly string[],
): Promise<Map<string, Shape>> {
  const { nodes } = graphEnds(source);
  const { height, width, channels } = graphInput(
    nodes.find(({ name }) => name === inputNode),
    source.signature,
  );
  const model = await loadGraphModel(source);
  const picture = tf.zeros([1, height, width, channels]);
  let tensors: Tensor[] = [];
  try {
    tensors = executeGraph(model, { [inputNode]: picture }, names);
    return new Map(tensors.map((tensor, index) => [names[index] ?? '', tensor.shape.slice(1)]));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new VisionError('invalid-model', `TensorFlow.js cannot run the graph: ${why}`, { cause: error });
  } finally {
    picture.dispose();
    for (const tensor of tensors) tensor.dispose();
    model.dispose();
  }
}

/** A graph as it must run where it runs whole, and its output that is the classification. */
export interface WholeCompiled {
  readonly plan: Plan;
  readonly ends: Pick<WholeGraph, 'inputNode' | 'scoresNode'>;
  readonly found: FoundOutput;
}

/**
 * Prepares a graph with unknown operations to run whole on TensorFlow.js. The target is found by a dry run: every node
 * the outputs depend on is executed once on a black picture, and the last one above 1 x 1 before the scores is taken: of
 * branches that meet later, that of the longest chain of nodes.
 *
 * @throws VisionError `invalid-model` where the graph does not run, or no output classifies.
 */
export async function compileWhole(
  source: TfjsSource,
  tf: TensorFlow,
  { layer, ...choice }: CompileChoice,
): Promise<WholeCompiled> {
  const { nodes, input: inputNode, outputs: ends } = graphEnds(source);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const input = graphInput(byName.get(inputNode), source.signature);
  const runs = ({ op }: GraphNode): boolean => op !== 'Const' && op !== 'Placeholder';
  const all = new Set(ends.flatMap(({ value }) => ancestors(byName, value).filter(runs)));
  const shapes = await shapesIn(
    source,
    tf,
    inputNode,
    [...all].map(({ name }) => name),
  );
  const candidates = ends.map(({ name, value }) => ({
    name,
    node: value,
    shape: shapes.get(value) ?? [],
    ...graphClosing(byName, shapes, value),
  }));
  const { candidate, found } = chooseOutput(candidates, choice);
  const { scores } = candidate;
  const path = ancestors(byName, scores).filter(runs);
  const target = deepest(path, ({ name }) => {
    const spatial = isSpatial(shapes.get(name) ?? []);
    return name !== scores && (layer === null ? spatial : name === layer);
  });
  if (layer !== null && (target === null || !isSpatial(shapes.get(layer) ?? []))) {
    throw new VisionError('invalid-argument', `The graph has no node "${layer}" with a feature map.`);
  }
  const plan: Plan = {
    input,
    trunk: [],
    head: [],
    cut: target === null ? [] : [target.name],
    target: target === null ? null : { value: target.name, layer: target.name, shape: shapes.get(target.name) ?? [] },
    scores,
    output: found.kind,
    outputs: sizeOf(candidate.shape),
  };
  return { plan, ends: { inputNode, scoresNode: scores }, found };
}
