import { describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../../src/vision/model/builder.js';
import { NO_CHOICE } from '../../../src/vision/model/choice.js';
import { compileModel } from '../../../src/vision/model/compile.js';
import { classificationOf } from '../../../src/vision/model/outputs.js';
import { INPUT } from '../../../src/vision/trunk/plan.js';
import type { Activation } from '../../../src/vision/trunk/plan.js';
import { refusal } from '../../support/errors.js';
import { savedModel, stock } from '../../support/models.js';
import { ONE_BY_ONE, weights } from '../../support/plans.js';

type Build = (b: NetworkBuilder, pooled: string) => string;

const constant = (...shape: number[]) => weights(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5));
const dense =
  (units: number, name = 'dense'): Build =>
  (b, pooled) =>
    b.dense(name, pooled, constant(3, units), null);
const softmax =
  (units: number, name = 'softmax'): Build =>
  (b, pooled) =>
    b.activation(name, dense(units, `${name}/dense`)(b, pooled), 'softmax');
const activated =
  (units: number, activation: Activation, name: string = activation.kind): Build =>
  (b, pooled) =>
    b.activation(name, dense(units, `${name}/dense`)(b, pooled), activation);
const sigmoid = (units: number, name = 'sigmoid'): Build => activated(units, { kind: 'sigmoid' }, name);
const map = (b: NetworkBuilder, units: number, name = 'map'): string =>
  b.conv(name, INPUT, { ...ONE_BY_ONE, filter: constant(1, 1, 3, units), bias: null });

/** A network over a picture of 4 x 4 with these outputs, each from its pooled channels. */
function network(outputs: Readonly<Record<string, Build>>) {
  const b = new NetworkBuilder({ height: 4, width: 4, channels: 3 });
  const pooled = b.globalPool('gap', INPUT, 'average', false);
  return b.finish(Object.entries(outputs).map(([name, build]) => ({ name, value: build(b, pooled) })));
}

const found = (outputs: Readonly<Record<string, Build>>, choice: { labels?: number; output?: string } = {}) =>
  classificationOf(network(outputs), { ...NO_CHOICE, ...choice }).found;

const messageOf = async (
  outputs: Readonly<Record<string, Build>>,
  choice: { labels?: number; output?: string } = {},
) => {
  const error = await refusal(Promise.resolve().then(() => found(outputs, choice)));
  expect(error.code).toBe('invalid-model');
  return error.message;
};

