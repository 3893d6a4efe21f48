import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Photo } from '../../src/vision/engine.js';
import { nameOf } from '../../src/vision/model/classifier.js';
import { sum } from '../support/numbers.js';
import { photograph, slowPhotograph } from '../support/pictures.js';
import { HAS_PROC, environmentOf } from '../support/processes.js';
import { codeOf, copyModel, engineModule, goldenFolder, newFolder, withEngine } from '../support/sorot.js';

const { Engine: EngineClass, photoOf } = engineModule;
const model = goldenFolder('flatten-dense');

const CLASSIFIER = {
  name: 'Animals',
  labels: [{ en: 'cat', id: 'kucing' }, { en: 'dog', id: 'anjing' }, 'owl', 'fox'],
};

const photo = async (seed: number): Promise<Photo> => photoOf(await photograph(seed));

describe('an engine', () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await EngineClass.start({
      model: await copyModel('flatten-dense', 'animals', CLASSIFIER),
      name: 'animals',
    });
  });
  afterAll(async () => {
    await engine.close();
  });

  it('gives every class a probability and the size of the photo', async () => {
    const { photo: seen, probabilities } = await engine.predict(photoOf(await photograph(1, 300, 200)));
    expect(seen).toEqual({ format: 'jpeg', width: 300, height: 200 });
    expect(probabilities).toHaveLength(4);
    expect(sum(probabilities)).toBeCloseTo(1, 5);
    expect(Math.min(...probabilities)).toBeGreaterThanOrEqual(0);
  });

  it('has the names of its classes, in the language asked for and else in English', () => {
    const names = (language: string) =>
      [0, 1, 2, 3].map((index) => nameOf(engine.classifier, { type: 'class', index }, language));
    expect(names('en')).toEqual(['cat', 'dog', 'owl', 'fox']);
    expect(names('id')).toEqual(['kucing', 'anjing', 'owl', 'fox']);
    expect(engine.classifier.name).toBe('Animals');
  });

  it('explains any class of a predicted photo without being sent its bytes again', async () => {
    const { key, bytes } = await photo(2);
    await engine.predict({ key, bytes });
    for (const index of [0, 1, 2, 3]) {
      const { rows, columns, values, jpeg } = await engine.explain({ photo: { key }, class: index });
      expect([rows, columns, values.length]).toEqual([6, 5, 30]);
      expect(Math.max(...values)).toBe(1);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect([...jpeg.subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff]);
    }
  });

  it('draws each heatmap in the colours it is asked for', async () => {
    const { key, bytes } = await photo(2);
    await engine.predict({ key, bytes });
    const drawn = async (colourMap: 'inferno' | 'magma') =>
      Buffer.from((await engine.explain({ photo: { key }, class: 1, colourMap })).jpeg);
    const [inferno, magma, again] = [await drawn('inferno'), await drawn('magma'), await drawn('inferno')];
    expect(magma).not.toEqual(inferno);
    expect(again).toEqual(inferno);
  });

  it('gives the same heatmap from kept activations as a fresh engine does from the bytes', async () => {
    const given = await photo(3);
    await engine.predict(given);
    const kept = await engine.explain({ photo: { key: given.key }, class: 2 });
    const fresh = await withEngine({ model }, (other) => other.explain({ photo: given, class: 2 }));
    expect(kept.values).toEqual(fresh.values);
  });

  it('says that a photo it never saw is gone, and explains it once it has the bytes', async () => {
    const { key, bytes } = await photo(4);
    expect(await codeOf(engine.explain({ photo: { key }, class: 0 }))).toBe('photo-gone');
    expect((await engine.explain({ photo: { key, bytes }, class: 0 })).values).toHaveLength(30);
    expect((await engine.explain({ photo: { key }, class: 1 })).values).toHaveLength(30);
  });

  it('refuses a class that the model does not have, and goes on', async () => {
    const given = await photo(5);
    expect(await codeOf(engine.explain({ photo: given, class: 4 }))).toBe('invalid-argument');
    expect(await codeOf(engine.explain({ photo: given, class: -1 }))).toBe('invalid-argument');
    expect(await codeOf(engine.explain({ photo: given, class: 0.5 }))).toBe('invalid-argument');
    expect(await codeOf(engine.explain({ photo: given, class: 3 }))).toBe('resolved');
  });

  it('answers calls in the order they were made', async () => {
    const slow = photoOf(await slowPhotograph());
    const quick = await photo(6);
    const answered: string[] = [];
    await Promise.all([
      engine.predict(slow).then(() => answered.push('slow')),
      engine.predict(quick).then(() => answered.push('quick')),
      engine.explain({ photo: { key: quick.key }, class: 0 }).then(() => answered.push('heatmap')),
      engine.stats().then(() => answered.push('stats')),
    ]);
    expect(answered).toEqual(['slow', 'quick', 'heatmap', 'stats']);
  });

  it.runIf(HAS_PROC)('shows its process no secret of the environment', async () => {
    process.env['BOT_TOKEN'] = '1234:secret';
    try {
      const environment = await withEngine({ model }, (other) => Promise.resolve(environmentOf(other.info.pid)));
      expect(environment.length).toBeGreaterThan(1);
      expect(environment.filter((line) => line.includes('BOT_TOKEN') || line.includes('secret'))).toEqual([]);
    } finally {
      delete process.env['BOT_TOKEN'];
    }
  });
});

