import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainClass } from '../../src/vision/cam/class-map.js';
import { compileModel } from '../../src/vision/model/compile.js';
import type { Compiled } from '../../src/vision/trunk/plan.js';
import type { Backend } from '../../src/vision/trunk/runner.js';
import { probabilitiesOf } from '../../src/vision/probabilities.js';
import { loadNetwork } from '../../src/vision/loaded-network.js';
import type { LoadedNetwork } from '../../src/vision/loaded-network.js';
import { BACKENDS } from '../support/backends.js';
import { refusal } from '../support/errors.js';
import { GOLDEN, GOLDEN_METHODS, goldenFolder, goldenPicture, readGolden } from '../support/golden.js';
import type { Golden, GoldenLayer } from '../support/golden.js';
import { largestDifference } from '../support/numbers.js';
import { forward } from '../support/run.js';
import type { Outputs } from '../support/run.js';

interface Run extends LoadedNetwork, Outputs {}

async function run(compiled: Compiled, backend: Backend, golden: Golden): Promise<Run> {
  const network = await loadNetwork(compiled, { threads: 1, backend });
  return { ...network, ...(await forward(network.runner, compiled.plan, goldenPicture(golden))) };
}

/** Checks every map of a golden layer; where it has none, that nothing speaks for the class. */
async function expectMaps({ plan, head, cut }: Run, { maps, mapShape }: GoldenLayer): Promise<void> {
  expect(Object.keys(maps).length).toBeGreaterThan(1);
  for (const [classIndex, byMethod] of Object.entries(maps)) {
    for (const method of GOLDEN_METHODS) {
      const { map } = byMethod[method];
      const explained = explainClass(plan, { cut, run: () => head.run(cut) }, Number(classIndex), method);
      if (map === null) {
        expect((await refusal(explained)).code).toBe('no-positive-evidence');
      } else {
        const { rows, columns, values } = await explained;
        expect([rows, columns]).toEqual(mapShape);
        expect(largestDifference(values, map), `class ${classIndex}, ${method}`).toBeLessThan(1e-3);
      }
    }
  }
}

const OUTPUTS = { softmax: 'softmax', sigmoid: 'one-sigmoid', sigmoids: 'sigmoids', linear: 'linear' } as const;

describe.each(GOLDEN)('%s gives what TensorFlow gives', (name) => {
  const golden = readGolden(name);
  let compiled: Compiled;

  beforeAll(async () => {
    ({ compiled } = await compileModel(goldenFolder(name)));
  });

  it('is cut at the layer that Keras would be cut at, and runs as a plan', () => {
    expect(compiled.whole).toBeNull();
    expect(compiled.plan.target?.layer).toBe(golden.layer);
    expect(compiled.plan.output).toBe(OUTPUTS[golden.output]);
  });

  describe.each(BACKENDS)('on %s', (backend) => {
    let loaded: Run;

    beforeAll(async () => {
      loaded = await run(compiled, backend, golden);
    });

    afterAll(() => loaded.runner.close());

    it('runs on that backend and not on another', () => {
      expect(loaded.runner.backend).toBe(backend);
      expect(loaded.reason).toEqual({ kind: 'asked' });
    });

    it('the scores are within 1e-3 and the probabilities within 1e-4', () => {
      expect(largestDifference(loaded.scores, golden.logits)).toBeLessThan(1e-3);
      const probabilities = probabilitiesOf(loaded.scores, compiled.plan.output);
      expect(largestDifference(probabilities, golden.probabilities)).toBeLessThan(1e-4);
    });

    it('the head finds the scores that the runner finds', async () => {
      const { scores } = await loaded.head.run(loaded.cut);
      expect(largestDifference(scores, loaded.scores)).toBeLessThan(1e-4);
    });

    it('every map of every class is within 1e-3', async () => {
      await expectMaps(loaded, golden);
    });

    it('every map at an earlier layer is within 1e-3', async () => {
      for (const other of golden.otherLayers) {
        const earlier = await run(
          (await compileModel(goldenFolder(name), { layer: other.layer })).compiled,
          backend,
          golden,
        );
        await expectMaps(earlier, other);
        await earlier.runner.close();
      }
    });

    it('a second picture leaves no tensor behind', async () => {
      const before = loaded.runner.tensorCount();
      await forward(loaded.runner, compiled.plan, goldenPicture(golden));
      expect(loaded.runner.tensorCount()).toBe(before);
    });
  });
});
