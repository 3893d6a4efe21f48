import type { OnnxFileNode } from './onnx-file.js';

/** Tensors that depend on one; a tensor's shape does not. */
export function dependents(nodes: readonly OnnxFileNode[], on: string): Set<string> {
  const found = new Set([on]);
  for (const { op, inputs, outputs } of nodes) {
    if (op === 'Shape' || op === 'Size' || !inputs.some((input) => found.has(input))) continue;
    for (const output of outputs) if (output !== '') found.add(output);
  }
  return found;
}

/** The nodes that tensors depend on, in their order. */
export function nodesBehind(nodes: readonly OnnxFileNode[], tensors: readonly string[]): OnnxFileNode[] {
  const needed = new Set(tensors);
  const kept = nodes.toReversed().filter(({ inputs, outputs }) => {
    const isNeeded = outputs.some((output) => output !== '' && needed.has(output));
    if (isNeeded) for (const input of inputs) needed.add(input);
    return isNeeded;
  });
  return kept.reverse();
}

/**
 * Nodes with each behind what it reads, and otherwise in their order. ONNX asks for that, but ONNX Runtime does not, and
 * its own conversion to 16 bits writes files without it. In a circle some node is before what it reads.
 */
export function inOrder(nodes: readonly OnnxFileNode[]): OnnxFileNode[] {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  // An output that is left out has no name, and neither has such an input.
  makers.delete('');
  const begun = new Set<OnnxFileNode>();
  const ordered: OnnxFileNode[] = [];
  for (const first of nodes) {
    const open = [{ node: first, read: 0 }];
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      const { node } = last;
      if (last.read === 0 && begun.has(node)) {
        open.pop();
        continue;
      }
      begun.add(node);
      const input = node.inputs[last.read++];
      const maker = input === undefined ? undefined : makers.get(input);
      if (maker !== undefined && !begun.has(maker)) open.push({ node: maker, read: 0 });
      if (input !== undefined) continue;
      ordered.push(node);
      open.pop();
    }
  }
  return ordered;
}
