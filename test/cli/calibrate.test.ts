import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasVnni } from '../../src/vision/int8/processor.js';
import { photograph } from '../support/pictures.js';
import { copyModel, modelWithoutMap, newFolder, sorot } from '../support/sorot.js';

const PHOTOS = 33;

let photos: string;
let vnni: boolean;

beforeAll(async () => {
  photos = await newFolder();
  for (let seed = 1; seed <= PHOTOS; seed++) await writeFile(join(photos, `${seed}.jpg`), await photograph(seed));
  await writeFile(join(photos, 'notes.txt'), 'no photo');
  vnni = await hasVnni();
});

const calibrate = (model: string, folder = photos) => sorot(['model', 'calibrate', model, '--photos', folder]);

describe('sorot model calibrate', () => {
  it('writes what int8 takes beside the model, which then computes in it where that is asked for and the processor can', async () => {
    const model = await copyModel('pooling-dense', 'birds', { range: [0, 1] });
    const inInt8 = () => sorot(['explain', join(photos, '1.jpg'), '--model', model, '--precision', 'int8']);
    expect((await inInt8()).stderr).toMatch(/computes in float32, as the model is not calibrated for int8/);
    const { code, stdout, stderr } = await calibrate(model);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^sorot: notes\.txt: .+\n$/)]);
    expect(stdout).toMatch(/33 photos[^]*Written: .*int8\.json\n$/);
    if (vnni) expect(stdout).toMatch(/correlation of heatmaps, at the median +0\.9\d\d\n/);
    else expect(stdout).toContain('no VNNI');
    const { ranges } = JSON.parse(await readFile(join(model, 'int8.json'), 'utf8')) as { ranges: object };
    expect(ranges).toMatchObject({ '@input': [expect.closeTo(0, 1), expect.closeTo(1, 1)] });

    expect((await inInt8()).stderr).toMatch(vnni ? /^$/ : /computes in float32, .* no VNNI/);
  });

  it('of another model is told of and not used', async () => {
    const [birds, others] = [await copyModel('pooling-dense', 'birds'), await copyModel('linear-output', 'others')];
    expect((await calibrate(birds)).code).toBe(0);
    await writeFile(join(others, 'int8.json'), await readFile(join(birds, 'int8.json')));
    const { stdout, stderr } = await sorot([
      'explain',
      join(photos, '1.jpg'),
      '--model',
      others,
      '--precision',
      'auto',
    ]);
    expect(stdout).toContain('%');
    expect(stderr).toMatch(/computes in float32, as its int8\.json is of another model/);
  });

  it('needs more than a few photos', async () => {
    const few = await newFolder();
    const model = await copyModel('pooling-dense', 'birds');
    for (const [name, count] of [
      ['None', 0],
      ['Only 2', 2],
    ] as const) {
      for (let seed = 1; seed <= count; seed++) await writeFile(join(few, `${seed}.jpg`), await photograph(seed));
      await writeFile(join(few, 'notes.txt'), 'no photo');
      const { code, stderr } = await calibrate(model, few);
      expect(code).toBe(2);
      expect(stderr).toContain(`${name} of the files in "${few}" could be read as photos; it takes 32 or more`);
    }
    await expect(readFile(join(model, 'int8.json'))).rejects.toThrow();
  });

  it('refuses a model in which int8 would change nothing', async () => {
    const { code, stderr } = await calibrate(await modelWithoutMap());
    expect([code, stderr]).toEqual([2, expect.stringContaining('no convolution')]);
  });

  it('refuses photos that are not there', async () => {
    const { code, stderr } = await calibrate(await copyModel('pooling-dense', 'birds'), '/nowhere/photos');
    expect([code, stderr]).toEqual([2, expect.stringContaining('There is no folder or archive "/nowhere/photos"')]);
  });
});
