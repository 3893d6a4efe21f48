import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openModel } from '../../../src/vision/model/source.js';
import { refusal } from '../../support/errors.js';
import { goldenFolder } from '../../support/golden.js';
import { folderWith, temporaryFolder } from '../../support/models.js';
import { rawZip } from '../../../bench/hostile/raw-zip.js';
import type { RawEntry } from '../../../bench/hostile/raw-zip.js';

const MEGABYTE = 2 ** 20;

let cache: string;

beforeEach(async () => {
  cache = await temporaryFolder();
  process.env['SOROT_CACHE_DIR'] = cache;
});

async function zipped(entries: readonly RawEntry[], name = 'given.zip'): Promise<string> {
  return join(await folderWith({ [name]: rawZip(entries) }), name);
}

/** The sentence with which an archive is refused. Nothing of it is left in the cache. */
async function refused(entries: readonly RawEntry[], name?: string): Promise<string> {
  const { code, message } = await refusal(openModel(await zipped(entries, name)));
  expect(code).toBe('invalid-model');
  expect(message).not.toContain(cache);
  const left = await readdir(join(cache, 'unpacked')).catch(() => []);
  expect(left.filter((folder) => folder.startsWith('.'))).toEqual([]);
  return message;
}

/** The files of a golden model as an archive has them, in a folder where one is named. */
async function filesOf(golden: 'graph' | 'pooling-dense', folder = ''): Promise<RawEntry[]> {
  const names = await readdir(goldenFolder(golden));
  return Promise.all(
    names.map(async (name) => ({
      name: `${folder}${name}`,
      content: await readFile(join(goldenFolder(golden), name)),
    })),
  );
}

describe('an archive that writes where it must not is refused', () => {
  it.each([
    ['../../evil.txt', /damaged.*\.\.\/\.\.\/evil\.txt/],
    ['a/../../evil.txt', /damaged.*evil\.txt/],
    ['a/..', /damaged.*a\/\.\./],
    ['..', /damaged/],
    ['/tmp/evil.txt', /damaged.*\/tmp\/evil\.txt/],
    ['//tmp/evil.txt', /damaged.*\/tmp\/evil\.txt/],
    ['..\\..\\evil.txt', /damaged.*evil\.txt/],
    ['a\\..\\..\\evil.txt', /damaged.*evil\.txt/],
    ['C:\\evil.txt', /damaged.*C:/],
    ['c:/evil.txt', /damaged.*c:/],
    ['evil\0.txt', /damaged.*control characters/],
    ['\u001b]0;evil\u0007.txt', /damaged.*control characters/],
    ['.', /damaged.*no name/],
    [`${'a/'.repeat(40)}b`, /longer or deeper/],
    ['a'.repeat(2000), /longer or deeper/],
    ['a'.repeat(300), /cannot be unpacked.*ENAMETOOLONG/],
  ])('%j', async (name, expected) => {
    expect(await refused([{ name: 'model.json' }, { name }])).toMatch(expected);
  });

  it('through a symbolic link', async () => {
    const link = { name: 'weights.bin', content: Buffer.from('/etc/passwd'), mode: 0o120777 };
    expect(await refused([{ name: 'model.json' }, link])).toMatch(/symbolic link, "weights\.bin"/);
  });
});

