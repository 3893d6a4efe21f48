import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findModel, modelHint, nameOfPath } from '../../../src/models.js';
import { openModel } from '../../../src/vision/model/source.js';
import { refusal } from '../../support/errors.js';
import { goldenFolder } from '../../support/golden.js';
import { folderWith, temporaryFolder } from '../../support/models.js';
import { rawZip } from '../../../bench/hostile/raw-zip.js';

const HDF5 = Buffer.from('\x89HDF\r\n\x1a\nand so on', 'latin1');
const KERAS = rawZip([{ name: 'config.json' }, { name: 'metadata.json' }, { name: 'model.weights.h5' }]);

type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder with these files, those of folders in it as `folder/file`. */
async function treeOf(files: Files): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

beforeEach(async () => {
  process.env['SOROT_CACHE_DIR'] = await temporaryFolder();
});

describe('a model is recognised by its first bytes, whatever it is called', () => {
  it.each([
    ['model.h5', HDF5, 'keras-h5'],
    ['model.keras', HDF5, 'keras-h5'],
    ['weights.bin', HDF5, 'keras-h5'],
    ['model.keras', KERAS, 'keras-archive'],
    ['model.h5', KERAS, 'keras-archive'],
    ['model.zip', KERAS, 'keras-archive'],
    ['model', KERAS, 'keras-archive'],
    ['model.onnx', '\b\x08\x12\x07pytorch', 'onnx'],
    ['model.onnx', '\b\x0a\x92\x01', 'onnx'],
    ['net.bin', '\b\x07\x12\x07pytorch', 'onnx'],
  ])('%s', async (name, content, form) => {
    const folder = await folderWith({ [name]: content });
    expect(await openModel(join(folder, name))).toMatchObject({ form, file: join(folder, name), folder });
  });

  it('a model.json given itself, and one of another name', async () => {
    const folder = await temporaryFolder();
    await cp(goldenFolder('pooling-dense'), folder, { recursive: true });
    await cp(join(folder, 'model.json'), join(folder, 'other.json'));
    const { fingerprint } = await openModel(folder);
    for (const name of ['model.json', 'other.json']) {
      expect((await openModel(join(folder, name))).fingerprint).toBe(fingerprint);
    }
  });

  it('changes its fingerprint when a byte of it does', async () => {
    const folder = await folderWith({ 'a.h5': HDF5, 'b.h5': Buffer.concat([HDF5, Buffer.of(1)]), 'c.h5': HDF5 });
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((name) => openModel(join(folder, `${name}.h5`))));
    expect(a?.fingerprint).not.toBe(b?.fingerprint);
    expect(a?.fingerprint).toBe(c?.fingerprint);
  });
});

describe('the model in a folder', () => {
  const files: [string, Files, string][] = [
    ['the one Keras file', { 'net.keras': KERAS, 'labels.txt': 'a\nb', 'photo.jpg': 'x' }, 'net.keras'],
    ['an ONNX file beside its weights', { 'net.onnx': '\b\x08\x12', 'net.onnx.data': 'x' }, 'net.onnx'],
    ['a Keras file beside its weights', { 'net.h5': HDF5, 'net.weights.h5': HDF5 }, 'net.h5'],
    ['in the only folder in it', { 'export/net.h5': HDF5, 'export/labels.txt': 'a' }, 'export/net.h5'],
    ['in a folder in a folder', { 'a/b/net.hdf5': HDF5, '.DS_Store': 'x', '__MACOSX/x': 'x' }, 'a/b/net.hdf5'],
  ];
  it.each(files)('%s', async (_what, content, file) => {
    const folder = await treeOf(content);
    const source = await openModel(folder);
    expect([source.file, source.folder]).toEqual([join(folder, file), join(folder, file, '..')]);
  });
});

