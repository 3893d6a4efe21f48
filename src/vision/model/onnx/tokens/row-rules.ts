import { sizeOf } from '../../../trunk/plan.js';
import { NoGradientError, fromStart, input, int, one, outputShape, reshaped, shapeOf, summed } from './head-call.js';
import type { Rule } from './head-call.js';

/** y * (g - sum(g * y)) */
export const softmax: Rule = (call) => {
  const { graph } = call;
  const rank = shapeOf(call, 0).length;
  const axis = fromStart(int(call, 'axis', call.opset < 13 ? 1 : -1), rank);
  if (call.opset < 13 && axis !== rank - 1) throw new NoGradientError('it is over several axes');
  const output = graph.node('Softmax', [input(call, 0)], { axis: { int: axis } });
  return one(output, (gradient) => {
    const dot = summed(call, graph.node('Mul', [gradient, output]), [axis]);
    return graph.node('Mul', [output, graph.node('Sub', [gradient, dot])]);
  });
};

/** As `layerNorm` among the operations of plans. */
export const layerNormalization: Rule = (call) => {
  const { graph, node } = call;
  const rank = shapeOf(call, 0).length;
  const over = fromStart(int(call, 'axis', -1), rank);
  if (over !== rank - 1 || call.depends(1) || call.depends(2)) throw new NoGradientError('it is over several axes');
  const mean = (value: string): string =>
    graph.node('ReduceMean', [value], { axes: { ints: [over] }, keepdims: { int: 1 } });
  const x = input(call, 0);
  const centred = graph.node('Sub', [x, mean(x)]);
  const variance = mean(graph.node('Mul', [centred, centred]));
  const epsilon = graph.scalar(node.attributes.get('epsilon')?.float ?? 1e-5);
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, epsilon])]);
  const normal = graph.node('Div', [centred, deviation]);
  const [scale, shift] = [call.input(1), call.input(2)];
  const scaled = scale === undefined ? normal : graph.node('Mul', [normal, scale]);
  const output = shift === undefined ? scaled : graph.node('Add', [scaled, shift]);
  return one(output, (gradient) => {
    const h = scale === undefined ? gradient : graph.node('Mul', [gradient, scale]);
    const along = graph.node('Mul', [normal, mean(graph.node('Mul', [h, normal]))]);
    return graph.node('Div', [graph.node('Sub', [graph.node('Sub', [h, mean(h)]), along]), deviation]);
  });
};

export const reduction =
  (type: 'ReduceMean' | 'ReduceSum'): Rule =>
  (call) => {
    const { graph, node } = call;
    const shape = shapeOf(call, 0);
    const given = call.numbers(1) ?? node.attributes.get('axes')?.ints ?? [];
    if (given.length === 0) throw new NoGradientError('it is over everything');
    const axes = given.map((axis) => fromStart(axis, shape.length));
    const sum = summed(call, input(call, 0), axes);
    const count = type === 'ReduceSum' ? 1 : sizeOf(axes.map((axis) => shape[axis] ?? 1));
    const mean = (value: string): string => graph.node('Mul', [value, graph.scalar(1 / count)]);
    const kept = shape.map((side, axis) => (axes.includes(axis) ? 1 : side));
    return one(reshaped(call, mean(sum), outputShape(call)), (gradient) =>
      graph.node('Expand', [mean(reshaped(call, gradient, kept)), graph.integers(shape)]),
    );
  };
