import { ELEMENTWISE } from './graph-nodes.js';
import type { GraphNode } from './graph-nodes.js';

/**
 * Puts activations before the global max pooling again. TensorFlow's optimiser computes max(f(x)) as f(max(x)) where f
 * never falls, which saves work (`OptimizeMaxOrMinOfMonotonicStage` in grappler's arithmetic_optimizer.cc); f(x), which is
 * the last feature map, is then nowhere in the graph.
 *
 * @param kept nodes that others ask for by their names, and that stay what they are.
 */
export function activationsFirst(nodes: readonly GraphNode[], kept: ReadonlySet<string>): GraphNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const readers = new Map<string, number>();
  for (const input of nodes.flatMap(({ inputs }) => inputs)) readers.set(input, (readers.get(input) ?? 0) + 1);
  /** Poolings by the activation that reads them and nothing else does. */
  const swapped = new Map<string, GraphNode>();
  for (const { name, op, inputs } of nodes) {
    const before = byName.get(inputs[0] ?? '');
    const alone = before !== undefined && readers.get(before.name) === 1;
    if (op in ELEMENTWISE && before?.op === 'Max' && alone && !kept.has(name)) swapped.set(name, before);
  }
  const poolings = new Map([...swapped].map(([activation, { name }]) => [name, activation]));
  return nodes.map((node) => {
    const pooling = swapped.get(node.name);
    if (pooling !== undefined) return { ...node, inputs: pooling.inputs.slice(0, 1) };
    const activation = poolings.get(node.name);
    if (activation !== undefined) return { ...node, inputs: [activation, ...node.inputs.slice(1)] };
    return { ...node, inputs: node.inputs.map((input) => swapped.get(input)?.name ?? input) };
  });
}
