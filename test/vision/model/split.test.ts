import { describe, expect, it } from 'vitest';
import { ArrayHead } from '../../../src/vision/head/head.js';
import { NetworkBuilder } from '../../../src/vision/model/builder.js';
import type { Network } from '../../../src/vision/model/network.js';
import { split } from '../../../src/vision/model/split.js';
import { INPUT, sizeOf } from '../../../src/vision/trunk/plan.js';
import { refusal } from '../../support/errors.js';
import { relativeDifference } from '../../support/numbers.js';
import { ONE_BY_ONE, runOnArrays, weights } from '../../support/plans.js';
import { randomNumbers } from '../../support/random.js';
import { runOn } from '../../support/run.js';

const random = randomNumbers(23);
const constant = (...shape: number[]) => weights(shape, random(sizeOf(shape), -0.8, 0.8));
const PICTURE = random(8 * 6 * 3);
const SAME = { top: 1, right: 1, bottom: 1, left: 1 };

/**
 * conv1 -> bn1 -> relu1 -> pool -> [conv2 -> relu2 -> conv3] + pool -> add -> relu3 -> gap -> scores -> `last`.
 */
function residual(last: 'softmax' | 'sigmoid' | 'linear' = 'softmax', classes = 4): Network {
  const b = new NetworkBuilder({ height: 8, width: 6, channels: 3 });
  const named = (name: string, value: string): string => {
    b.nameLayer(name, value);
    return value;
  };
  const conv = (name: string, input: string): string =>
    named(
      name,
      b.conv(name, input, {
        ...ONE_BY_ONE,
        filter: constant(3, 3, b.shape(input)[2] ?? 0, 5),
        bias: constant(5),
        padding: SAME,
      }),
    );
  const relu = (name: string, input: string): string => named(name, b.activation(name, input, { kind: 'relu' }));
  const norm = b.unary('bn1', conv('conv1', INPUT), { op: 'affine', scale: constant(5), shift: constant(5) });
  const first = relu('relu1', named('bn1', norm));
  const pool = named('pool', b.pool('pool', first, 'max', [2, 2], { ...ONE_BY_ONE, strides: [2, 2] }));
  const branch = conv('conv3', relu('relu2', conv('conv2', pool)));
  const end = relu('relu3', named('add', b.combine('add', [branch, pool], 'add')));
  const pooled = named('gap', b.globalPool('gap', end, 'average', false));
  const scores = named('scores', b.dense('scores', pooled, constant(5, classes), constant(classes)));
  return b.finish(b.activation('last', scores, last === 'sigmoid' ? { kind: 'sigmoid' } : last));
}

describe('the target by the dry-run rule', () => {
  it('is the last feature map above 1 x 1, after its activation', () => {
    const { target, cut, head } = split(residual());
    expect(target).toEqual({ value: 'relu3', layer: 'relu3', shape: [4, 3, 5] });
    expect(cut).toEqual(['relu3']);
    expect(head.map(({ name }) => name)).toEqual(['gap', 'scores']);
  });

  it('does not go by names, and passes over maps of 1 x 1', () => {
    const b = new NetworkBuilder({ height: 2, width: 2, channels: 3 });
    const pooled = b.globalPool('conv_last_relu', INPUT, 'average', true);
    const map = b.conv('gap', INPUT, { ...ONE_BY_ONE, filter: constant(1, 1, 3, 3), bias: null });
    const scaled = b.combine('dense', [map, pooled], 'multiply');
    const end = b.globalPool('features', scaled, 'average', true);
    const classes = b.conv('top_conv', end, { ...ONE_BY_ONE, filter: constant(1, 1, 3, 2), bias: null });
    expect(split(b.finish(b.reshape('flat', classes, [-1]))).target?.layer).toBe('dense');
  });

  it.each([
    ['first', ['deep', 'flat']],
    ['last', ['flat', 'deep']],
  ])('is in the branch with most steps where they meet later, which comes %s', (_place, order) => {
    const b = new NetworkBuilder({ height: 4, width: 4, channels: 3 });
    const before = b.activation('before', INPUT, { kind: 'relu' });
    const ends = order.map((name) => {
      const first = b.activation(`${name}1`, before, { kind: 'relu' });
      const end = name === 'deep' ? b.activation('deep2', first, { kind: 'tanh' }) : first;
      return b.globalPool(`${name}_gap`, end, 'average', false);
    });
    expect(split(b.finish(b.combine('add', ends, 'add'))).target?.layer).toBe('deep2');
  });

  it('is nothing that the output does not depend on', () => {
    const b = new NetworkBuilder({ height: 4, width: 4, channels: 3 });
    const map = b.activation('used', INPUT, { kind: 'relu' });
    const output = b.globalPool('gap', map, 'average', false);
    b.activation('unused', map, { kind: 'tanh' });
    const plan = split(b.finish(output));
    expect(plan.target?.layer).toBe('used');
    expect([...plan.trunk, ...plan.head].map(({ name }) => name)).toEqual(['used', 'gap']);
  });

  it('is null for a network without a feature map, which still predicts', async () => {
    const b = new NetworkBuilder({ height: 2, width: 2, channels: 3 });
    const plan = split(b.finish(b.dense('scores', b.reshape('flat', INPUT, [-1]), constant(12, 2), null)));
    expect(plan).toMatchObject({ target: null, head: [], cut: ['scores'] });
    expect((await runOn('onnx', plan, random(12))).scores).toHaveLength(2);
  });
});

