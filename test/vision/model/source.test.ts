import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModel, readWeightData } from '../../../src/vision/model/source.js';
import { refusal } from '../../support/errors.js';
import { goldenFolder } from '../../support/golden.js';
import { changedModel, folderWith, temporaryFolder } from '../../support/models.js';

async function expectInvalid(work: Promise<unknown>, ...parts: string[]): Promise<void> {
  const error = await refusal(work);
  expect(error.code).toBe('invalid-model');
  for (const part of parts) expect(error.message).toContain(part);
}

async function opened(folder: string) {
  const source = await openModel(folder);
  if (source.form !== 'tfjs-layers' && source.form !== 'tfjs-graph') throw new Error('This is no TensorFlow.js model.');
  return readWeightData(source);
}

describe('opening a model folder', () => {
  it.each([
    ['pooling-dense', 'tfjs-layers'],
    ['graph', 'tfjs-graph'],
  ] as const)('%s is a model of the form %s', async (name, form) => {
    expect((await openModel(goldenFolder(name))).form).toBe(form);
  });

  it('refuses a folder that is not there and one without a model by its path', async () => {
    await expectInvalid(openModel('/no/such/folder'), '/no/such/folder');
    const folder = await temporaryFolder();
    await expectInvalid(openModel(folder), folder, 'model.json');
  });

  it('refuses JSON that is broken by the path of the file', async () => {
    await expectInvalid(openModel(await folderWith({ 'model.json': '{"modelTopology": ' })), 'model.json');
  });

  it.each([
    ['{}', 'modelTopology'],
    ['{"modelTopology": {}}', 'weightsManifest'],
    ['{"modelTopology": {}, "weightsManifest": [{"paths": "weights.bin", "weights": []}]}', 'paths'],
    ['{"modelTopology": {}, "weightsManifest": [{"paths": [], "weights": [{"name": "a", "shape": [-1]}]}]}', 'shape'],
  ])('refuses the document %s by the field %s', async (document, field) => {
    await expectInvalid(openModel(await folderWith({ 'model.json': document })), field);
  });

  it('refuses a weight file that is missing by its name', async () => {
    const folder = await changedModel('pooling-dense', (file) => {
      file.weightsManifest.forEach((group) => (group.paths = ['not-here.bin']));
    });
    await expectInvalid(openModel(folder), 'not-here.bin');
  });

  it.each(['../weights.bin', '/etc/hostname', 'a/../../weights.bin'])(
    'refuses to read %s, which lies outside the folder',
    async (path) => {
      const folder = await changedModel('pooling-dense', (file) => {
        file.weightsManifest.forEach((group) => (group.paths = [path]));
      });
      await expectInvalid(openModel(folder), 'outside');
    },
  );

  it.each(['.', ''])('refuses the path "%s" of a weight file, which is a folder', async (path) => {
    const folder = await changedModel('pooling-dense', (file) => {
      file.weightsManifest.forEach((group) => (group.paths = [path]));
    });
    await expectInvalid(opened(folder));
  });

  it('refuses weights that are shorter than the manifest promises, with both numbers', async () => {
    const folder = await changedModel('pooling-dense', () => undefined);
    await writeFile(join(folder, 'weights.bin'), new Uint8Array(100));
    await expectInvalid(opened(folder), '100 bytes', '9796');
  });

  it('has another fingerprint when topology or weights change, and the same when nothing does', async () => {
    const original = await openModel(goldenFolder('pooling-dense'));
    const topology = await changedModel('pooling-dense', (file) => {
      file.modelTopology['note'] = 'changed';
    });
    const weights = await changedModel('pooling-dense', () => undefined);
    const copy = await openModel(weights);
    await writeFile(join(weights, 'weights.bin'), new Uint8Array(9796));
    const prints = [original, await openModel(topology), await openModel(weights)].map((each) => each.fingerprint);
    expect(new Set(prints).size).toBe(3);
    // The copy's JSON is written anew, so only equal bytes are the same model.
    expect(copy.fingerprint).toBe((await openModel(await changedModel('pooling-dense', () => undefined))).fingerprint);
  });
});
