import type { Shape } from '../trunk/plan.js';
import type { GraphNode } from './graph-nodes.js';
import type { Closing } from './output-rules.js';

/** Nodes that change the shape of what they are given, or nothing. */
const RESHAPING: ReadonlySet<string> = new Set(['Identity', 'StopGradient', 'Reshape', 'Squeeze', 'ExpandDims']);

/** Nodes with weights of their own, whose results are scores whatever goes in. */
const WEIGHING = [
  ...['MatMul', '_FusedMatMul', 'BatchMatMul', 'BatchMatMulV2', 'Einsum'],
  ...['Conv2D', '_FusedConv2D', 'FusedConv2D', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2dNative'],
];

/** Nodes that pass numbers on or mix them: probabilities that go in are not scores behind them. */
const PASSING: ReadonlySet<string> = new Set([
  ...RESHAPING,
  ...[
    'BiasAdd',
    'Add',
    'AddV2',
    'AddN',
    'Sub',
    'Mul',
    'RealDiv',
    'Div',
    'DivNoNan',
    'Neg',
    'Log',
    'Pow',
    'Sqrt',
    'Square',
  ],
  ...['Mean', 'Sum', 'Prod', 'Max', 'Min', 'Maximum', 'Minimum', 'AvgPool', 'MaxPool'],
  ...[
    'ConcatV2',
    'Concat',
    'Pack',
    'Slice',
    'StridedSlice',
    'Split',
    'SplitV',
    'Transpose',
    'Pad',
    'PadV2',
    'GatherV2',
  ],
  ...['FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3', 'Cast'],
]);

/** Operations whose results are scores where nothing before them makes probabilities. */
const LINEAR: ReadonlySet<string> = new Set([...WEIGHING, ...PASSING, 'LogSoftmax']);

/** Nodes that make probabilities, an exponential that is divided by its sum among them. */
const PROBABILITIES: ReadonlySet<string> = new Set(['Softmax', 'Sigmoid', 'Exp']);

/** The activation fused into a node, but for the bias. */
function fusedInto({ attributes }: GraphNode): string | undefined {
  const fused = (attributes['fused_ops']?.list?.s ?? []).map((each) => Buffer.from(each, 'base64').toString('utf8'));
  return fused.find((each) => each !== 'BiasAdd');
}

/**
 * How an output ends, by its nodes alone, and the node of the scores.
 *
 * @param shapes of what the nodes make, without the batch.
 */
export function graphClosing(
  byName: ReadonlyMap<string, GraphNode>,
  shapes: ReadonlyMap<string, Shape>,
  output: string,
): { scores: string; closing: Closing } {
  let node = byName.get(output);
  while (node !== undefined && RESHAPING.has(node.op)) node = byName.get(node.inputs[0] ?? '');
  const [before = output] = node?.inputs ?? [];
  if (node === undefined) return { scores: output, closing: { kind: 'other', what: 'the picture itself' } };
  if (node.op === 'Softmax') {
    return { scores: before, closing: { kind: 'softmax', over: shapes.get(node.name)?.at(-1) ?? 0 } };
  }
  if (node.op === 'Sigmoid') return { scores: before, closing: { kind: 'sigmoid' } };
  const fused = fusedInto(node);
  if (!LINEAR.has(node.op) || fused !== undefined) {
    return { scores: output, closing: { kind: 'other', what: `the operation ${fused ?? node.op}` } };
  }
  const open = [node];
  const seen = new Set(open);
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (PROBABILITIES.has(each.op)) return { scores: output, closing: { kind: 'from-probabilities', of: each.name } };
    if (!PASSING.has(each.op)) continue;
    for (const input of each.inputs) {
      const one = byName.get(input);
      if (one === undefined || seen.has(one)) continue;
      seen.add(one);
      open.push(one);
    }
  }
  return { scores: output, closing: { kind: 'linear' } };
}
