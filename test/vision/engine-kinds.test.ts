import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CAM, METHODS } from '../../src/vision/cam/methods.js';
import type { Engine } from '../../src/vision/engine.js';
import { largestDifference } from '../support/numbers.js';
import { photograph } from '../support/pictures.js';
import { codeOf, copyModel, engineModule, withEngine } from '../support/sorot.js';
import type { GoldenName } from '../support/sorot.js';

const { Engine: EngineClass, photoOf } = engineModule;

const CLASSIFIER = {
  labels: ['tabby', 'husky', 'poodle', 'chair', 'table'],
  groups: [
    { label: 'animal', classes: ['tabby'] },
    { label: 'dog', parent: 'animal', classes: ['1-2'] },
    { label: 'furniture', classes: ['chair', 'table'] },
  ],
};

async function refused(golden: GoldenName, classifier: object): Promise<{ code: string; message: string }> {
  const model = await copyModel(golden, 'refused', classifier);
  const outcome: unknown = await EngineClass.start({ model, name: 'refused' }).catch((error: unknown) => error);
  if (!(outcome instanceof Error && 'code' in outcome)) throw new Error('The model was taken.');
  return { code: String(outcome.code), message: outcome.message };
}

describe('a model with kinds', () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await EngineClass.start({ model: await copyModel('pooling-dense', 'kinds', CLASSIFIER), name: 'kinds' });
  });
  afterAll(async () => {
    await engine.close();
  });

  it('gives every class the same map by Eigen-CAM, and tells how often other methods look again', async () => {
    const { key, bytes } = photoOf(await photograph(1));
    await engine.predict({ key, bytes });
    const by = (method: (typeof METHODS)[number], index: number) =>
      engine.explain({ photo: { key }, class: index, method });
    const [one, other] = [await by('eigencam', 0), await by('eigencam', 3)];
    expect(largestDifference(one.values, other.values)).toBe(0);
    const passes = [];
    for (const method of METHODS) passes.push((await by(method, 1)).forwardPasses);
    // The feature map has 32 channels.
    expect(passes).toEqual(METHODS.map((each) => ({ scorecam: 32, smoothed: 5 })[each as string] ?? 0));
  });

  it('explains a kind by its members, in every way that knows classes', async () => {
    const { key, bytes } = photoOf(await photograph(1));
    await engine.predict({ key, bytes });
    for (const method of METHODS.filter((each) => CAM[each].needs !== 'activations')) {
      const { values, rows, columns, jpeg } = await engine.explain({ photo: { key }, class: [1, 2], method });
      expect(values).toHaveLength(rows * columns);
      expect(Math.max(...values)).toBe(1);
      expect([...jpeg.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
      const [husky, poodle] = [
        await engine.explain({ photo: { key }, class: 1, method }),
        await engine.explain({ photo: { key }, class: 2, method }),
      ];
      const apart = largestDifference(husky.values, poodle.values);
      expect(apart).toBeGreaterThan(1e-3);
      // A kind is more than the likeliest of its members.
      for (const one of [husky, poodle]) expect(largestDifference(values, one.values)).toBeGreaterThan(apart / 100);
    }
  });

  it('explains a kind of one as that class', async () => {
    const photo = photoOf(await photograph(2));
    const [kind, only] = [await engine.explain({ photo, class: [2] }), await engine.explain({ photo, class: 2 })];
    expect(kind.values).toEqual(only.values);
  });

  it('explains a kind of a photo that it has not seen, and after its process was replaced', async () => {
    const photo = photoOf(await photograph(3));
    const before = await engine.explain({ photo, class: [0, 1, 2] });
    await engine.recycle();
    expect(await codeOf(engine.explain({ photo: { key: photo.key }, class: [0, 1, 2] }))).toBe('photo-gone');
    expect((await engine.explain({ photo, class: [0, 1, 2] })).values).toEqual(before.values);
  });

  it('refuses members that it does not have, and goes on', async () => {
    const photo = photoOf(await photograph(4));
    for (const members of [[0, 5], [-1], [0.5, 1], []]) {
      expect(await codeOf(engine.explain({ photo, class: members }))).toBe('invalid-argument');
    }
    expect(await codeOf(engine.explain({ photo, class: [1, 2] }))).toBe('resolved');
  });
});

describe('kinds that a model cannot have', () => {
  it.each(['many-sigmoids', 'one-sigmoid'] as const)('are those of sigmoids (%s)', async (golden) => {
    const { code, message } = await refused(golden, { groups: [{ label: 'any', classes: [0] }] });
    expect(code).toBe('invalid-model');
    expect(message).toMatch(/"groups" in its classifier\.json.*do not add up to one/);
  });

  it('are those of classes that it does not have', async () => {
    const { code, message } = await refused('pooling-dense', { groups: [{ label: 'any', classes: ['3-5'] }] });
    expect(code).toBe('invalid-model');
    expect(message).toMatch(/"groups" name class #5, and the model has 5 classes/);
  });

  it('do not keep a model without them from starting', async () => {
    for (const golden of ['many-sigmoids', 'one-sigmoid'] as const) {
      const model = await copyModel(golden, 'without', { groups: [] });
      expect(await codeOf(withEngine({ model }, () => Promise.resolve()))).toBe('resolved');
    }
  });

  it('are none of a model whose softmax was left off', async () => {
    const model = await copyModel('linear-output', 'linear', { groups: [{ label: 'any', classes: ['0-1'] }] });
    const photo = photoOf(await photograph(5));
    expect(await codeOf(withEngine({ model }, (engine) => engine.explain({ photo, class: [0, 1] })))).toBe('resolved');
  });
});

describe('the fingerprint', () => {
  const fingerprintOf = async (classifier: object): Promise<string> =>
    withEngine({ model: await copyModel('pooling-dense', 'marked', classifier) }, (engine) =>
      Promise.resolve(engine.fingerprint),
    );

  it('is the same for the same model, wherever it lies', async () => {
    expect(await fingerprintOf(CLASSIFIER)).toBe(await fingerprintOf(CLASSIFIER));
  });

  it('is another once classes or kinds are other ones, or anything that an answer depends on', async () => {
    const others = [
      CLASSIFIER,
      { ...CLASSIFIER, labels: ['tabby', 'husky', 'poodle', 'table', 'chair'] },
      { ...CLASSIFIER, labels: [{ en: 'tabby', id: 'kucing' }, ...CLASSIFIER.labels.slice(1)] },
      { ...CLASSIFIER, groups: CLASSIFIER.groups.toReversed() },
      { ...CLASSIFIER, groups: CLASSIFIER.groups.slice(0, 2) },
      { ...CLASSIFIER, groups: [] },
      { ...CLASSIFIER, temperature: 2 },
      { ...CLASSIFIER, threshold: 0.6 },
      { ...CLASSIFIER, range: [0, 255] },
      { ...CLASSIFIER, range: 'torch' },
      { ...CLASSIFIER, resize: 'crop' },
      { ...CLASSIFIER, layer: 'block_2_add' },
    ];
    const marks: string[] = [];
    for (const each of others) marks.push(await fingerprintOf(each));
    expect(new Set(marks).size).toBe(others.length);
  });
});
