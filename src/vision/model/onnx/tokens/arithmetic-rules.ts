import type { GraphWriter } from '../../../trunk/onnx/graph.js';
import { NoGradientError, allInputs, input, int, one, outputShape, shapeOf, unbroadcast } from './head-call.js';
import type { HeadCall, HeadStep, Rule } from './head-call.js';

export const pairwise =
  (type: 'Add' | 'Sub' | 'Mul' | 'Div'): Rule =>
  (call) => {
    const { graph } = call;
    const [a, b] = [input(call, 0), input(call, 1)];
    const output = graph.node(type, [a, b]);
    const raw = (gradient: string, index: number): string => {
      switch (type) {
        case 'Add':
          return gradient;
        case 'Sub':
          return index === 0 ? gradient : graph.node('Neg', [gradient]);
        case 'Mul':
          return graph.node('Mul', [gradient, index === 0 ? b : a]);
        case 'Div':
          if (index === 0) return graph.node('Div', [gradient, b]);
          return graph.node('Neg', [graph.node('Mul', [gradient, graph.node('Div', [output, b])])]);
      }
    };
    return one(output, (gradient, index) =>
      unbroadcast(call, raw(gradient, index), outputShape(call), shapeOf(call, index)),
    );
  };

/** The value with its last two axes exchanged. */
function turned({ graph }: HeadCall, value: string, rank: number): string {
  const perm = Array.from({ length: rank }, (_, axis) => axis);
  return graph.node('Transpose', [value], { perm: { ints: [...perm.slice(0, -2), rank - 1, rank - 2] } });
}

export const product: Rule = (call) => {
  const { graph } = call;
  const [a, b] = [input(call, 0), input(call, 1)];
  const ranks = [shapeOf(call, 0).length, shapeOf(call, 1).length] as const;
  if (Math.min(...ranks) < 2) throw new NoGradientError('it multiplies a vector');
  return one(graph.node('MatMul', [a, b]), (gradient, index) => {
    const factors = index === 0 ? [gradient, turned(call, b, ranks[1])] : [turned(call, a, ranks[0]), gradient];
    const made = graph.node('MatMul', factors);
    const [shapeA, shapeB] = [shapeOf(call, 0), shapeOf(call, 1)];
    const batch = outputShape(call).slice(0, -2);
    const sides = index === 0 ? shapeA.slice(-2) : shapeB.slice(-2);
    return unbroadcast(call, made, [...batch, ...sides], index === 0 ? shapeA : shapeB);
  });
};

export const general: Rule = (call) => {
  const { graph, node } = call;
  if (int(call, 'transA', 0) === 1 || call.depends(1) || call.depends(2)) throw new NoGradientError('it is turned');
  const b = input(call, 1);
  const transB = int(call, 'transB', 0);
  const [alpha, beta] = ['alpha', 'beta'].map((name) => node.attributes.get(name)?.float ?? 1);
  const attributes = { alpha: { float: alpha ?? 1 }, beta: { float: beta ?? 1 }, transB: { int: transB } };
  return one(graph.node('Gemm', allInputs(call), attributes), (gradient) =>
    graph.node('Gemm', [gradient, b], { alpha: { float: alpha ?? 1 }, transB: { int: 1 - transB } }),
  );
};

/** An element-wise function of one value: its derivative, as a node of x and y. */
export const each =
  (type: string, slope: (graph: GraphWriter, x: string, y: string) => string): Rule =>
  (call) => {
    const { graph } = call;
    const x = input(call, 0);
    const y = graph.node(type, [x]);
    return one(y, (gradient) => graph.node('Mul', [gradient, slope(graph, x, y)]));
  };

export const oneLess = (graph: GraphWriter, x: string): string => graph.node('Sub', [graph.scalar(1), x]);
export const square = (graph: GraphWriter, x: string): string => graph.node('Mul', [x, x]);

/** exp(-x^2) * factor */
export function bell(graph: GraphWriter, x: string, factor: number): string {
  return graph.node('Mul', [graph.node('Exp', [graph.node('Neg', [square(graph, x)])]), graph.scalar(factor)]);
}

/** x * Phi(x), whose derivative is Phi(x) + x * phi(x) (Hendrycks and Gimpel 2016). */
function exactGelu(graph: GraphWriter, x: string): HeadStep {
  const scaled = graph.node('Mul', [x, graph.scalar(Math.SQRT1_2)]);
  const raised = graph.node('Add', [graph.node('Erf', [scaled]), graph.scalar(1)]);
  const phi = graph.node('Mul', [raised, graph.scalar(0.5)]);
  return one(graph.node('Mul', [x, phi]), (gradient) => {
    const rest = graph.node('Mul', [x, bell(graph, scaled, 1 / Math.sqrt(2 * Math.PI))]);
    return graph.node('Mul', [gradient, graph.node('Add', [phi, rest])]);
  });
}

/** x * h with h = (1 + tanh(u)) / 2 and u = a * x + b * x^3: the derivative is h + x * 2 * h * (1 - h) * (a + 3 * b * x^2). */
function approximateGelu(graph: GraphWriter, x: string): HeadStep {
  const a = Math.sqrt(2 / Math.PI);
  const b = 0.044715 * a;
  /** first + second * x^2 */
  const quadratic = (first: number, second: number): string =>
    graph.node('Add', [graph.node('Mul', [square(graph, x), graph.scalar(second)]), graph.scalar(first)]);
  // (1 + tanh(u)) / 2 is the sigmoid of 2 u.
  const half = graph.node('Sigmoid', [graph.node('Mul', [x, quadratic(2 * a, 2 * b)])]);
  return one(graph.node('Mul', [x, half]), (gradient) => {
    const slope = graph.node('Mul', [graph.node('Mul', [half, oneLess(graph, half)]), quadratic(2 * a, 6 * b)]);
    return graph.node('Mul', [gradient, graph.node('Add', [half, graph.node('Mul', [x, slope])])]);
  });
}

export const gelu: Rule = (call) => {
  const { graph, node } = call;
  const isApproximate = node.attributes.get('approximate')?.text === 'tanh';
  return (isApproximate ? approximateGelu : exactGelu)(graph, input(call, 0));
};

/** p * x^(p - 1) */
export const power: Rule = (call) => {
  const { graph } = call;
  const [exponent, ...more] = call.numbers(1) ?? [];
  if (exponent === undefined || more.length > 0) throw new NoGradientError('its exponent is no constant');
  const x = input(call, 0);
  return one(graph.node('Pow', [x, graph.scalar(exponent)]), (gradient) => {
    const lower = graph.node('Pow', [x, graph.scalar(exponent - 1)]);
    return graph.node('Mul', [gradient, graph.node('Mul', [lower, graph.scalar(exponent)])]);
  });
};
