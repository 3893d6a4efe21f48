import { expect, it } from 'vitest';
import { DEFAULT_MODEL, findModel } from '../../src/models.js';
import { photograph } from '../support/pictures.js';
import { peakBytes } from '../support/processes.js';
import { withEngine } from '../support/sorot.js';

const MB = 2 ** 20;
const PHOTOS = 2000;

/** Every so many photos get a heatmap, too. */
const EXPLAINED = 4;

/** When the process has taken what it needs. */
const SETTLED = 500;

it('two thousand photos leave no tensor and no memory behind on the backend "tensorflow"', async () => {
  const { path } = findModel(DEFAULT_MODEL);
  const pictures = await Promise.all(Array.from({ length: 20 }, (_, seed) => photograph(seed, 1280, 960)));
  await withEngine({ model: path, backend: 'tensorflow' }, async (engine) => {
    const seen: { readonly tensors: number; readonly residentBytes: number }[] = [];
    for (let count = 1; count <= PHOTOS; count++) {
      const photo = { key: String(count), bytes: pictures[count % pictures.length] ?? new Uint8Array() };
      const { probabilities } = await engine.predict(photo);
      const likeliest = probabilities.indexOf(Math.max(...probabilities));
      if (count % EXPLAINED === 0) await engine.explain({ photo: { key: photo.key }, class: likeliest });
      if (count % SETTLED !== 0) continue;
      const stats = await engine.stats();
      seen.push(stats);
      const [resident, peak] = [stats.residentBytes, peakBytes(engine.info.pid)].map((bytes) => Math.round(bytes / MB));
      process.stdout.write(`after ${count} photos ${resident} MB, ${peak} at the most\n`);
    }
    const [first, last] = [seen[0], seen.at(-1)].map((stats) => stats?.residentBytes ?? NaN);
    expect(new Set(seen.map(({ tensors }) => tensors)).size).toBe(1);
    expect((last ?? NaN) - (first ?? NaN)).toBeLessThan(30 * MB);
    expect(peakBytes(engine.info.pid)).toBeLessThan(400 * MB);
  });
}, 1_800_000);
