import type { OnnxAttribute, OnnxFileNode, OnnxModel } from './onnx-file.js';
import { numbersIfAny } from './onnx-tensor.js';
import type { ReadExternal } from './onnx-tensor.js';

const NOTHING: OnnxAttribute = { float: 0, int: 0, text: '', floats: [], ints: [], tensor: null };

/** The one number of a constant, or null. */
function numberIn(
  name: string,
  byOutput: ReadonlyMap<string, OnnxFileNode>,
  { initializers }: OnnxModel,
  external: ReadExternal,
): number | null {
  const tensor = initializers.get(name) ?? byOutput.get(name)?.attributes.get('value')?.tensor;
  if (!tensor || tensor.shape.some((side) => side !== 1)) return null;
  return numbersIfAny(tensor, external)?.[0] ?? null;
}

/**
 * Puts layer normalisations together that exporters wrote as nine nodes before operator set 17 had one for them:
 * (x - mean) / sqrt(mean of its square + epsilon), over the last axis. Scale and shift are left to be steps of their own.
 */
export function layerNormsOf(nodes: readonly OnnxFileNode[], model: OnnxModel, external: ReadExternal): OnnxFileNode[] {
  const byOutput = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const made = (name: string | undefined, op: string): OnnxFileNode | null => {
    const node = byOutput.get(name ?? '');
    return node?.op === op ? node : null;
  };
  const meansLast = (node: OnnxFileNode | null): boolean => {
    const axes = node?.attributes.get('axes')?.ints ?? [];
    return node !== null && axes.length === 1 && axes[0] === -1 && node.attributes.get('keepdims')?.int !== 0;
  };
  const normOf = (node: OnnxFileNode): OnnxFileNode | null => {
    if (node.op !== 'Div') return null;
    const [centred = '', deviation] = node.inputs;
    const [variance, epsilonName = ''] = made(made(deviation, 'Sqrt')?.inputs[0], 'Add')?.inputs ?? [];
    const ofSquares = made(variance, 'ReduceMean');
    const square = byOutput.get(ofSquares?.inputs[0] ?? '');
    const subtraction = made(centred, 'Sub');
    const [x = '', meanName] = subtraction?.inputs ?? [];
    const mean = made(meanName, 'ReduceMean');
    const epsilon = numberIn(epsilonName, byOutput, model, external);
    const isSquare =
      square?.inputs[0] === centred &&
      ((square.op === 'Pow' && numberIn(square.inputs[1] ?? '', byOutput, model, external) === 2) ||
        (square.op === 'Mul' && square.inputs[1] === centred));
    if (!isSquare || !meansLast(mean) || !meansLast(ofSquares) || mean?.inputs[0] !== x || epsilon === null)
      return null;
    const attributes = new Map([
      ['axis', { ...NOTHING, int: -1 }],
      ['epsilon', { ...NOTHING, float: epsilon }],
    ]);
    return { ...node, op: 'LayerNormalization', inputs: [x], attributes };
  };
  return nodes.map((node) => normOf(node) ?? node);
}