describe('the only output', () => {
  it.each<[string, Build, number, string, number]>([
    ['softmax', softmax(3), 0, 'softmax', 3],
    ['one sigmoid', sigmoid(1), 0, 'one-sigmoid', 2],
    ['several sigmoids', sigmoid(4), 0, 'sigmoids', 4],
    ['several numbers as they are', dense(3), 0, 'linear', 3],
    ['one number as it is, with two labels', dense(1), 2, 'one-sigmoid', 2],
    [
      'softmax over one place, reshaped',
      (b) => {
        const one = b.globalPool('one', INPUT, 'average', true);
        const conv = b.conv('conv', one, { ...ONE_BY_ONE, filter: constant(1, 1, 3, 5), bias: null });
        return b.reshape('flat', b.activation('probs', conv, 'softmax'), [-1]);
      },
      0,
      'softmax',
      5,
    ],
    [
      'numbers of one place',
      (b) => {
        const one = b.globalPool('one', INPUT, 'average', true);
        return b.conv('conv', one, { ...ONE_BY_ONE, filter: constant(1, 1, 3, 5), bias: null });
      },
      0,
      'linear',
      5,
    ],
    [
      'a sum of numbers',
      (b, pooled) => b.combine('sum', [dense(3, 'x')(b, pooled), dense(3, 'y')(b, pooled)], 'add'),
      0,
      'linear',
      3,
    ],
    [
      'numbers from a gated feature map',
      (b, pooled) => {
        const gated = b.combine('gated', [pooled, activated(3, { kind: 'sigmoid' }, 'gate')(b, pooled)], 'multiply');
        return b.dense('scores', gated, constant(3, 3), null);
      },
      0,
      'linear',
      3,
    ],
  ])('is read: %s', (_, build, labels, kind, classes) => {
    expect(found({ only: build }, { labels })).toEqual({ name: 'only', among: 1, asked: false, kind, classes });
  });

  it.each<[string, Build, RegExp]>([
    ['softmax over one number', softmax(1), /always 100 %/],
    ['one number as it is', dense(1), /regression.*exactly two labels.*there are 0/],
    ['tanh', activated(3, { kind: 'tanh' }), /tanh/],
    ['ReLU', activated(3, { kind: 'relu' }), /ReLU/],
    ['hard sigmoid', activated(1, { kind: 'hardSigmoid', slope: 0.2, offset: 0.5 }), /hard sigmoid/],
    ['exponential', activated(3, { kind: 'exp' }), /exponential/],
    ['a picture of sigmoids', (b) => b.activation('out', map(b, 3), { kind: 'sigmoid' }), /\[4, 4, 3\].*autoencoders/],
    ['a softmax at each place', (b) => b.activation('out', map(b, 3), 'softmax'), /places/],
    [
      'a softmax at each place in one row',
      (b) => b.reshape('row', b.activation('out', map(b, 3), 'softmax'), [16, 3]),
      /places/,
    ],
    [
      'the average of two softmaxes',
      (b, pooled) => b.combine('mean', [softmax(3, 'p1')(b, pooled), softmax(3, 'p2')(b, pooled)], 'average'),
      /probabilities.*"p/,
    ],
    [
      'sigmoids side by side',
      (b, pooled) => b.concat('both', [sigmoid(1, 'p1')(b, pooled), sigmoid(1, 'p2')(b, pooled)], 0),
      /probabilities/,
    ],
    [
      'a softmax averaged over places',
      (b) => b.globalPool('mean', b.activation('p', map(b, 3), 'softmax'), 'average', false),
      /probabilities.*"p"/,
    ],
    [
      'a sigmoid scaled',
      (b, pooled) => b.unary('scaled', sigmoid(3)(b, pooled), { op: 'affine', scale: constant(1), shift: constant(1) }),
      /probabilities/,
    ],
    [
      'a layer that closes in its own way',
      (b, pooled) =>
        b.add(
          'odd',
          [pooled],
          { op: 'layer', className: 'Activation', config: { activation: 'mish' }, weights: [] },
          [3],
        ),
      /Activation/,
    ],
  ])('is refused with the reason: %s', async (_, build, reason) => {
    const message = await messageOf({ only: build });
    expect(message).toMatch(/no classifier/);
    expect(message).toContain('"only"');
    expect(message).toMatch(reason);
  });

  it.each([0, 1, 3, 10])('that is one number is refused with %i labels', async (labels) => {
    expect(await messageOf({ age: dense(1) }, { labels })).toMatch(new RegExp(`there are ${labels}`));
  });
});

