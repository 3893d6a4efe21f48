import { describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../../src/vision/model/builder.js';
import { fold } from '../../../src/vision/model/fold.js';
import type { Network } from '../../../src/vision/model/network.js';
import { INPUT, sizeOf } from '../../../src/vision/trunk/plan.js';
import type { Operation, Plan } from '../../../src/vision/trunk/plan.js';
import { relativeDifference } from '../../support/numbers.js';
import { ONE_BY_ONE, runOnArrays, weights } from '../../support/plans.js';
import { randomNumbers } from '../../support/random.js';
import { runOn } from '../../support/run.js';

const random = randomNumbers(17);
const constant = (...shape: number[]) => weights(shape, random(sizeOf(shape), -0.8, 0.8));
const norm = (channels: number): Operation => ({ op: 'affine', scale: constant(channels), shift: constant(channels) });
const SIDES = { top: 0, right: 1, bottom: 1, left: 0 };

/** A network over a picture of 6 x 5 x 3. */
function network(build: (builder: NetworkBuilder) => string): Network {
  const builder = new NetworkBuilder({ height: 6, width: 5, channels: 3 });
  return builder.finish(build(builder));
}

function planOf({ input, steps, outputs }: Network): Plan {
  const scores = outputs[0]?.value ?? '';
  return { input, trunk: steps, head: [], cut: [], target: null, scores, output: 'linear', outputs: 1 };
}

const conv = (builder: NetworkBuilder, name: string, input: string, out = 4): string =>
  builder.conv(name, input, {
    ...ONE_BY_ONE,
    filter: constant(3, 3, builder.shape(input)[2] ?? 0, out),
    bias: constant(out),
  });

const relu = (builder: NetworkBuilder, name: string, input: string, kind: 'relu' | 'relu6' = 'relu'): string =>
  builder.activation(name, input, { kind });

const FOLDED: readonly (readonly [name: string, steps: number, build: (builder: NetworkBuilder) => string])[] = [
  ['conv, norm and ReLU become one step', 1, (b) => relu(b, 'relu', b.unary('bn', conv(b, 'c', INPUT), norm(4)))],
  ['conv and ReLU6 become one step', 1, (b) => relu(b, 'relu6', conv(b, 'c', INPUT), 'relu6')],
  [
    'pad, depthwise of multiplier two without bias, norm and ReLU6 become one step',
    1,
    (b) => {
      const padded = b.pad('pad', INPUT, SIDES);
      const depthwise = b.depthwise('d', padded, { ...ONE_BY_ONE, filter: constant(3, 3, 3, 2), bias: null });
      return relu(b, 'relu6', b.unary('bn', depthwise, norm(6)), 'relu6');
    },
  ],
  [
    'pad goes into a padded convolution of stride two',
    1,
    (b) =>
      b.conv('c', b.pad('pad', INPUT, SIDES), {
        filter: constant(3, 3, 3, 2),
        bias: null,
        strides: [2, 2],
        dilations: [1, 1],
        padding: SIDES,
      }),
  ],
  [
    'dense, norm and ReLU become one step',
    2,
    (b) => relu(b, 'relu', b.unary('bn', b.dense('d', b.reshape('flat', INPUT, [-1]), constant(90, 5), null), norm(5))),
  ],
  [
    'one scale for all and a shift for each channel become one with what scales all',
    1,
    (b) => {
      const shifted: Operation = { op: 'affine', scale: constant(1), shift: constant(3) };
      return b.unary('b1', b.unary('b0', INPUT, shifted), norm(1));
    },
  ],
  [
    'a chain of norms becomes one',
    1,
    (b) => b.unary('b2', b.unary('b1', b.unary('b0', INPUT, norm(3)), norm(3)), norm(1)),
  ],
  [
    'a norm of one number after one of a channel each becomes one',
    1,
    (b) => b.unary('b1', b.unary('b0', INPUT, norm(1)), norm(3)),
  ],
  [
    'two norms after a convolution go into it',
    1,
    (b) => b.unary('b1', b.unary('b0', conv(b, 'c', INPUT), norm(4)), norm(4)),
  ],
  [
    'a rescaling of one number goes into the convolution before it',
    1,
    (b) => b.unary('r', conv(b, 'c', INPUT), norm(1)),
  ],
];

const LEFT: readonly (readonly [name: string, steps: number, build: (builder: NetworkBuilder) => string])[] = [
  [
    'a value that two steps read',
    3,
    (b) => {
      const value = conv(b, 'c', INPUT);
      return b.combine('sum', [value, b.unary('bn', value, norm(4))], 'add');
    },
  ],
  [
    'a value that one step reads twice',
    3,
    (b) => {
      const value = conv(b, 'c', INPUT);
      return b.unary('bn', b.combine('double', [value, value], 'add'), norm(4));
    },
  ],
  ['a norm after a ReLU', 2, (b) => b.unary('bn', relu(b, 'relu', conv(b, 'c', INPUT)), norm(4))],
  ['a second ReLU6 after a ReLU', 2, (b) => relu(b, 'r6', relu(b, 'r', conv(b, 'c', INPUT)), 'relu6')],
  ['padding that is not with zeros', 2, (b) => conv(b, 'c', b.pad('pad', INPUT, SIDES, 0.5))],
  ['padding before a pooling', 2, (b) => b.pool('p', b.pad('pad', INPUT, SIDES), 'max', [2, 2], { ...ONE_BY_ONE })],
  ['an activation that no kernel has', 2, (b) => b.activation('a', conv(b, 'c', INPUT), { kind: 'swish' })],
];

describe('folding', () => {
  it.each([...FOLDED.map((each) => ['folds', ...each] as const), ...LEFT.map((each) => ['leaves', ...each] as const)])(
    '%s: %s, %i steps left, and the numbers stay',
    async (_what, _name, count, build) => {
      const original = network(build);
      const folded = fold(original, new Set());
      expect(folded.steps).toHaveLength(count);
      expect(folded.outputs).toEqual(original.outputs);
      const picture = random(6 * 5 * 3, -2, 2);
      const expected = (await runOnArrays(planOf(original), picture)).scores;
      expect(relativeDifference((await runOnArrays(planOf(folded), picture)).scores, expected)).toBeLessThan(1e-5);
      expect(relativeDifference((await runOn('cpu', planOf(folded), picture)).scores, expected)).toBeLessThan(1e-5);
    },
  );

  it('leaves a value that is kept, and folds what follows it', () => {
    const original = network((b) => relu(b, 'r', b.unary('bn', conv(b, 'c', INPUT), norm(4))));
    expect(fold(original, new Set(['c'])).steps.map(({ name }) => name)).toEqual(['c', 'bn', 'r']);
    expect(fold(original, new Set(['bn'])).steps.map(({ name }) => name)).toEqual(['bn', 'r']);
  });

  it('leaves the output even where a step after it could take it in', () => {
    const original = network((b) => {
      const value = conv(b, 'c', INPUT);
      b.unary('unread', value, norm(4));
      return value;
    });
    expect(fold(original, new Set()).steps.map(({ name }) => name)).toEqual(['c', 'unread']);
  });
});
