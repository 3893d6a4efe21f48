import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AddOptions } from '../../src/library/add.js';
import type { ModelSummary } from '../../src/library/inspect.js';
import { fileServer } from '../support/file-server.js';
import { rawZip } from '../../bench/hostile/raw-zip.js';
import { between } from '../support/onnx-files.js';
import { copyModel, goldenFolder, newFile, newFolder } from '../support/sorot.js';

type AddModule = typeof import('../../src/library/add.js');

/** As built: the engine it checks models with starts the compiled files beside it. */
const built = (await import(new URL('../../dist/library/add.js', import.meta.url).href)) as AddModule;

type Options = Partial<AddOptions> & { from: string };

async function addInto(models: string, options: Options): Promise<ModelSummary> {
  return built.addModel({
    name: null,
    labels: null,
    range: null,
    sha256: null,
    onProgress: () => undefined,
    localHttp: true,
    ...options,
    models,
    limits: { retryAfter: 1, retries: 1, ...options.limits },
  });
}

/** The sentence a model is refused with. Nothing of it is left, and the model that was there before stays as it was. */
async function refused(options: Options): Promise<string> {
  const models = await newFolder();
  await mkdir(join(models, 'older'));
  await writeFile(join(models, 'older', 'model.json'), '{}');
  const error: unknown = await addInto(models, options).then(
    () => new Error('It was added.'),
    (reason: unknown) => reason,
  );
  expect(await readdir(models, { recursive: true })).toEqual(['older', 'older/model.json']);
  expect(await readFile(join(models, 'older', 'model.json'), 'utf8')).toBe('{}');
  if (!(error instanceof Error)) throw new TypeError('What is thrown is an Error.');
  expect(error.message).not.toMatch(/\.adding-|undefined|\[object|\n/);
  return error.message;
}

/** A zip of a golden model with more beside it. */
async function zipOf(more: Readonly<Record<string, string>> = {}): Promise<Buffer> {
  const names = await readdir(goldenFolder('pooling-dense'));
  const files = await Promise.all(
    names.map(async (name) => ({ name, content: await readFile(join(goldenFolder('pooling-dense'), name)) })),
  );
  return rawZip([...files, ...Object.entries(more).map(([name, text]) => ({ name, content: Buffer.from(text) }))]);
}

describe('a model that is added', () => {
  it.each([
    ['from a folder that Optimum writes', (from: string) => from, ['model.onnx']],
    [
      'from a repository of the hub, which has several files of it',
      (from: string) => from,
      ['model.safetensors', 'onnx/model.onnx', 'onnx/model_quantized.onnx'],
    ],
    [
      'from a file in such a repository',
      (from: string) => join(from, 'onnx', 'model.onnx'),
      ['onnx/model.onnx', 'onnx/model_fp16.onnx'],
    ],
  ])('%s brings names and preprocessing along', async (_what, given, files) => {
    const from = await newFolder();
    await mkdir(join(from, 'onnx'));
    for (const file of files) {
      await writeFile(join(from, file), file.endsWith('model.onnx') ? between([], { last: 'map' }) : 'another');
    }
    await writeFile(
      join(from, 'config.json'),
      '{ "id2label": { "0": "wren", "1": "robin", "2": "finch", "3": "swift" } }',
    );
    await writeFile(
      join(from, 'preprocessor_config.json'),
      '{ "image_mean": [0.4, 0.4, 0.4], "image_std": [0.3, 0.3, 0.3] }',
    );
    await writeFile(join(from, 'trainer_state.json'), '{}');
    const models = await newFolder();
    const summary = await addInto(models, { from: given(from), name: 'birds' });
    expect(summary).toMatchObject({ labels: 4, range: { mean: [0.4, 0.4, 0.4], deviation: [0.3, 0.3, 0.3] } });
    const kept = ['classifier.json', 'config.json', 'model.onnx', 'preprocessor_config.json'];
    expect((await readdir(join(models, 'birds'))).toSorted()).toEqual(kept);
  });

  it('from an address is what was sent, with what was said of it', async () => {
    const zip = await zipOf({ 'labels.txt': 'a\nb\nc\nd\ne', 'readme.md': 'x' });
    const server = await fileServer((_request, response) => response.end(zip));
    const labels = await newFile('names.txt', Buffer.from('0 one\r\n1 two\r\n2 three\r\n3 four\r\n4 five\r\n'));
    const models = await newFolder();
    const summary = await addInto(models, {
      from: `${server.root}/birds%20of%20prey.zip?x=1`,
      labels,
      range: [-1, 1],
      sha256: createHash('sha256').update(zip).digest('hex').toUpperCase(),
      name: 'birds',
    });
    expect(summary).toMatchObject({ name: 'birds', classes: 5, labels: 5, range: [-1, 1], notes: [], backend: 'onnx' });
    expect(summary.milliseconds.predict).toBeGreaterThan(0);
    expect((await readdir(join(models, 'birds'))).sort()).toEqual([
      'classifier.json',
      'labels.txt',
      'model.json',
      'weights.bin',
    ]);
    expect(JSON.parse(await readFile(join(models, 'birds', 'classifier.json'), 'utf8'))).toEqual({
      name: 'birds',
      labels: ['one', 'two', 'three', 'four', 'five'],
      range: [-1, 1],
    });
    expect(await readdir(models)).toEqual(['birds']);
  });

  it('keeps what its classifier.json said beside, shards and all', async () => {
    const from = await copyModel('quantised', 'shards', { threshold: 0.2, range: [0, 255] });
    const models = await newFolder();
    const summary = await addInto(models, { from, range: [0, 1] });
    expect(summary).toMatchObject({ name: 'shards', range: [0, 1], notes: [{ about: 'no-labels' }] });
    const { threshold, range } = JSON.parse(
      await readFile(join(models, 'shards', 'classifier.json'), 'utf8'),
    ) as Record<string, unknown>;
    expect([threshold, range]).toEqual([0.2, [0, 1]]);
  });
});

describe('a model that is not added leaves nothing', () => {
  it('whose name is taken, and nothing is fetched for it', async () => {
    const server = await fileServer((_request, response) => response.end());
    expect(await refused({ from: `${server.root}/older.h5` })).toMatch(/model "older" already.*--name/);
    expect(server.asked).toEqual([]);
  });

  it.each(['../evil', '.hidden', 'a/b', '', '-option', 'a'.repeat(65)])('called %j', async (name) => {
    expect(await refused({ from: goldenFolder('pooling-dense'), name })).toMatch(/is no name/);
  });

  it('with another checksum than was given', async () => {
    const sha256 = '0'.repeat(64);
    const server = await fileServer((_request, response) => response.end('PK\x03\x04 and so on'));
    const from = `${server.root}/model.zip`;
    expect(await refused({ from, name: 'a', sha256 })).toMatch(/has the checksum [0-9a-f]{64}, not the one/);
    expect(await refused({ from: goldenFolder('graph'), sha256 })).toMatch(/folder has no checksum/);
    expect(await refused({ from: '/dev/zero', sha256 })).toMatch(/neither a file nor a folder/);
  });

  it.each([
    ['a web page', '<!doctype html>', /page" is a web page|birds\.h5" is a web page/],
    ['a model.json without what is beside it', '{"modelTopology": {}}', /model\.json has weight files beside it/],
    ['an archive that is cut off', 'PK\x03\x04', /birds\.h5" is no zip archive, or it is cut off/],
    ['nothing', '', /birds\.h5" is empty/],
  ])('because the address has %s', async (_what, body, expected) => {
    const server = await fileServer((_request, response) => response.end(body));
    expect(await refused({ from: `${server.root}/birds.h5` })).toMatch(expected);
  });

  it('whose labels are not as many as its classes, and says in which file', async () => {
    const labels = await newFile('names.txt', Buffer.from('one\ntwo\n'));
    const message = await refused({ from: goldenFolder('pooling-dense'), labels });
    expect(message).toContain(`${labels} has 2 labels`);
    expect(message).toContain(`Correct ${labels}`);
    expect(message).not.toContain('classifier.json');
  });

  it('whose download is cut off, or leads astray', async () => {
    const server = await fileServer(({ url }, response) => {
      if (url === '/cut.h5') response.writeHead(200, { 'content-length': 10 }).write('x', () => response.destroy());
      else response.writeHead(302, { location: 'http://example.org' }).end();
    });
    expect(await refused({ from: `${server.root}/cut.h5` })).toMatch(/cut off/);
    expect(await refused({ from: `${server.root}/away.h5` })).toMatch(/without https/);
  });

  it('whose archive writes elsewhere', async () => {
    const file = await newFile('evil.zip', await zipOf({ '../evil.txt': 'x' }));
    expect(await refused({ from: file })).toMatch(/damaged.*\.\.\/evil\.txt/);
  });

  it('whose labels are not there, or no labels, or of another number of bytes than any', async () => {
    const from = goldenFolder('pooling-dense');
    const odd = await newFile('labels.json', Buffer.from('{"first": "a"}'));
    const huge = await newFile('labels.txt', Buffer.alloc(1));
    await truncate(huge, 500 * 2 ** 20);
    expect(await refused({ from, labels: '/no/labels.txt' })).toMatch(/no file "\/no\/labels\.txt"/);
    expect(await refused({ from, labels: odd })).toMatch(/no JSON list of labels/);
    expect(await refused({ from, labels: huge })).toMatch(/has 500 MB; at most 16 MB are read/);
  });

  it('that does not load', async () => {
    const from = join(await newFolder(), 'short');
    await cp(goldenFolder('pooling-dense'), from, { recursive: true });
    await truncate(join(from, 'weights.bin'), 100);
    expect(await refused({ from })).toMatch(/have 100 bytes, the model needs 9796/);
  });

  it('when it is stopped while it comes', async () => {
    const controller = new AbortController();
    const server = await fileServer((_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
    });
    const onProgress = (): void => {
      controller.abort(new Error('Stopped.'));
    };
    expect(await refused({ from: `${server.root}/a.h5`, signal: controller.signal, onProgress })).toBe('Stopped.');
  });
});
