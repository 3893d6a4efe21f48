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

const files = new Map<keyof typeof HOSTILE, string>();
let run: WatchedRun;

beforeAll(async () => {
  // What is compiled once is not what a photo costs.
  await sorot(['explain', await newFile('photo.jpg', await photograph(1)), '--model', model]);
  for (const name of names) files.set(name, await newFile('photo.jpg', await HOSTILE[name]()));
  run = await watchedSorot(['explain', ...files.values(), '--model', model]);
});

describe('sorot explain', () => {
  it.each(names)('refuses %s in one clear line, whatever it is called', (name) => {
    const file = files.get(name) ?? '';
    const [line = '', ...more] = linesOf(run.stderr).filter((each) => each.includes(file));
    expect(more).toEqual([]);
    expect(line.startsWith(`sorot: ${file}: `)).toBe(true);
    expect(line.slice(`sorot: ${file}: `.length)).toMatch(/^[A-Z][^{}]{10,}\.$/);
  });

  it('says what is to be done about each on a computer, where nothing is sent', () => {
    for (const line of linesOf(run.stderr)) {
      const [, wrong = '', wayOut = ''] = /: (\S[^:]*(?:: [\d, MBx]+ [^:]*)?\.) ([A-Z].+)$/.exec(line) ?? [];
      expect([line, wrong, wayOut]).not.toContain('');
      expect(line).not.toMatch(/\b(?:send|sent|Telegram|reply|please|I)\b|\/[a-z]+ /i);
    }
  });

  it('says nothing else, and fails', () => {
    expect([run.code, run.stdout]).toEqual([1, '']);
    expect(linesOf(run.stderr)).toHaveLength(names.length);
  });

  it.runIf(HAS_PROC)('holds them with the memory of all its processes within bounds', () => {
    // They ended before they were looked at, else.
    expect(run.peaks.length).toBeGreaterThanOrEqual(2);
    expect(sum(run.peaks)).toBeLessThan(PEAK);
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
    expect([code, stderr]).toEqual([1, '']);
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
