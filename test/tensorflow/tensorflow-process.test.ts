import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DEFAULT_MODEL, findModel } from '../../src/models.js';
import { heatmapIn, predictedIn } from '../cli/report.js';
import { photograph } from '../support/pictures.js';
import { HAS_PROC } from '../support/processes.js';
import { goldenFolder, newFile, sorot, withEngine } from '../support/sorot.js';

/** Threads of the vision process where one forward pass may use so many. */
async function threadsOf(threads: number): Promise<number> {
  const options = { model: goldenFolder('pooling-dense'), backend: 'tensorflow', threads } as const;
  return withEngine(options, async (engine) => (await readdir(`/proc/${engine.info.pid}/task`)).length);
}

describe('the backend "tensorflow"', () => {
  it('predicts and explains a photo by the bundled model, and has nothing else to say', async () => {
    const photo = await newFile('photo.jpg', await photograph(1));
    const { path } = findModel(DEFAULT_MODEL);
    const args = ['explain', photo, '--model', path, '--json', '--backend', 'tensorflow'];
    const { code, stdout, stderr } = await sorot(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(predictedIn(stdout).model.backend).toBe('tensorflow');
    expect(heatmapIn(stdout).rows).toBe(8);
  });

  it.skipIf(!HAS_PROC)('computes with as many threads as it is told', async () => {
    expect((await threadsOf(3)) - (await threadsOf(1))).toBe(2);
  });
});
