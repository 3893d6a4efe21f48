import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { photograph } from '../support/pictures.js';
import { ROOT, newFile, sorot } from '../support/sorot.js';
import { heatmapIn, predictedIn } from './report.js';

const folder = join(ROOT, 'models', 'everyday-10');
let photo: string;

beforeAll(async () => {
  photo = await newFile('photo.jpg', await photograph(1, 640, 480));
});

describe('the bundled model', () => {
  it('is used where none is named, and says what the photo shows in ten words', async () => {
    const { code, stdout, stderr } = await sorot(['explain', photo, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const { predictions, model } = predictedIn(stdout);
    expect(model).toMatchObject({ backend: 'onnx', inputSize: [32, 32] });
    expect(predictions).toHaveLength(10);
    for (const { label } of predictions) expect(label).toMatch(/^[a-z]/i);
  });

  it('gives a map of at least 7 x 7', async () => {
    const { rows, columns } = heatmapIn((await sorot(['explain', photo, '--json'])).stdout);
    expect(Math.min(rows, columns)).toBeGreaterThanOrEqual(7);
  });

  it('has every label in English and Indonesian, and explains a class by either', async () => {
    const label = v.object({ en: v.string(), id: v.string() });
    const { labels } = v.parse(
      v.looseObject({ labels: v.array(label) }),
      JSON.parse(await readFile(join(folder, 'classifier.json'), 'utf8')),
    );
    expect(labels).toHaveLength(10);
    const { en, id } = labels[3] ?? { en: '', id: '' };
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
      ['everyday-10', folder].map((model) => sorot(['explain', photo, '--model', model, '--json'])),
    );
    if (byName === undefined || byFolder === undefined) throw new Error('Both ran.');
    expect(predictedIn(byFolder.stdout).predictions).toEqual(predictedIn(byName.stdout).predictions);
  });
});
