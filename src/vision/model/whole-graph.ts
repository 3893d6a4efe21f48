import type { Tensor } from '@tensorflow/tfjs-core';
import { isSpatial } from '../trunk/plan.js';
import type { Compiled, Plan } from '../trunk/plan.js';
import type { TensorFlow } from '../trunk/tensorflow.js';
import { executeGraph } from '../trunk/whole.js';
import { loadGraphModel } from './graph-model.js';
import { VisionError } from '../errors.js';
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

/** The node before the closing softmax or sigmoid, and what that closing says about the output. */
function closing(byName: ReadonlyMap<string, GraphNode>, output: string): { scores: string; op: string } {
  let node = byName.get(output);
  while (node?.op === 'Identity' || node?.op === 'Reshape') node = byName.get(node.inputs[0] ?? '');
  if (node?.op === 'Softmax' || node?.op === 'Sigmoid') return { scores: node.inputs[0] ?? output, op: node.op };
  return { scores: output, op: '' };
}

/**
 * Prepares a graph with unknown operations to run whole on TensorFlow.js. The target is found by a dry run: every node
 * the scores depend on is executed once on a black picture, and the last one above 1 x 1 is taken.
 *
 * @throws VisionError `invalid-model` where the graph does not run.
 */
export async function compileWhole(source: TfjsSource, tf: TensorFlow, layer: string | undefined): Promise<Compiled> {
  const { nodes, input: inputNode, output } = graphEnds(source);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const input = graphInput(byName.get(inputNode), source.signature);
  const { scores, op } = closing(byName, output);
  const path = ancestors(byName, scores).filter((node) => node.op !== 'Const' && node.op !== 'Placeholder');
  const model = await loadGraphModel(source);
  const shapes = new Map<string, number[]>();
  const picture = tf.zeros([1, input.height, input.width, input.channels]);
  let tensors: Tensor[] = [];
  try {
    const names = path.map((node) => node.name);
    tensors = executeGraph(model, { [inputNode]: picture }, names);
    tensors.forEach((tensor, index) => shapes.set(names[index] ?? '', tensor.shape.slice(1)));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new VisionError('invalid-model', `TensorFlow.js cannot run the graph: ${why}`, { cause: error });
  } finally {
    picture.dispose();
    for (const tensor of tensors) tensor.dispose();
    model.dispose();
  }
  const outputs = (shapes.get(scores) ?? []).reduce((product, side) => product * side, 1);
  const found = path.findLast((node) => {
    const spatial = isSpatial(shapes.get(node.name) ?? []);
    return node.name !== scores && (layer === undefined ? spatial : node.name === layer);
  });
  if (layer !== undefined && (found === undefined || !isSpatial(shapes.get(layer) ?? []))) {
    throw new VisionError('invalid-argument', `The graph has no node "${layer}" with a feature map.`);
  }
  const target =
    found === undefined ? null : { value: found.name, layer: found.name, shape: shapes.get(found.name) ?? [] };
  const plan: Plan = {
    input,
    trunk: [],
    head: [],
    cut: target === null ? [] : [target.value],
    target,
    scores,
    output: op === 'Softmax' ? 'softmax' : op === 'Sigmoid' ? (outputs === 1 ? 'one-sigmoid' : 'sigmoids') : 'linear',
    outputs,
  };
  return { plan, whole: { inputNode, scoresNode: scores } };
}