describe('several outputs', () => {
  it.each<[string, Readonly<Record<string, Build>>, number, string]>([
    ['the softmax beside a regression', { age: dense(1), probs: softmax(2) }, 2, 'probs'],
    ['the softmax beside logits', { logits: dense(3), probs: softmax(3) }, 3, 'probs'],
    ['the softmax beside sigmoids', { tags: sigmoid(3), probs: softmax(3) }, 3, 'probs'],
    ['the sigmoids beside numbers', { features: dense(3), tags: sigmoid(3) }, 3, 'tags'],
    ['the softmax with as many classes as labels', { colours: softmax(3, 'a'), shapes: softmax(4, 'b') }, 4, 'shapes'],
    ['the numbers with as many as labels', { features: dense(8, 'a'), logits: dense(4, 'b') }, 4, 'logits'],
    [
      'the softmax beside a segmentation',
      { mask: (b) => b.activation('m', map(b, 3), 'softmax'), probs: softmax(3) },
      0,
      'probs',
    ],
  ])('give %s', (_, outputs, labels, name) => {
    expect(found(outputs, { labels })).toMatchObject({ name, among: 2, asked: false });
  });

  it.each<[string, Readonly<Record<string, Build>>, number]>([
    ['two softmaxes alike', { first: softmax(3, 'a'), second: softmax(3, 'b') }, 3],
    ['two softmaxes and no labels', { first: softmax(3, 'a'), second: softmax(4, 'b') }, 0],
    ['two rows of numbers', { first: dense(3, 'a'), second: dense(4, 'b') }, 5],
  ])('are refused by their names with the way out: %s', async (_, outputs, labels) => {
    const message = await messageOf(outputs, { labels });
    for (const part of ['"first"', '"second"', '"output"', 'classifier.json']) expect(message).toContain(part);
  });

  it('are refused each with its reason where none classifies', async () => {
    const message = await messageOf({ age: dense(1), mask: (b) => map(b, 2) });
    expect(message).toMatch(/"age" .*regression.*"mask" .*places/);
  });

  it('give the one asked for by name, whatever the rules say', () => {
    const outputs = { first: softmax(3, 'a'), second: sigmoid(3, 'b') };
    expect(found(outputs, { output: 'second' })).toMatchObject({ name: 'second', asked: true, kind: 'sigmoids' });
  });

  it('do not have a name that is asked for: those there are are named', async () => {
    const message = await messageOf({ first: softmax(3, 'a'), second: dense(3, 'b') }, { output: 'third' });
    for (const part of ['"third"', '"first"', '"second"']) expect(message).toContain(part);
  });

  it('asked for by name and no classification are refused with the reason', async () => {
    expect(await messageOf({ age: dense(1), probs: softmax(2) }, { output: 'age' })).toMatch(/"age".*regression/);
  });
});

describe('a compiled model', () => {
  const random = (size: number): Float32Array => Float32Array.from({ length: size }, (_, at) => Math.sin(at * 1.7));

  /** A layers model with a head of these dense layers side by side, in this order. */
  async function model(
    heads: readonly { name: string; units: number; activation: 'linear' | 'softmax' | 'sigmoid' }[],
  ) {
    const { tf, layers } = await stock();
    const input = layers.input({ shape: [6, 6, 3] });
    const conv = layers.layers.conv2d({ filters: 4, kernelSize: 3, name: 'conv' }).apply(input);
    const pooled = layers.layers.globalAveragePooling2d({ name: 'gap' }).apply(conv);
    const outputs = heads.map((head) => layers.layers.dense(head).apply(pooled));
    const built = layers.model({ inputs: input, outputs: outputs as ReturnType<typeof layers.input>[] });
    built.setWeights(built.getWeights().map((each) => tf.tensor(random(each.size), each.shape)));
    return savedModel(built);
  }

  it('of one number is proved against the number, and read as two classes', async () => {
    const folder = await model([{ name: 'logit', units: 1, activation: 'linear' }]);
    const { compiled, findings } = await compileModel(folder, { labels: 2 });
    expect(compiled.plan).toMatchObject({ output: 'one-sigmoid', outputs: 1 });
    expect(findings.output).toEqual({ name: 'logit', among: 1, asked: false, kind: 'one-sigmoid', classes: 2 });
  });

  it('is proved against the output that was chosen, not the first', async () => {
    const folder = await model([
      { name: 'age', units: 1, activation: 'linear' },
      { name: 'probs', units: 3, activation: 'softmax' },
      { name: 'tags', units: 4, activation: 'sigmoid' },
    ]);
    const chosen = await compileModel(folder);
    expect(chosen.findings.output).toMatchObject({ name: 'probs', among: 3, kind: 'softmax' });
    expect(chosen.compiled.plan.outputs).toBe(3);
    const asked = await compileModel(folder, { output: 'tags' });
    expect(asked.findings.output).toMatchObject({ name: 'tags', among: 3, asked: true, kind: 'sigmoids' });
    expect(asked.compiled.plan.outputs).toBe(4);
  });
});
