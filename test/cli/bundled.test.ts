import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { photograph } from '../support/pictures.js';
import { ROOT, newFile, sorot, sorotOnce } from '../support/sorot.js';
import { heatmapIn, predictedIn } from './report.js';

const folder = join(ROOT, 'models', 'imagenet-1000');
let photo: string;

beforeAll(async () => {
  photo = await newFile('photo.jpg', await photograph(1, 640, 480));
});

const label = v.object({ en: v.string(), id: v.string() });

/** What its classes and kinds are called in both languages. */
async function named(): Promise<{ labels: v.InferOutput<typeof label>[]; groups: v.InferOutput<typeof label>[] }> {
  const file = v.looseObject({ labels: v.array(label), groups: v.array(v.looseObject({ label })) });
  const read = v.parse(file, JSON.parse(await readFile(join(folder, 'classifier.json'), 'utf8')));
  return { labels: read.labels, groups: read.groups.map((group) => group.label) };
}

describe('the bundled model', () => {
  it('is used where none is named, and says what the photo shows out of a thousand things', async () => {
    const { code, stdout, stderr } = await sorotOnce(['explain', photo, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const { predictions, model } = predictedIn(stdout);
    expect(model).toMatchObject({ backend: 'onnx', inputSize: [256, 256] });
    expect(predictions).toHaveLength(1000);
    for (const { label } of predictions) expect(label).toMatch(/^[a-z]/i);
  });

  it('gives a map of at least 7 x 7', async () => {
    const { rows, columns } = heatmapIn((await sorotOnce(['explain', photo, '--json'])).stdout);
    expect(Math.min(rows, columns)).toBeGreaterThanOrEqual(7);
  });

  it('has every label in English and Indonesian', async () => {
    const { labels, groups } = await named();
    expect(labels).toHaveLength(1000);
    expect(groups.length).toBeGreaterThan(10);
  });

  it.each(['labels', 'groups'] as const)('explains one of its %s by either name', async (what) => {
    const { en, id } = (await named())[what][0] ?? expect.fail(`It has no ${what}.`);
    expect(en).not.toBe(id);
    const [english, indonesian] = await Promise.all(
      [en, id].map((name) => sorot(['explain', photo, '--class', name, '--json'])),
    );
    if (english === undefined || indonesian === undefined) throw new Error('Both ran.');
    expect([english.code, indonesian.code]).toEqual([0, 0]);
    // Not every photo has evidence for every class, but both words mean the same one.
    expect(predictedIn(english.stdout).heatmap).toEqual({
      ...predictedIn(indonesian.stdout).heatmap,
    });
  });

  it('is found by its name and by its folder', async () => {
    const [byName, byFolder] = await Promise.all(
      ['imagenet-1000', folder].map((model) => sorot(['explain', photo, '--model', model, '--json'])),
    );
    if (byName === undefined || byFolder === undefined) throw new Error('Both ran.');
    expect(predictedIn(byFolder.stdout).predictions).toEqual(predictedIn(byName.stdout).predictions);
  });
});
