import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { photograph } from '../support/pictures.js';
import { goldenFolder, newFile, newFolder, sorot, sorotOnce } from '../support/sorot.js';
import { heatmapIn, linesOf, reportsIn } from './report.js';

const model = goldenFolder('pooling-dense');
let photo: string;
let other: string;

beforeAll(async () => {
  photo = await newFile('wide.jpg', await photograph(1, 1200, 800));
  other = await newFile('wide.jpg', await photograph(2, 200, 300));
});

describe('the heatmap of sorot explain', () => {
  it('is a JPEG of the shape of the photo, at most 800 pixels wide', async () => {
    const { cwd } = await sorotOnce(['explain', photo, '--model', model]);
    const { format, width, height } = await sharp(await readFile(join(cwd, 'wide-heatmap.jpg'))).metadata();
    expect([format, width]).toEqual(['jpeg', 800]);
    expect(height).toBeGreaterThanOrEqual(533);
    expect(height).toBeLessThan(800);
  });

  it('stands upright like the photo', async () => {
    const sideways = await sharp(await photograph(1, 400, 300))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const cwd = await newFolder();
    const turned = await newFile('turned.jpg', sideways);
    const { code } = await sorot(['explain', turned, '--model', model], { cwd });
    expect(code).toBe(0);
    const { width, height } = await sharp(await readFile(join(cwd, 'turned-heatmap.jpg'))).metadata();
    expect(height).toBeGreaterThan(width);
  });

  it('goes where --out says', async () => {
    const out = join(await newFolder(), 'why.jpg');
    const cwd = await newFolder();
    const { stdout } = await sorot(['explain', photo, '--model', model, '--out', out, '--json'], { cwd });
    expect(heatmapIn(stdout).file).toBe(out);
    expect((await readFile(out)).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(await readdir(cwd)).toEqual([]);
  });

  it('goes into the folder that --out names, one for each photo, even of the same name', async () => {
    const out = join(await newFolder(), 'maps');
    await mkdir(out);
    const { code, stdout } = await sorot(['explain', photo, other, '--model', model, '--out', out, '--json']);
    expect(code).toBe(0);
    const files = reportsIn(stdout).map((report) =>
      'heatmap' in report && 'file' in report.heatmap ? report.heatmap.file : '',
    );
    expect(new Set(files).size).toBe(2);
    expect((await readdir(out)).map((name) => join(out, name)).sort()).toEqual(files.sort());
  });

  it('cannot go into one file for several photos', async () => {
    const out = join(await newFolder(), 'why.jpg');
    const { code, stdout, stderr } = await sorot(['explain', photo, other, '--model', model, '--out', out]);
    expect([code, stdout]).toEqual([2, '']);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/--out.*folder/);
  });

  it('that cannot be written is a mistake in one line that names the place', async () => {
    const out = join(await newFolder(), 'missing', 'why.jpg');
    const { code, stderr } = await sorot(['explain', photo, '--model', model, '--out', out]);
    expect(code).toBe(2);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toContain(out);
  });

  it('never takes the place of the photo itself', async () => {
    const precious = await newFile('precious.jpg', await photograph(3));
    const before = await readFile(precious);
    const { code } = await sorot(['explain', precious, '--model', model, '--out', precious]);
    expect(code).not.toBe(0);
    expect(await readFile(precious)).toEqual(before);
  });

  it('is not written where it is unavailable', async () => {
    const cwd = await newFolder();
    await sorot(['explain', photo, '--model', model, '--class', '#4'], { cwd });
    expect(await readdir(cwd)).toEqual([]);
  });

  it('of another class is another picture', async () => {
    const { cwd } = await sorotOnce(['explain', photo, '--model', model]);
    await sorot(['explain', photo, '--model', model, '--out', 'two.jpg', '--class', '2'], { cwd });
    const [one, two] = [join(cwd, 'wide-heatmap.jpg'), join(cwd, 'two.jpg')];
    expect((await stat(one)).size).toBeGreaterThan(5000);
    expect(await readFile(one)).not.toEqual(await readFile(two));
  });
});
