import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/vision/model/compile.js';
import { refusal } from '../../support/errors.js';
import { changedModel } from '../../support/models.js';
import type { GraphNodeFile } from '../../support/models.js';

const FLOAT = { T: { type: 'DT_FLOAT' } };
const RELU = 'pooling_dense/out_relu/Relu6';

/** The golden graph with other nodes at its end, and what its signature then calls outputs; none without one. */
function ending(
  nodes: (probabilities: string, scores: string) => GraphNodeFile[],
  outputs: Readonly<Record<string, string>> | null,
): Promise<string> {
  return changedModel('graph', (file) => {
    const all = file.modelTopology.node ?? [];
    const closing = all.find(({ op }) => op === 'Softmax');
    if (closing === undefined) throw new Error('The golden graph ends in a softmax.');
    all.push(...nodes(closing.name, closing.input?.[0] ?? ''));
    if (file.signature !== undefined && outputs !== null) {
      file.signature.outputs = Object.fromEntries(
        Object.entries(outputs).map(([key, name]) => [key, { name: `${name}:0` }]),
      );
    }
    if (outputs === null) delete file.signature;
  });
}

/** A node that has no step in a plan. */
const sine = (name: string, of: string): GraphNodeFile => ({ name, op: 'Sin', input: [of], attr: FLOAT });

const unary = (op: string, of: string, name = 'last'): GraphNodeFile => ({ name, op, input: [of], attr: FLOAT });

describe('outputs of a graph', () => {
  it('are called as the signature calls them', async () => {
    const folder = await ending((p) => [unary('Identity', p)], { probs: 'last' });
    expect((await compileModel(folder)).findings.output).toMatchObject({ name: 'probs', among: 1, kind: 'softmax' });
  });

  it('are the nodes that none reads where there is no signature', async () => {
    const folder = await ending((_p, scores) => [unary('Tanh', scores)], null);
    const { output } = (await compileModel(folder)).findings;
    expect(output).toMatchObject({ name: 'Identity', among: 2, kind: 'softmax' });
  });

  it('may have no step where they are not the classification, and the graph need not run whole', async () => {
    const folder = await ending((p, scores) => [unary('Identity', p), sine('odd', scores)], {
      odd: 'odd',
      probs: 'last',
    });
    const { compiled, findings } = await compileModel(folder);
    expect(compiled.whole).toBeNull();
    expect(findings.output).toMatchObject({ name: 'probs', among: 2 });
  });

  it.each<[string, (p: string, scores: string) => GraphNodeFile[], RegExp]>([
    ['tanh', (_, scores) => [unary('Tanh', scores)], /tanh/],
    ['a softmax doubled', (p) => [{ name: 'last', op: 'AddV2', input: [p, p], attr: FLOAT }], /probabilities/],
    ['places', () => [unary('Sigmoid', RELU)], /places/],
  ])('are refused by the same rules: %s', async (_, nodes, reason) => {
    const error = await refusal(compileModel(await ending(nodes, { answer: 'last' })));
    expect(error.message).toMatch(/"answer"/);
    expect(error.message).toMatch(reason);
  });
});

describe('outputs of a graph that runs whole', () => {
  /** The sine of the scores, which has no step, before the end. */
  const odd = (scores: string): GraphNodeFile => sine('odd', scores);

  it.each<[string, GraphNodeFile[], string]>([
    ['softmax', [unary('Softmax', 'odd')], 'softmax'],
    ['sigmoids', [unary('Sigmoid', 'odd')], 'sigmoids'],
    ['the logarithm of a softmax', [unary('LogSoftmax', 'odd')], 'linear'],
  ])('are read: %s', async (_, nodes, kind) => {
    const { compiled, findings } = await compileModel(
      await ending((_p, scores) => [odd(scores), ...nodes], { answer: 'last' }),
    );
    expect(compiled.whole).not.toBeNull();
    expect(compiled.plan.output).toBe(kind);
    expect(findings.output).toMatchObject({ name: 'answer', kind, classes: 5 });
  });

  it.each<[string, GraphNodeFile[], RegExp]>([
    ['an operation that says nothing', [unary('Identity', 'odd')], /Sin/],
    [
      'an exponential divided by hand',
      [unary('Exp', 'odd', 'exp'), { name: 'last', op: 'RealDiv', input: ['exp', 'exp'], attr: FLOAT }],
      /probabilities.*"exp"/,
    ],
    [
      'a softmax doubled',
      [unary('Softmax', 'odd', 'p'), { name: 'last', op: 'AddV2', input: ['p', 'p'], attr: FLOAT }],
      /probabilities.*"p"/,
    ],
  ])('are refused: %s', async (_, nodes, reason) => {
    const error = await refusal(
      compileModel(await ending((_p, scores) => [odd(scores), ...nodes], { answer: 'last' })),
    );
    expect(error.code).toBe('invalid-model');
    expect(error.message).toMatch(reason);
  });
});