describe('what is no model is refused with a way out', () => {
  const files: [string, string | Uint8Array, RegExp][] = [
    ['empty.h5', '', /empty\.h5" is empty/],
    ['model.h5', 'no HDF5', /model\.h5" is no model: expected a Keras file/],
    ['model.tflite', '\x1c\0\0\0TFL3', /TensorFlow Lite model, which is not read: export it as Keras/],
    ['model.bin', '\x1c\0\0\0TFL3', /TensorFlow Lite model/],
    [
      'model.pt',
      rawZip([{ name: 'net/data.pkl' }]),
      /PyTorch model, which is code and is not read: export it with torch\.onnx\.export/,
    ],
    ['model.pth', '\x80\x02', /PyTorch/],
    ['model.onnx', 'x', /model\.onnx" is no model/],
    ['model.safetensors', 'x', /PyTorch/],
    ['saved_model.pb', '\b\x01', /TensorFlow graph.*model\.save\("model\.keras"\)/],
    ['model.pkl', '\x80\x04', /pickle, which holds code and is never read/],
    ['model.tar.gz', Buffer.of(0x1f, 0x8b), /packed in a way that is not read: unpack it/],
    ['labels.txt', 'cat\ndog', /holds labels, not a network.*labels\.txt/],
    ['labels.json', '["cat", "dog"]', /holds labels/],
    ['architecture.json', '{"class_name": "Sequential", "config": {}}', /without their weights: save the model/],
  ];
  it.each(files)('%s', async (name, content, expected) => {
    expect((await refusal(openModel(join(await folderWith({ [name]: content }), name)))).message).toMatch(expected);
  });

  const folders: [string, Files, RegExp][] = [
    ['nothing', {}, /There is no model in "[^"]+": it has no model\.json, no Keras file .* and no \.onnx file/],
    ['a SavedModel', { 'saved_model.pb': 'x', 'variables/a': 'x' }, /SavedModel.*model\.save|SavedModel.*\.save\(/],
    ['a SavedModel in it', { 'net/saved_model.pb': 'x', 'labels.txt': 'a' }, /net" is a TensorFlow SavedModel/],
    [
      'an unpacked .keras file',
      { 'config.json': '{}', 'model.weights.h5': HDF5 },
      /unpacked \.keras file: give the \.keras/,
    ],
    ['several models', { 'a.h5': HDF5, 'b.keras': KERAS }, /several models in "[^"]+" \(a\.h5, b\.keras\): give one/],
    ['a file that is no Keras file', { 'a.h5': 'x' }, /a\.h5" is no model/],
    ['a foreign model', { 'net.tflite': 'x', 'labels.txt': 'a' }, /net\.tflite" is a TensorFlow Lite model/],
    ['several folders with models', { 'a/a.h5': HDF5, 'b/b.h5': HDF5 }, /There is no model in/],
    ['a folder called model.json', { 'model.json/a': 'x' }, /model\.json" is not a file/],
  ];
  it.each(folders)('a folder with %s', async (_what, content, expected) => {
    expect((await refusal(openModel(await treeOf(content)))).message).toMatch(expected);
  });

  it('what is not there, what never ends, and what leads in a circle', async () => {
    expect((await refusal(openModel('/no/such/model.h5'))).message).toMatch(/no such file or folder/);
    expect((await refusal(openModel('/dev/zero'))).message).toMatch(/neither a file nor a folder/);
    const folder = await temporaryFolder();
    await symlink(join(folder, 'circle.h5'), join(folder, 'circle.h5'));
    expect((await refusal(openModel(join(folder, 'circle.h5')))).message).toMatch(/no such file/);
    expect((await refusal(openModel(folder))).message).toMatch(/no Keras file/);
  });
});

describe('a model by name or path', () => {
  it.each([
    ['/home/ana/birds/keras_model.h5', 'birds'],
    ['/home/ana/birds/Model.keras', 'birds'],
    ['/home/ana/birds/model.json', 'birds'],
    ['/home/ana/birds.keras', 'birds'],
    ['/home/ana/birds.v2.zip', 'birds.v2'],
    ['/home/ana/birds.v2', 'birds.v2'],
    ['/home/ana/model', 'model'],
  ])('%s is called %s', (path, name) => {
    expect(nameOfPath(path)).toBe(name);
  });

  it('is found as a file, a folder or a name', async () => {
    const folder = await folderWith({ 'net.keras': KERAS });
    expect(findModel(join(folder, 'net.keras'))).toEqual({ name: 'net', path: join(folder, 'net.keras') });
    expect(findModel(folder).path).toBe(folder);
    expect(findModel('imagenet-1000').name).toBe('imagenet-1000');
  });

  it('what is none is told before anything is read, with what helps', async () => {
    const folder = await folderWith({ 'net.pt': 'x' });
    expect(modelHint(folder)).toMatch(/PyTorch model, which is code and is not read: export it/);
    expect(modelHint('nothing-here')).toBe('in models/: imagenet-1000');
    expect(modelHint('models')).toMatch(/folder of all models: name one of imagenet-1000/);
    expect(() => findModel('nothing-here')).toThrow(/"nothing-here".*in models\/ there is imagenet-1000/);
  });
});