describe('the closing activation', () => {
  it.each([
    ['softmax', 4, 'softmax', 'scores'],
    ['sigmoid', 4, 'sigmoids', 'scores'],
    ['sigmoid', 1, 'one-sigmoid', 'scores'],
    ['linear', 4, 'linear', 'scores'],
  ] as const)('%s over %i outputs is %s, and the scores are what comes before it', (last, classes, output, scores) => {
    const plan = split(residual(last, classes));
    expect(plan).toMatchObject({ output, scores, outputs: classes });
  });

  it('is found behind a reshape too', async () => {
    const b = new NetworkBuilder({ height: 2, width: 2, channels: 3 });
    const pooled = b.globalPool('gap', b.activation('relu', INPUT, { kind: 'relu' }), 'average', true);
    const classes = b.conv('conv', pooled, { ...ONE_BY_ONE, filter: constant(1, 1, 3, 2), bias: null });
    const plan = split(b.finish(b.reshape('flat', b.unary('softmax', classes, { op: 'softmax' }), [-1])));
    expect(plan).toMatchObject({ output: 'softmax', outputs: 2 });
    const { scores } = await runOnArrays(plan, random(12, 1, 2));
    expect(scores).toHaveLength(2);
    expect(scores.reduce((a, b2) => a + b2, 0)).not.toBeCloseTo(1, 3);
  });
});

describe('a configured layer', () => {
  const whole = residual();
  const layers = ['relu3', 'add', 'conv3', 'relu2', 'conv2', 'pool', 'relu1', 'bn1', 'conv1'];

  it.each(layers)('%s is the target, and trunk and head together are the whole', async (layer) => {
    const plan = split(whole, layer);
    expect(plan.target).toMatchObject({ layer, value: layer });
    const expected = (await runOnArrays(split(whole), PICTURE)).scores;
    const { cut, scores } = await runOn('onnx', plan, PICTURE);
    expect(relativeDifference(scores, expected)).toBeLessThan(1e-5);
    expect(relativeDifference((await new ArrayHead(plan).run(cut)).scores, expected)).toBeLessThan(1e-5);
  });

  it('inside a fused chain is a map of its own: before the norm and the ReLU', async () => {
    const { cut } = await runOn('onnx', split(whole, 'conv1'), PICTURE);
    expect(cut.get('conv1')?.some((value) => value < 0)).toBe(true);
  });

  it('beside a shortcut has the shortcut among its cut values, the target first', () => {
    expect(split(whole, 'conv2').cut).toEqual(['conv2', 'pool']);
    expect(split(whole, 'pool').cut).toEqual(['pool']);
  });

  it('that is not there is refused by name, with the names of the last feature maps', async () => {
    const error = await refusal(Promise.resolve().then(() => split(whole, 'out_relu')));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain('"out_relu"');
    expect(error.message).toContain('relu3');
  });

  it('without a feature map is refused by name, with its shape', async () => {
    const error = await refusal(Promise.resolve().then(() => split(whole, 'gap')));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain('"gap"');
    expect(error.message).toContain('[5]');
  });
});
