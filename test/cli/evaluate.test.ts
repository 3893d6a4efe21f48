import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { tarOf } from '../support/archives.js';
import { photograph, TEXT } from '../support/pictures.js';
import { copyModel, modelWithoutMap, newFile, newFolder, sorot, sorotOnce } from '../support/sorot.js';
import { classifier, evaluation, folderOf, LABELS, measured } from './evaluation.js';
import { linesOf } from './report.js';

let model: string;
/** Six photos, by the index of the class that the model takes them for, but the first by another. */
const photos: { name: string; index: number; bytes: Buffer }[] = [];
let data: string;

const run = (...args: string[]) => sorot(['evaluate', model, '--data', data, ...args]);

/** Without heatmaps, which take the most time. */
const withoutHeatmaps = () => sorotOnce(['evaluate', model, '--data', data, '--json', '--heatmaps', '0']);

/** The photos named by index, as archives of photos often are. */
const byIndex = (): Record<string, Buffer> =>
  Object.fromEntries(photos.map(({ name, index, bytes }) => [`./000${index}_${name}`, bytes]));

beforeAll(async () => {
  model = await copyModel('nested-backbone', 'six', classifier(0.3));
  const files: string[] = [];
  for (let seed = 1; seed <= 6; seed++) {
    const bytes = await photograph(seed, 120, 90);
    photos.push({ name: `${seed}.jpg`, index: -1, bytes });
    files.push(await newFile('photo.jpg', bytes));
  }
  const { stdout } = await sorot(['explain', ...files, '--model', model, '--json']);
  const said = v.parse(
    v.array(v.object({ predictions: v.array(v.object({ index: v.number() })) })),
    JSON.parse(stdout),
  );
  for (const [at, { predictions }] of said.entries()) {
    const [first, second] = predictions.map(({ index }) => index);
    Object.assign(photos[at] ?? {}, { index: at === 0 ? second : first });
  }
  data = await folderOf(
    Object.fromEntries(
      photos.map(({ name, index, bytes }) => [`${LABELS[index]?.en.replace(' ', '_') ?? ''}/${name}`, bytes]),
    ),
  );
});

