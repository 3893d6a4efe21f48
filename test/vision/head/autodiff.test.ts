import { describe, expect, it } from 'vitest';
import { ArrayHead } from '../../../src/vision/head/head.js';
import { stepsScores, TensorFlowHead } from '../../../src/vision/head/tensorflow-head.js';
import { NetworkBuilder } from '../../../src/vision/model/builder.js';
import { shapesOf, INPUT, sizeOf } from '../../../src/vision/trunk/plan.js';
import type { Activation, Plan } from '../../../src/vision/trunk/plan.js';
import { relativeDifference } from '../../support/numbers.js';
import { NO_PADDING, ONE_BY_ONE, weights } from '../../support/plans.js';
import { awayFromKinks, randomNumbers } from '../../support/random.js';

const SMOOTH: readonly Activation[] = [
  { kind: 'swish' },
  { kind: 'tanh' },
  { kind: 'sigmoid' },
  { kind: 'gelu', approximate: true },
  { kind: 'softplus' },
  { kind: 'elu', alpha: 0.5 },
  { kind: 'selu' },
  { kind: 'relu' },
  { kind: 'leakyRelu', alpha: 0.2 },
  { kind: 'hardSwish' },
];

/**
 * A head of eight random steps, a pooling and a dense layer over a map of 6 x 5 x 4. It leaves out what TensorFlow.js
 * differentiates wrongly (padded average pooling) or not at all (dilated convolutions).
 */
function randomHead(seed: number): Plan {
  const random = randomNumbers(seed);
  const below = (count: number): number => Math.min(count - 1, Math.floor(random(1, 0, count)[0] ?? 0));
  const constant = (...shape: number[]) => weights(shape, random(sizeOf(shape), -0.7, 0.7));
  const builder = new NetworkBuilder({ height: 6, width: 5, channels: 4 });
  const same = { top: 1, right: 1, bottom: 1, left: 1 };
  const earlier: string[] = [INPUT];
  const moves: ((x: string, channels: number, name: string) => string)[] = [
    (x, c, name) =>
      builder.conv(name, x, { ...ONE_BY_ONE, filter: constant(3, 3, c, 3), bias: constant(3), padding: same }),
    (x, c, name) => builder.conv(name, x, { ...ONE_BY_ONE, filter: constant(1, 1, c, 4), bias: null }),
    (x, c, name) =>
      builder.depthwise(name, x, { ...ONE_BY_ONE, filter: constant(3, 3, c, 1), bias: constant(c), padding: same }),
    (x, c, name) => builder.unary(name, x, { op: 'affine', scale: constant(c), shift: constant(c) }),
    (x, c, name) => builder.unary(name, x, { op: 'prelu', slope: constant(c) }),
    (x, _c, name) => builder.activation(name, x, SMOOTH[below(SMOOTH.length)] ?? 'linear'),
    (x, _c, name) => builder.pool(name, x, 'max', [2, 2], { strides: [1, 1], padding: { ...NO_PADDING, right: 1 } }),
    (x, _c, name) => builder.pool(name, x, 'average', [2, 2], { strides: [1, 1], padding: NO_PADDING }),
    (x, _c, name) => builder.combine(name, [x, builder.globalPool(`${name}/squeeze`, x, 'average', true)], 'multiply'),
    (x, _c, name) => builder.concat(name, [x, x], 2),
    (x, _c, name) => builder.pad(name, x, { ...same, left: 0 }),
    (x, _c, name) => builder.crop(name, builder.upsample(`${name}/up`, x, [2, 1]), { ...NO_PADDING, top: 1 }),
    (x, _c, name) => builder.permute(name, x, [1, 0, 2]),
    (x, _c, name) => {
      const equal = earlier.find((value) => builder.shape(value).join() === builder.shape(x).join());
      return equal === undefined || equal === x ? x : builder.combine(name, [x, equal], 'add');
    },
  ];
  let value: string = INPUT;
  for (let i = 0; i < 8; i++) {
    const move = moves[below(moves.length)];
    value = move?.(value, builder.shape(value)[2] ?? 0, `step${i}`) ?? value;
    earlier.push(value);
  }
  value = below(2) === 0 ? builder.globalPool('pool', value, 'average', false) : builder.reshape('flat', value, [-1]);
  const scores = builder.dense('scores', value, constant(sizeOf(builder.shape(value)), 3), constant(3));
  return {
    input: { height: 6, width: 5, channels: 4 },
    trunk: [],
    head: builder.finish(scores).steps,
    cut: [INPUT],
    target: { value: INPUT, layer: 'map', shape: [6, 5, 4] },
    scores,
    output: 'linear',
    outputs: 3,
  };
}

describe('random heads', () => {
  it.each(Array.from({ length: 24 }, (_, seed) => seed))(
    'head %i has the scores and gradients that TensorFlow.js finds',
    async (seed) => {
      const plan = randomHead(seed);
      const cut = new Map([[INPUT, awayFromKinks(6 * 5 * 4, randomNumbers(seed + 100)).map((x) => x / 2)]]);
      const [own, oracle] = [
        await new ArrayHead(plan).run(cut),
        await new TensorFlowHead(plan, stepsScores(plan, shapesOf(plan)), shapesOf(plan)).run(cut),
      ];
      expect(relativeDifference(own.scores, oracle.scores)).toBeLessThan(1e-5);
      const oneHot = Float32Array.of(0, -1, 0);
      const [mine, theirs] = [await own.gradient(oneHot), await oracle.gradient(oneHot)];
      expect(theirs.some((slope) => slope !== 0)).toBe(true);
      expect(relativeDifference(mine, theirs)).toBeLessThan(1e-5);
    },
  );
});
