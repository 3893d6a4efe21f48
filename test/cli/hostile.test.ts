import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { sum } from '../support/numbers.js';
import { HOSTILE, onePixelGif, photograph } from '../support/pictures.js';
import { HAS_PROC } from '../support/processes.js';
import { goldenFolder, newFile, newFolder, sorot, watchedSorot } from '../support/sorot.js';
import type { WatchedRun } from '../support/sorot.js';
import { linesOf, predictedIn, reportsIn } from './report.js';

const model = goldenFolder('pooling-dense');

/** The bound on the process tree. */
const PEAK = 290 * 2 ** 20;

const names = Object.keys(HOSTILE) as (keyof typeof HOSTILE)[];

beforeAll(async () => {
  // What is compiled once is not what a photo costs.
  await sorot(['explain', await newFile('photo.jpg', await photograph(1)), '--model', model]);
});

const runs = new Map<keyof typeof HOSTILE, WatchedRun & { readonly file: string }>();

/** What became of a file and of the memory meanwhile; one run each. */
async function explained(name: keyof typeof HOSTILE): Promise<WatchedRun & { readonly file: string }> {
  const known = runs.get(name);
  if (known !== undefined) return known;
  const file = await newFile('photo.jpg', await HOSTILE[name]());
  const run = { file, ...(await watchedSorot(['explain', file, '--model', model])) };
  runs.set(name, run);
  return run;
}

describe('sorot explain', () => {
  it.each(names)('refuses %s in one clear line, whatever it is called', async (name) => {
    const { file, code, stdout, stderr } = await explained(name);
    expect([code, stdout]).toEqual([1, '']);
    const [line = '', ...more] = linesOf(stderr);
    expect(more).toEqual([]);
    expect(line.startsWith(`sorot: ${file}: `)).toBe(true);
    expect(line.slice(`sorot: ${file}: `.length)).toMatch(/^[A-Z][^{}]{10,}\.$/);
  });

  it.runIf(HAS_PROC).each(names)('holds %s with the memory of all its processes within bounds', async (name) => {
    const { peaks } = await explained(name);
    // They ended before they were looked at, else.
    expect(peaks.length).toBeGreaterThanOrEqual(2);
    expect(sum(peaks)).toBeLessThan(PEAK);
  });

  it('predicts a GIF of one pixel', async () => {
    const file = await newFile('dot.gif', onePixelGif());
    const { code, stdout } = await sorot(['explain', file, '--model', model, '--json']);
    expect(code).toBe(0);
    expect(predictedIn(stdout).photo).toMatchObject({ width: 1, height: 1 });
  });

  it('goes on to the next photo after each of them', async () => {
    const folder = await newFolder();
    const files: string[] = [];
    for (const [index, name] of names.entries()) {
      const bad = join(folder, `bad-${index}.jpg`);
      const good = join(folder, `good-${index}.jpg`);
      await writeFile(bad, await HOSTILE[name]());
      await writeFile(good, await photograph(index));
      files.push(bad, good);
    }
    const { code, stdout, stderr } = await sorot(['explain', ...files, '--model', model, '--json']);
    expect(code).toBe(1);
    expect(linesOf(stderr)).toHaveLength(names.length);
    const outcomes = reportsIn(stdout).map((report) => 'predictions' in report);
    expect(outcomes).toEqual(files.map((_, at) => at % 2 === 1));
  });

  it('refuses a file of more than 20 MB by its size', async () => {
    const file = await newFile('huge.jpg', new Uint8Array(21e6));
    const { code, stderr } = await sorot(['explain', file, '--model', model]);
    expect(code).toBe(1);
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/21 MB.*20 MB/)]);
  });
});
