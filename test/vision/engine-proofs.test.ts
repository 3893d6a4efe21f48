import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backendReasonText } from '../../src/vision/backend-choice.js';
import type { Engine } from '../../src/vision/engine.js';
import { changedModel } from '../support/models.js';
import type { GraphNodeFile, ModelFile } from '../support/models.js';
import { largestDifference } from '../support/numbers.js';
import { photograph } from '../support/pictures.js';
import { codeOf, engineModule, newFolder, withEngine } from '../support/sorot.js';

const FLOAT = { T: { type: 'DT_FLOAT' } };
const PHOTO = engineModule.photoOf(await photograph(1));

const usual = process.env['SOROT_CACHE_DIR'];
let cache: string;

beforeEach(async () => {
  cache = join(await newFolder(), 'cache');
  process.env['SOROT_CACHE_DIR'] = cache;
});
afterEach(() => {
  process.env['SOROT_CACHE_DIR'] = usual;
});

function nodeOf(file: ModelFile, is: (node: GraphNodeFile) => boolean): { nodes: GraphNodeFile[]; at: number } {
  const nodes = file.modelTopology.node ?? [];
  const at = nodes.findIndex(is);
  if (at < 0) throw new Error('The golden graph has no such node.');
  return { nodes, at };
}

/** What is answered to the photo, and the maps of all classes that something in it speaks for. */
async function answer(engine: Engine): Promise<{ probabilities: Float32Array; maps: Map<number, Float32Array> }> {
  const { probabilities } = await engine.predict(PHOTO);
  const maps = new Map<number, Float32Array>();
  for (const index of probabilities.keys()) {
    const explaining = engine.explain({ photo: { key: PHOTO.key }, class: index });
    if ((await codeOf(explaining)) === 'resolved') maps.set(index, (await explaining).values);
  }
  return { probabilities, maps };
}

describe('a graph whose plan does not come to what the graph does', () => {
  const isSum = ({ name }: GraphNodeFile): boolean => name === 'pooling_dense/block_2_add/add';
  const BRANCH = 'pooling_dense/block_2_project_bn/FusedBatchNormV3';
  const FAR = 2 ** 30;

  /** A branch that is taken so far up and down again that rounding leaves nothing of it. Folded, nothing happens. */
  async function roundedAway(): Promise<string> {
    const folder = await changedModel('graph', (file) => {
      const { nodes, at } = nodeOf(file, isSum);
      const sum = nodes[at];
      sum?.input?.splice(1, 1, 'down');
      nodes.splice(
        at,
        0,
        { name: 'far', op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } },
        { name: 'up', op: 'AddV2', input: [BRANCH, 'far'], attr: FLOAT },
        { name: 'down', op: 'Sub', input: ['up', 'far'], attr: FLOAT },
      );
      file.weightsManifest.push({ paths: ['far.bin'], weights: [{ name: 'far', shape: [1], dtype: 'float32' }] });
    });
    await writeFile(join(folder, 'far.bin'), Float32Array.of(FAR));
    return folder;
  }

  /** The graph without that branch. */
  const cutAway = (): Promise<string> =>
    changedModel('graph', (file) => {
      const { nodes, at } = nodeOf(file, isSum);
      nodes.splice(at, 1, { ...nodes[at], name: 'pooling_dense/block_2_add/add', op: 'Identity', attr: FLOAT });
      nodes[at]?.input?.pop();
    });

  it('runs whole, says why, and is predicted and explained as it is', async () => {
    const whole = await withEngine({ model: await roundedAway() }, async (engine) => {
      expect(engine.info).toMatchObject({ backend: 'wasm', mismatch: null });
      expect(backendReasonText(engine.info.reason)).toContain('does not compute what the graph does');
      return answer(engine);
    });
    const [expected, far] = await Promise.all([
      withEngine({ model: await cutAway() }, answer),
      withEngine({ model: await changedModel('graph', () => undefined) }, answer),
    ]);
    expect(largestDifference(whole.probabilities, expected.probabilities)).toBeLessThan(1e-4);
    expect([...whole.maps.keys()]).toEqual([...expected.maps.keys()]);
    expect(whole.maps.size).toBeGreaterThan(0);
    for (const [index, map] of whole.maps) {
      expect(largestDifference(map, expected.maps.get(index) ?? [])).toBeLessThan(1e-3);
    }
    expect(largestDifference(whole.probabilities, far.probabilities)).toBeGreaterThan(1e-3);
  });
});

describe('a graph whose head is not what predicts', () => {
  /** A graph that runs whole. */
  const withSine = (): Promise<string> =>
    changedModel('graph', (file) => {
      const { nodes, at } = nodeOf(file, ({ op }) => op === 'Mean');
      const [map = ''] = nodes[at]?.input ?? [];
      nodes[at]?.input?.splice(0, 1, 'sine');
      nodes.splice(at, 0, { name: 'sine', op: 'Sin', input: [map], attr: FLOAT });
    });

  it('is predicted, and refused to be explained with the reason', async () => {
    const model = await withSine();
    const before = await withEngine({ model }, answer);
    const [kept = ''] = await readdir(cache);
    const file = join(cache, kept, 'plan.json');
    // As if compiling had taken the probabilities for the scores.
    const changed = (await readFile(file, 'utf8')).replace(/"scoresNode":"[^"]+"/, '"scoresNode":"Identity"');
    await writeFile(file, changed);
    await withEngine({ model }, async (engine) => {
      expect(engine.info.mismatch).toContain('differs from what predicts');
      const { probabilities } = await engine.predict(PHOTO);
      expect(probabilities).toEqual(before.probabilities);
      await expect(engine.explain({ photo: { key: PHOTO.key }, class: 0 })).rejects.toMatchObject({
        code: 'unsupported-model',
        message: engine.info.mismatch,
      });
    });
  });
});