describe('an archive that is not what it says is refused', () => {
  it.each([
    ['two files of one name', [{ name: 'a' }, { name: 'a' }], /two files "a"/],
    ['two names of one file', [{ name: 'a/b' }, { name: 'a//b' }], /"a\/\/b" as a file and as a folder/],
    ['a name that is a file and a folder', [{ name: 'a' }, { name: 'a/b' }], /"a\/b" as a file and as a folder/],
    ['a folder that is a file', [{ name: 'a/b' }, { name: 'a' }], /"a" as a file and as a folder/],
    ['files that share their bytes', [{ name: 'a' }, { name: 'b', sharing: 0 }], /"a" and "b" overlap/],
    ['a file larger than it says', [{ name: 'a', content: Buffer.alloc(MEGABYTE), claimedSize: 10 }], /too many bytes/],
    ['a file smaller than it says', [{ name: 'a', claimedSize: 10 }], /not enough bytes/],
    ['another checksum', [{ name: 'a', claimedSum: 1 }], /"a" does not match its checksum/],
    ['another checksum, stored', [{ name: 'a', claimedSum: 1, stored: true }], /"a" does not match its checksum/],
    ['an encrypted file', [{ name: 'a', flags: 1 }], /encrypted/],
    ['ten thousand files and one', Array.from({ length: 10_001 }, (_, at) => ({ name: `${at}` })), /more than 10000/],
    [
      'more words than files',
      Array.from({ length: 200 }, (_, at) => ({ name: `${at}`, comment: 'x'.repeat(60_000) })),
      /says more of its files/,
    ],
  ])('%s', async (_what, entries, expected) => {
    expect(await refused(entries)).toMatch(expected);
  });

  it('cut off anywhere', async () => {
    const whole = rawZip(await filesOf('pooling-dense'));
    for (const part of [0.1, 0.5, 0.9, 0.999]) {
      const folder = await folderWith({ 'half.zip': whole.subarray(0, whole.length * part) });
      expect((await refusal(openModel(join(folder, 'half.zip')))).message).toMatch(/no zip archive, or it is cut off/);
    }
  });

  it('nothing in it', async () => {
    expect(await refused([])).toMatch(/no files in it/);
    expect(await refused([{ name: 'a/' }])).toMatch(/no files in it/);
    expect(await refused([{ name: 'readme.md' }])).toMatch(/There is no model in "[^"]+given\.zip"/);
  });

  it('a .keras file without its weights', async () => {
    expect(await refused([{ name: 'config.json' }, { name: 'metadata.json' }], 'a.keras')).toMatch(
      /without its weights/,
    );
  });

  it.each([
    ['a PyTorch model', 'net/data.pkl', /is a PyTorch model.*export it with torch\.onnx\.export/],
    ['weights of NumPy', 'arr_0.npy', /weights only.*model\.save/],
    ['a SavedModel', 'model.savedmodel/saved_model.pb', /given\.zip\/model\.savedmodel" is a TensorFlow SavedModel/],
  ])('%s, with a way out', async (_what, name, expected) => {
    expect(await refused([{ name }])).toMatch(expected);
  });
});

describe('an archive that unpacks to more than a model has is refused before it is unpacked', () => {
  it('that says so', async () => {
    const bombs = ['a', 'b', 'c'].map((name) => ({ name, claimedSize: 300 * MEGABYTE }));
    expect(await refused(bombs)).toMatch(/unpacks to more than 640 MB/);
  });

  it('that is a hundredth of what is in it', async () => {
    expect(await refused([{ name: 'model.json', claimedSize: 500 * MEGABYTE }])).toMatch(/times its size/);
  });

  it('that lies about it is stopped where it goes on', async () => {
    const zeros = Buffer.alloc(64 * MEGABYTE);
    expect(await refused([{ name: 'weights.bin', content: zeros, claimedSize: MEGABYTE }])).toMatch(/too many bytes/);
  });

  it('that is in another, which is not looked into', async () => {
    const inner = rawZip([{ name: 'inner', claimedSize: 600 * MEGABYTE }]);
    expect(await refused([{ name: 'inner.zip', content: inner }])).toMatch(/no model in/);
    expect(await refused([{ name: 'inner.keras', content: inner }])).toMatch(/unpacks to .* times its size/);
    expect(await refused([{ name: 'inner.keras', content: rawZip([{ name: 'a' }]) }])).toMatch(/archive in an archive/);
  });
});

describe('a model in an archive', () => {
  it.each(['', 'export/', 'a/b/'])('in "%s" is the model that was packed', async (folder) => {
    const labels = { name: `${folder}labels.txt`, content: Buffer.from('a\nb') };
    const source = await openModel(await zipped([...(await filesOf('pooling-dense', folder)), labels]));
    expect(source.fingerprint).toBe((await openModel(goldenFolder('pooling-dense'))).fingerprint);
    expect(await readFile(join(source.folder, 'labels.txt'), 'utf8')).toBe('a\nb');
  });

  it('that macOS packed, with what it puts beside it', async () => {
    const extras = ['__MACOSX/export/._model.json', '.DS_Store'].map((name) => ({ name }));
    const source = await openModel(await zipped([...(await filesOf('graph', 'export/')), ...extras]));
    expect(source.form).toBe('tfjs-graph');
  });

  it('that is not whole is refused by the archive, not by where it was unpacked', async () => {
    const [document] = (await filesOf('pooling-dense')).filter(({ name }) => name === 'model.json');
    expect(await refused(document === undefined ? [] : [document])).toMatch(
      /weight file "[^"]+given\.zip\/weights\.bin" is missing/,
    );
  });

  it('is unpacked once, and again where somebody tidied up', async () => {
    const file = await zipped(await filesOf('pooling-dense'));
    const { file: unpacked } = await openModel(file);
    const { ino } = await stat(unpacked);
    expect((await stat((await openModel(file)).file)).ino).toBe(ino);
    await writeFile(unpacked, '{');
    expect(await readFile((await openModel(file)).file, 'utf8')).toContain('modelTopology');
  });

  it('takes the place of what was used longest ago, and of what a killed process left', async () => {
    const home = join(cache, 'unpacked');
    const long = new Date(Date.now() - 24 * 60 * 60_000);
    await mkdir(join(home, '.draft'), { recursive: true });
    await utimes(join(home, '.draft'), long, long);
    const folders: string[] = [];
    for (let at = 0; at < 5; at++) {
      const extra = { name: 'note.md', content: Buffer.from(`${at}`) };
      const { folder } = await openModel(await zipped([...(await filesOf('pooling-dense')), extra]));
      const used = new Date(Date.now() - (10 - at) * 60_000);
      await utimes(folder, used, used);
      folders.push(basename(folder));
    }
    expect((await readdir(home)).sort()).toEqual(folders.slice(1).sort());
  });
});
