import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
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

async function usualHeatmap(): Promise<Buffer> {
  const { cwd } = await sorotOnce(['explain', photo, '--model', model]);
  return readFile(join(cwd, 'wide-heatmap.jpg'));
}

describe('the heatmap of sorot explain', () => {
  it('is a JPEG of the shape of the photo, at most 800 pixels wide', async () => {
    const { format, width, height } = await sharp(await usualHeatmap()).metadata();
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

  it.each([
    ['why.jpeg', 'jpeg'],
    ['why.PNG', 'png'],
    ['why.webp', 'webp'],
    ['why.tif', 'tiff'],
    ['why.tiff', 'tiff'],
  ])('is what the name %s says', async (name, expected) => {
    const { code, stdout, stderr, cwd } = await sorot(['explain', photo, '--model', model, '--out', name]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`: ${name}\n`);
    const written = await readFile(join(cwd, name));
    const [made, usual] = [sharp(written), sharp(await usualHeatmap())];
    expect(await made.metadata()).toMatchObject({ format: expected, width: 800 });
    const [colours, usualColours] = [(await made.stats()).channels, (await usual.stats()).channels];
    colours.forEach(({ mean }, at) => {
      expect(Math.abs(mean - (usualColours[at]?.mean ?? NaN))).toBeLessThan(1);
    });
  });

  it.each(['why.gif', 'why.txt', 'why.jpg.part'])('is refused as %s with what can be written', async (name) => {
    const { code, stdout, stderr, cwd } = await sorot(['explain', photo, '--model', 'no-such-model', '--out', name]);
    expect([code, stdout, await readdir(cwd)]).toEqual([2, '', []]);
    expect(linesOf(stderr)).toEqual([
      expect.stringMatching(/\.jpg, \.jpeg, \.png, \.webp, \.tif, \.tiff, or a folder\.$/),
    ]);
  });

  it.each(['maps/', 'maps'])('goes into the folder %s, which is made, and that is said', async (name) => {
    const { code, stdout, stderr, cwd } = await sorot(['explain', photo, '--model', model, '--out', name]);
    expect([code, stderr]).toEqual([0, `sorot: made the folder "${name}"\n`]);
    expect(stdout).toContain(`: ${join('maps', 'wide-heatmap.jpg')}\n`);
    expect(await readdir(join(cwd, 'maps'))).toEqual(['wide-heatmap.jpg']);
    const again = await sorot(['explain', photo, '--model', model, '--out', name], { cwd });
    expect([again.code, again.stderr]).toEqual([0, '']);
  });

  it('makes no folder where the class was a mistake, and none in a folder that is missing', async () => {
    const wrong = await sorot(['explain', photo, '--model', model, '--out', 'maps/', '--class', '#9']);
    expect([wrong.code, await readdir(wrong.cwd)]).toEqual([2, []]);
    const nested = await sorot(['explain', photo, '--model', model, '--out', 'missing/maps/']);
    expect([nested.code, await readdir(nested.cwd)]).toEqual([2, []]);
    expect(linesOf(nested.stderr)).toEqual([expect.stringMatching(/no writable folder "missing"/)]);
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

  it.each([
    ['by its name', []],
    ['in the folder it is written to', ['--out', '.']],
  ])('never takes the place of another photo that is explained, %s', async (_, options) => {
    const cwd = await newFolder();
    const before = await photograph(3);
    for (const name of ['a.jpg', 'a-heatmap.jpg']) await writeFile(join(cwd, name), before);
    const { code } = await sorot(['explain', 'a.jpg', 'a-heatmap.jpg', '--model', model, ...options], { cwd });
    expect(code).toBe(0);
    expect(await readFile(join(cwd, 'a-heatmap.jpg'))).toEqual(before);
    expect((await readdir(cwd)).sort()).toEqual(
      ['a.jpg', 'a-heatmap.jpg', 'a-heatmap-2.jpg', 'a-heatmap-heatmap.jpg'].sort(),
    );
  });

  it('never goes through a link to the photo', async () => {
    const cwd = await newFolder();
    const before = await photograph(3);
    await writeFile(join(cwd, 'a.jpg'), before);
    await symlink('a.jpg', join(cwd, 'b.jpg'));
    const { code, stderr } = await sorot(['explain', 'a.jpg', '--model', model, '--out', 'b.jpg'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/is the photo itself/)]);
    expect(await readFile(join(cwd, 'a.jpg'))).toEqual(before);
  });

  it('is not written where it is unavailable', async () => {
    const cwd = await newFolder();
    await sorot(['explain', photo, '--model', model, '--class', '#4'], { cwd });
    expect(await readdir(cwd)).toEqual([]);
  });

  it('of another class is another picture', async () => {
    const one = await usualHeatmap();
    const { cwd } = await sorot(['explain', photo, '--model', model, '--out', 'two.jpg', '--class', '2']);
    expect(one.length).toBeGreaterThan(5000);
    expect(await readFile(join(cwd, 'two.jpg'))).not.toEqual(one);
  });
});
