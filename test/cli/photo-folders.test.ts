import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { photograph, TEXT } from '../support/pictures.js';
import { goldenFolder, newFolder, sorot } from '../support/sorot.js';
import { folderOf } from './evaluation.js';
import { linesOf, refusedIn, reportsIn } from './report.js';

const model = goldenFolder('pooling-dense');
let photo: Buffer;

beforeAll(async () => {
  photo = await photograph(1, 120, 90);
});

const explain = (...args: string[]) => sorot(['explain', ...args, '--model', model]);

const filesOf = (stdout: string): string[] => reportsIn(stdout).map((report) => report.photo.file);

describe('sorot explain with a folder', () => {
  it('explains its pictures as people count them, beside photos that are named', async () => {
    const names = ['10.JPG', '2.jpg', '1.jpeg', 'b.tiff'];
    const folder = await folderOf(Object.fromEntries(names.map((name) => [name, photo])));
    const named = join(folder, 'b.tiff');
    const { code, stdout, stderr } = await explain(named, `${folder}/`, '--json');
    expect([code, stderr]).toEqual([0, '']);
    expect(filesOf(stdout)).toEqual([named, ...['1.jpeg', '2.jpg', '10.JPG', 'b.tiff'].map((n) => join(folder, n))]);
  });

  it('says what else is in it, in one line, and looks into no folder in it', async () => {
    const names = ['inner/2.jpg', 'like-a.jpg/3.jpg', 'notes.txt', 'clip.mp4', 'phone.heic', '.hidden'];
    const folder = await folderOf({ '1.jpg': photo, ...Object.fromEntries(names.map((name) => [name, TEXT])) });
    const { code, stdout, stderr } = await explain(folder, '--json');
    expect([code, filesOf(stdout)]).toEqual([0, [join(folder, '1.jpg')]]);
    expect(linesOf(stderr)).toEqual([
      expect.stringContaining(`${folder}: skipped clip.mp4, inner/, like-a.jpg/, 2 more (`),
    ]);
  });

  it('says the same again where the heatmaps were written into it', async () => {
    const folder = await folderOf({ 'dog.jpg': photo, 'cat-heatmap.jpg': photo });
    const first = await explain(folder, '--out', folder, '--json');
    const second = await explain(folder, '--out', folder, '--json');
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(filesOf(second.stdout)).toEqual(filesOf(first.stdout));
    expect(second.stderr).toMatch(/skipped cat-heatmap-heatmap\.jpg, dog-heatmap\.jpg \(/);
    const heatmaps = ['cat-heatmap-heatmap.jpg', 'dog-heatmap.jpg'];
    expect((await readdir(folder)).sort()).toEqual(['cat-heatmap.jpg', 'dog.jpg', ...heatmaps].sort());
  });

  it.each([
    ['empty', {}],
    ['of other things', { 'notes.txt': TEXT, 'inner/1.jpg': TEXT }],
  ])('that is %s is a mistake with a sentence, and the others are explained', async (_, files) => {
    const folder = await folderOf(files);
    const other = join(await folderOf({ '1.jpg': photo }), '1.jpg');
    const { code, stdout, stderr } = await explain(folder, other);
    expect([code, linesOf(stderr)]).toEqual([1, [expect.stringMatching(/: No JPEG, .* files were found/)]]);
    expect(stdout).toContain(other);
  });

  it('has a code of its own where it is empty', async () => {
    const folder = await newFolder();
    const { code, stdout } = await explain(folder, '--json');
    expect([code, refusedIn(stdout).error.code]).toEqual([1, 'not-found']);
  });
});
