import { bell, each, gelu, general, oneLess, pairwise, power, product, square } from './arithmetic-rules.js';
import {
  choice,
  concatenation,
  condition,
  expand,
  gather,
  passing,
  renaming,
  slice,
  split,
  transpose,
} from './arranging-rules.js';
import type { Rule } from './head-call.js';
import { layerNormalization, reduction, softmax } from './row-rules.js';

/** Operators of heads by name: each in operators that version 17 of the set has, and its vector-Jacobian product. */
export const HEAD_RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ...(['Add', 'Sub', 'Mul', 'Div'] as const).map((type) => [type, pairwise(type)] as const),
  ['MatMul', product],
  ['Gemm', general],
  ['Softmax', softmax],
  ['LayerNormalization', layerNormalization],
  ['Relu', each('Relu', (graph, _x, y) => graph.node('Sign', [y]))],
  ['Sigmoid', each('Sigmoid', (graph, _x, y) => graph.node('Mul', [y, oneLess(graph, y)]))],
  ['Tanh', each('Tanh', (graph, _x, y) => oneLess(graph, square(graph, y)))],
  ['Erf', each('Erf', (graph, x) => bell(graph, x, 2 / Math.sqrt(Math.PI)))],
  ['Exp', each('Exp', (_graph, _x, y) => y)],
  ['Sqrt', each('Sqrt', (graph, _x, y) => graph.node('Div', [graph.scalar(0.5), y]))],
  ['Reciprocal', each('Reciprocal', (graph, _x, y) => graph.node('Neg', [square(graph, y)]))],
  ['Neg', each('Neg', (graph) => graph.scalar(-1))],
  ['Gelu', gelu],
  ['Pow', power],
  ['ReduceMean', reduction('ReduceMean')],
  ['ReduceSum', reduction('ReduceSum')],
  ...['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'].map((type) => [type, renaming] as const),
  ['Transpose', transpose],
  ['Concat', concatenation],
  ['Split', split],
  ['Slice', slice],
  ['Gather', gather],
  ['Expand', expand],
  ...['Identity', 'Dropout', 'Cast'].map((type) => [type, passing] as const),
  ['IsNaN', condition],
  ['Where', choice],
]);
