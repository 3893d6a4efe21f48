import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readInt8, writeInt8 } from '../../../src/vision/int8/int8-file.js';
import { folderWith, temporaryFolder } from '../../support/models.js';

const DATA = {
  photos: 100,
  ranges: { '@input': [-1, 1] as [number, number], 'a "conv"': [0, 5.25] as [number, number] },
  features: [0.5, 0],
};

describe('int8.json', () => {
  it('is read as it was written, for the same network', async () => {
    const folder = await temporaryFolder();
    expect(await writeInt8({ folder, fingerprint: 'abc' }, DATA)).toBe(join(folder, 'int8.json'));
    expect(await readInt8({ folder, fingerprint: 'abc' })).toEqual({ kind: 'own', data: { network: 'abc', ...DATA } });
  });

  it('is told from one of another network, and from none', async () => {
    const folder = await temporaryFolder();
    expect(await readInt8({ folder, fingerprint: 'abc' })).toEqual({ kind: 'none' });
    await writeInt8({ folder, fingerprint: 'abc' }, DATA);
    expect(await readInt8({ folder, fingerprint: 'abd' })).toEqual({ kind: 'other' });
  });

  it.each(['', '{"network": "abc"}', 'not JSON', '{"network":"abc","photos":1,"ranges":{"a":[0,null]},"features":[]}'])(
    'is refused where it is damaged, with a way out: %s',
    async (text) => {
      const folder = await folderWith({ 'int8.json': text });
      await expect(readInt8({ folder, fingerprint: 'abc' })).rejects.toMatchObject({
        code: 'invalid-model',
        message: expect.stringMatching(/int8\.json" is damaged: remove it, or .*sorot model calibrate/) as string,
      });
    },
  );

  it('is not written where nothing can be', async () => {
    const folder = join(await temporaryFolder(), 'nowhere');
    await expect(writeInt8({ folder, fingerprint: 'abc' }, DATA)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(readFile(join(folder, 'int8.json'))).rejects.toThrow();
  });
});
