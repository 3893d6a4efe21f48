import { mkdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClassifier } from '../../../src/vision/model/classifier.js';
import { openModel } from '../../../src/vision/model/source.js';
import { refusal } from '../../support/errors.js';
import { folderWith } from '../../support/models.js';

/** The sentence with which a document in the place of a model is refused. */
async function refused(document: string): Promise<string> {
  return (await refusal(openModel(await folderWith({ 'model.json': document })))).message;
}

const nested = (times: number, open: string, close: string): string => `${open.repeat(times)}1${close.repeat(times)}`;

describe('a model.json that is no model', () => {
  it('nested a hundred thousand deep is refused before it is parsed', async () => {
    expect(await refused(`{"modelTopology":${nested(1e5, '{"config":', '}')}}`)).toMatch(/nests more than 256/);
    expect(await refused(nested(1e5, '[', ']'))).toMatch(/nests more than 256/);
  });

  it('brackets in strings nest nothing', async () => {
    expect(await refused(JSON.stringify({ a: '[{'.repeat(500), b: '\\"[['.repeat(500) }))).toMatch(/modelTopology/);
  });

  it('of nothing but brackets, which take twenty times as much memory, is refused', async () => {
    expect(await refused(`[${'[],'.repeat(300_000)}0]`)).toMatch(/more than 500000 values/);
  });

  it('of 500 MB is not read', async () => {
    const folder = await folderWith({ 'model.json': '{' });
    await truncate(join(folder, 'model.json'), 500 * 2 ** 20);
    expect((await refusal(openModel(folder))).message).toMatch(/has 500 MB; at most 32 MB are read/);
  });
});

describe('descriptions beside a model', () => {
  it.each(['classifier.json', 'metadata.json', 'labels.json', 'labels.txt'])('%s of 500 MB', async (name) => {
    const folder = await folderWith({ [name]: '[' });
    await truncate(join(folder, name), 500 * 2 ** 20);
    const { message } = await refusal(readClassifier(folder, 'large'));
    expect(message).toContain(`${name}" has 500 MB; at most 16 MB are read`);
  });

  it('a folder in the place of a file is refused by its name', async () => {
    const folder = await folderWith({});
    await mkdir(join(folder, 'labels.txt'));
    expect((await refusal(readClassifier(folder, 'odd'))).message).toMatch(/labels\.txt" is not a file/);
  });

  it('begin with a byte order mark where Windows wrote them', async () => {
    const folder = await folderWith({ 'labels.json': '\uFEFF["cat", "dog"]' });
    expect((await readClassifier(folder, 'marked')).labels.map(({ names }) => names.en)).toEqual(['cat', 'dog']);
  });
});
