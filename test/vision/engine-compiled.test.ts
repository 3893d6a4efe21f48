import { readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backendReasonText } from '../../src/vision/backend-choice.js';
import type { Prediction } from '../../src/vision/engine.js';
import { BACKENDS } from '../support/backends.js';
import { indexOfLargest, largestDifference } from '../support/numbers.js';
import { photograph } from '../support/pictures.js';
import { HAS_PROC, visionProcesses } from '../support/processes.js';
import type { GoldenName } from '../support/sorot.js';
import { codeOf, copyModel, engineModule, goldenFolder, newFolder, withEngine } from '../support/sorot.js';

const { photoOf } = engineModule;

/** Every file below a folder, with what changes when it is written again. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  const lines = entries.map(async (name) => {
    const entry = await stat(join(folder, name));
    // Folders change when they are used.
    return entry.isFile() ? [`${name} ${entry.ino} ${entry.mtimeMs} ${entry.size}`] : [];
  });
  return (await Promise.all(lines)).flat().sort();
}

describe('what was compiled', () => {
  const usual = process.env['SOROT_CACHE_DIR'];
  let cache: string;
  let model: string;

  beforeEach(async () => {
    cache = join(await newFolder(), 'cache');
    process.env['SOROT_CACHE_DIR'] = cache;
    model = await copyModel('linear-output', 'compiled');
  });
  afterEach(() => {
    process.env['SOROT_CACHE_DIR'] = usual;
  });

  const predict = async (): Promise<Prediction> => {
    const photo = photoOf(await photograph(1));
    return withEngine({ model }, (engine) => engine.predict(photo));
  };

  it('is used again at the next start', async () => {
    const first = await predict();
    const written = await filesBelow(cache);
    expect(written.length).toBeGreaterThan(1);
    const second = await predict();
    expect(await filesBelow(cache)).toEqual(written);
    expect(second.probabilities).toEqual(first.probabilities);
  });

  it('is not used once the weights have changed', async () => {
    const before = await predict();
    const file = join(model, 'weights.bin');
    const weights = new Float32Array(new Uint8Array(await readFile(file)).buffer);
    await writeFile(
      file,
      weights.map((weight) => weight / 2),
    );
    const after = await predict();
    expect(after.probabilities).not.toEqual(before.probabilities);
  });

  it('is not used for another layer', async () => {
    const last = await withEngine({ model }, (engine) => Promise.resolve(engine.info));
    const earlier = await withEngine({ model, layer: 'crop' }, (engine) => Promise.resolve(engine.info));
    expect([last.layer, last.map?.rows, last.map?.columns]).toEqual(['average_pool', 9, 12]);
    expect([earlier.layer, earlier.map?.rows, earlier.map?.columns]).toEqual(['crop', 17, 23]);
  });

  it('is made once by two that start at the same time', async () => {
    const [one, two] = await Promise.all([predict(), predict()]);
    expect(one.probabilities).toEqual(two.probabilities);
    expect((await readdir(cache)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('need not be kept where the cache folder cannot be made', async () => {
    const file = join(await newFolder(), 'file');
    await writeFile(file, 'a file, not a folder');
    process.env['SOROT_CACHE_DIR'] = join(file, 'cache');
    expect((await predict()).probabilities).toHaveLength(3);
  });

  it('serves a graph that runs whole also where it was moved after it was compiled', async () => {
    const graph = await copyModel('graph', 'graph');
    const file = join(graph, 'model.json');
    const text = await readFile(file, 'utf8');
    // An operation that has no step.
    await writeFile(file, text.replace('"op":"Relu6"', '"op":"Sin"'));
    const photo = photoOf(await photograph(1));
    const answer = (folder: string) =>
      withEngine({ model: folder }, async (engine) => {
        expect(backendReasonText(engine.info.reason)).toContain('without a step');
        const { probabilities } = await engine.predict(photo);
        return [
          ...probabilities,
          ...(await engine.explain({ photo: { key: photo.key }, class: indexOfLargest(probabilities) })).values,
        ];
      });
    const before = await answer(graph);
    const written = await filesBelow(cache);
    const moved = join(await newFolder(), 'moved');
    await rename(graph, moved);
    expect(await answer(moved)).toEqual(before);
    expect(await filesBelow(cache)).toEqual(written);
  });

  it.runIf(HAS_PROC)('leaves no process behind where its labels do not fit', async () => {
    const labelled = await copyModel('one-sigmoid', 'labelled', { labels: ['background', 'cat', 'dog'] });
    expect(await codeOf(engineModule.Engine.start({ model: labelled, name: 'labelled' }))).toBe('invalid-model');
    expect(await readdir(cache)).toHaveLength(1);
    expect(visionProcesses()).toEqual([]);
  });

  it('is made anew where it was damaged on the disk', async () => {
    const before = await predict();
    const [kept = ''] = await readdir(cache);
    for (const name of await readdir(join(cache, kept))) await writeFile(join(cache, kept, name), 'damaged');
    expect((await predict()).probabilities).toEqual(before.probabilities);
  });
});

describe('the backends', () => {
  const models: GoldenName[] = ['pooling-dense', 'flatten-dense', 'many-sigmoids', 'graph', 'quantised'];

  it.each(models)('predict and explain %s alike', async (name) => {
    const photo = photoOf(await photograph(2));
    const answers = BACKENDS.map((backend) =>
      withEngine({ model: goldenFolder(name), backend }, async (engine) => {
        expect(engine.info.backend).toBe(backend);
        const { probabilities } = await engine.predict(photo);
        const { values } = await engine.explain({ photo: { key: photo.key }, class: indexOfLargest(probabilities) });
        return [...probabilities, ...values];
      }),
    );
    const [onnx = [], ...others] = await Promise.all(answers);
    expect(onnx.length).toBeGreaterThan(20);
    for (const other of others) {
      expect(other).toHaveLength(onnx.length);
      expect(largestDifference(other, onnx)).toBeLessThan(1e-4);
    }
  });
});