describe('engines side by side', () => {
  it('answer at the same time, each for its own model', async () => {
    const given = await photo(7);
    await withEngine({ model }, (first) =>
      withEngine({ model: goldenFolder('one-sigmoid') }, async (second) => {
        const [four, two] = await Promise.all([first.predict(given), second.predict(given)]);
        expect([four.probabilities.length, two.probabilities.length]).toEqual([4, 2]);
        expect(first.info.pid).not.toBe(second.info.pid);
        expect(first.fingerprint).not.toBe(second.fingerprint);
      }),
    );
  });
});

describe('an engine with 64 waiting calls', () => {
  it('refuses one more as busy and answers the others', async () => {
    const slow = photoOf(await slowPhotograph());
    const quick = await photo(8);
    await withEngine({ model }, async (engine) => {
      const calls = [slow, ...Array.from({ length: 65 }, () => quick)].map((each) => codeOf(engine.predict(each)));
      expect(await calls.pop()).toBe('busy');
      expect(new Set(await Promise.all(calls))).toEqual(new Set(['resolved']));
      expect(await codeOf(engine.predict(quick))).toBe('resolved');
    });
  });
});

describe('an engine with little room for photos', () => {
  it('lets old photos go, says so, and explains them once it has their bytes again', async () => {
    const photos = await Promise.all([1, 2, 3, 4, 5, 6].map(photo));
    const [first, last] = [photos[0], photos.at(-1)];
    if (first === undefined || last === undefined) throw new Error('There are six photos.');
    await withEngine({ model, keepBytes: 5 * first.bytes.length }, async (engine) => {
      for (const each of photos) await engine.predict(each);
      expect(await codeOf(engine.explain({ photo: { key: last.key }, class: 0 }))).toBe('resolved');
      expect(await codeOf(engine.explain({ photo: { key: first.key }, class: 0 }))).toBe('photo-gone');
      expect(await codeOf(engine.explain({ photo: first, class: 0 }))).toBe('resolved');
    });
  });
});

describe('starting an engine', () => {
  it('fails with the reason where the folder holds no model', async () => {
    const start = EngineClass.start({ model: await newFolder(), name: 'nothing' });
    await expect(start).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/model\.json/) as string,
    });
  });

  it('fails with what there is instead where the layer is unknown', async () => {
    const start = EngineClass.start({ model, name: 'layered', layer: 'no_such_layer' });
    await expect(start).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/no_such_layer.*average_pool/s) as string,
    });
  });

  it('fails with both numbers where labels are not as many as classes, the labels of an output asked for too', async () => {
    const labelled = await copyModel('one-sigmoid', 'labelled', { labels: ['background', 'cat', 'dog'] });
    await expect(EngineClass.start({ model: labelled, name: 'labelled' })).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/2 classes.*classifier\.json has 3 labels/) as string,
    });
    const asked = await copyModel('one-sigmoid', 'asked', { labels: ['cat', 'dog'], output: 'other' });
    await expect(EngineClass.start({ model: asked, name: 'asked' })).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/no output "other"/) as string,
    });
  });

  it('takes the range that is asked for before the one that is found', async () => {
    const found = await withEngine({ model: goldenFolder('pooling-dense') }, (engine) => Promise.resolve(engine));
    expect(found.range).toEqual({ from: 'architecture', architecture: 'MobileNetV2', range: [-1, 1] });
    expect(found.session.range).toEqual([-1, 1]);
    const asked = { model: goldenFolder('pooling-dense'), range: 'torch' } as const;
    const torch = await withEngine(asked, (engine) => Promise.resolve(engine));
    expect(torch.session.range).toBe('torch');
    expect(torch.fingerprint).not.toBe(found.fingerprint);
  });
});
