import type { OnnxFileNode, OnnxModel } from './onnx-file.js';
import { isWhole, numbersIfAny } from './onnx-tensor.js';
import type { ReadExternal } from './onnx-tensor.js';

/**
 * Makes one reshape of the two nodes that PyTorch writes for a view of a tensor in other strides: all numbers in a row, and
 * a gather of each of them in that order.
 */
export function stridedViewsOf(
  nodes: readonly OnnxFileNode[],
  { initializers }: OnnxModel,
  external: ReadExternal,
): OnnxFileNode[] {
  const byOutput = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const constant = (name: string | undefined): { shape: readonly number[]; values: Float32Array } | null => {
    const tensor = initializers.get(name ?? '') ?? byOutput.get(name ?? '')?.attributes.get('value')?.tensor;
    if (!tensor || !isWhole(tensor.type)) return null;
    const values = numbersIfAny(tensor, external);
    return values && { shape: tensor.shape, values };
  };
  return nodes.map((node) => {
    const row = byOutput.get(node.inputs[0] ?? '');
    if (node.op !== 'Gather' || row?.op !== 'Reshape' || (node.attributes.get('axis')?.int ?? 0) !== 0) return node;
    const [target, indices] = [constant(row.inputs[1]), constant(node.inputs[1])];
    const isRow = target?.values.join() === '-1';
    if (!isRow || !indices?.values.every((value, index) => value === index)) return node;
    const shape = { float: 0, int: 0, text: '', floats: [], ints: indices.shape, tensor: null };
    return { ...node, op: 'Reshape', inputs: row.inputs.slice(0, 1), attributes: new Map([['shape', shape]]) };
  });
}