describe('sorot evaluate', () => {
  it('tells how often a model is right, what it takes for what, and what people are told', async () => {
    const { code, stdout, stderr } = await withoutHeatmaps();
    expect([code, stderr]).toEqual([0, '']);
    const report = measured(stdout);
    expect(report.data).toEqual({ from: data, photos: 6, refused: 0 });
    expect(report.accuracy.top1).toBeCloseTo(5 / 6, 12);
    expect(report.accuracy.top5).toBe(1);
    expect(report.accuracy.kind?.photos).toBe(6);
    expect(report.confusion.mistakes).toHaveLength(1);
    expect(report.told.class + report.told.kind + report.told.notSure).toBeCloseTo(1, 12);
    expect(report.heatmaps).toEqual({ unavailable: 'None were asked for.' });
    expect(report.worst.map(({ path }) => path.split('/')[1])).toEqual(['1.jpg']);
  });

  it.each(['.tar', '.tar.gz', '.tgz'])('reads the same from an archive %s of files named by index', async (ending) => {
    const tar = await tarOf(byIndex());
    const archive = await newFile(`photos${ending}`, ending === '.tar' ? tar : gzipSync(tar));
    const [folder, packed] = [
      await withoutHeatmaps(),
      await sorot(['evaluate', model, '--data', archive, '--json', '--heatmaps', '0']),
    ];
    expect([packed.code, packed.stderr]).toEqual([0, '']);
    const figures = (stdout: string) => {
      const { accuracy, confusion, told, data: counts } = measured(stdout);
      return { accuracy, confusion, told, photos: counts.photos };
    };
    expect(figures(packed.stdout)).toEqual(figures(folder.stdout));
  });

  it('measures heatmaps by pairs, in orders and with shuffled weights, beside those of other methods', async () => {
    const { code, stdout } = await run('--json', '--heatmaps', '3', '--compare', 'Eigen-CAM,smoothed');
    expect(code).toBe(0);
    const { heatmaps } = measured(stdout);
    expect(heatmaps).toMatchObject({
      photos: 3,
      perturbing: { means: {} },
      randomising: { last: { correlation: expect.any(Number) as number } },
    });
    if ('unavailable' in heatmaps) throw new Error(heatmaps.unavailable);
    const { pairs, perturbing, randomising, compared } = heatmaps;
    expect(compared?.photos).toBe(3);
    const [own, eigen, smooth] = compared?.methods ?? [];
    expect(own).toMatchObject({ method: 'gradcam', pairs, randomising, ...perturbing?.means.heatmap });
    expect(smooth).toMatchObject({ method: 'smoothed', pairs: { pairs: pairs?.pairs } });
    // It knows no class, so that what the last layer has learnt changes nothing.
    expect(eigen).toMatchObject({ method: 'eigencam', randomising: { last: { correlation: 1 } } });
  });

  it('repeats itself to the last digit, except for the time it took', async () => {
    const [first, second] = [await run('--json', '--heatmaps', '2'), await run('--json', '--heatmaps', '2')];
    const timeless = (stdout: string): unknown => ({ ...measured(stdout), milliseconds: null });
    expect(timeless(second.stdout)).toEqual(timeless(first.stdout));
  });

  it('says by kind how many pictures of nothing it knows are "not sure", or truly something', async () => {
    const [first] = photos.slice(1);
    const bytes = first?.bytes ?? TEXT;
    const others = await tarOf({
      // Sure at threshold 0, so only those whose name says it is true are right.
      'noise/1.jpg': bytes,
      'noise/2.jpg': bytes,
      [`text/000${first?.index ?? 0}_page.jpg`]: bytes,
    });
    const sure = await copyModel('nested-backbone', 'sure', classifier(0));
    const none = await newFile('others.tar', others);
    const { code, stdout } = await sorot([
      ...['evaluate', sure, '--data', data, '--none', none, '--json', '--heatmaps', '0'],
    ]);
    expect(code).toBe(0);
    const { none: measuredNone, curve } = measured(stdout);
    expect(measuredNone?.pictures).toBe(3);
    expect(measuredNone?.right).toBeCloseTo(1 / 3, 12);
    expect(measuredNone?.kinds).toEqual([
      { kind: 'noise', pictures: 2, right: 0 },
      { kind: 'text', pictures: 1, right: 1 },
    ]);
    expect(curve.every(({ none: right }) => right !== null)).toBe(true);
  });

  it('writes a page that needs nothing else, and the same figures as JSON', async () => {
    const out = join(await newFolder(), 'new', 'folder');
    const { stdout } = await run('--out', out, '--heatmaps', '1');
    expect(stdout).toContain(join(out, 'evaluation.html'));
    expect((await readdir(out)).sort()).toEqual(['evaluation.html', 'evaluation.json']);
    const report = v.parse(evaluation, JSON.parse(await readFile(join(out, 'evaluation.json'), 'utf8')));
    const page = await readFile(join(out, 'evaluation.html'), 'utf8');
    expect(page.match(/<img /g)).toHaveLength(2 * report.worst.length);
    expect(page).toContain(`${(report.accuracy.top1 * 100).toFixed(1)}%`);
    expect(page).not.toMatch(/<script|<link|https?:/);
    expect(page).toContain('color-scheme: light dark');
  });

  it('prints tables that line up', async () => {
    const { stdout } = await run('--heatmaps', '1');
    for (const word of ['83.3%', 'not sure', 'Calibration', 'random', 'centre', 'edges', 'Milliseconds']) {
      expect(stdout).toContain(word);
    }
    const matrix = linesOf(stdout).filter((line) => /^ {2}(?:aeroplane|boat|cat|dog|eagle|red fox) /.test(line));
    expect(matrix).toHaveLength(6);
    expect(new Set(matrix.map((line) => line.length)).size).toBe(1);
  });

  it.each([
    ['without a feature map', modelWithoutMap, 3],
    ['of independent sigmoids', () => copyModel('many-sigmoids', 'sigmoids'), 2],
    ['of one sigmoid', () => copyModel('one-sigmoid', 'sigmoid'), 2],
  ])('measures a model without labels %s', async (_, make, classes) => {
    const folder = await folderOf(
      Object.fromEntries(photos.map(({ name, bytes }, at) => [`${at % classes}/${name}`, bytes])),
    );
    const { code, stdout, stderr } = await sorot([
      ...['evaluate', await make(), '--data', folder, '--json', '--heatmaps', '2'],
    ]);
    expect(code).toBe(0);
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/0,1 is assumed.*--range/)]);
    const report = measured(stdout);
    expect(report.data.photos).toBe(6);
    expect(report.accuracy.kind).toBeNull();
    expect('unavailable' in report.heatmaps).toBe(make === modelWithoutMap);
  });
});
