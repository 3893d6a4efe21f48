import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Archive } from '../../../src/vision/model/archive.js';
import { compileModel } from '../../../src/vision/model/compile.js';
import { refusal } from '../../support/errors.js';
import { GOLDEN_FOLDER } from '../../support/golden.js';
import { temporaryFolder } from '../../support/models.js';

const KERAS = join(GOLDEN_FOLDER, 'keras');
const H5 = join(KERAS, 'operations-keras2', 'keras2.h5');
const ARCHIVE = join(KERAS, 'operations-keras3', 'keras3.keras');
const LAYERS = join(KERAS, 'operations-keras3', 'tfjs-layers');

async function expectRefused(path: string, ...parts: readonly (string | RegExp)[]): Promise<void> {
  const { code, message } = await refusal(compileModel(path));
  expect(code).toBe('invalid-model');
  for (const part of parts) expect(message).toMatch(part);
}

/** The first part of a file. */
async function cutOff(file: string, share: number): Promise<string> {
  const bytes = await readFile(file);
  const path = join(await temporaryFolder(), `model.${file.endsWith('.h5') ? 'h5' : 'keras'}`);
  await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * share)));
  return path;
}

/** A TensorFlow.js model that Keras 3 wrote, the text of its topology changed. */
async function changed(from: string, to: string): Promise<string> {
  const folder = await temporaryFolder();
  await cp(LAYERS, folder, { recursive: true });
  const path = join(folder, 'model.json');
  const before = await readFile(path, 'utf8');
  expect(before).toContain(from);
  await writeFile(path, before.replace(from, to));
  return folder;
}

/** An operation of the model. */
const RELU = 'Relu", "config": {"name": "relu"}';

describe('Keras files that are refused', () => {
  it.each([0.02, 0.5, 0.95])('an .h5 file of which %f is there', async (share) => {
    await expectRefused(await cutOff(H5, share), /cut off|damaged|no weight/);
  });

  it.each([0.5, 0.99])('a .keras file of which %f is there', async (share) => {
    await expectRefused(await cutOff(ARCHIVE, share), /cut off|damaged/);
  });

  it('weights without their model, with what makes a file that has both', async () => {
    const weights = await Archive.with(ARCHIVE, (archive) => archive.read('model.weights.h5', 2 ** 20));
    const path = join(await temporaryFolder(), 'model.weights.h5');
    await writeFile(path, weights ?? '');
    await expectRefused(path, 'weights but no model', 'model.save()');
  });

  it.each([
    ['a Lambda, with what to use in its place', '"Conv2D"', '"Lambda"', ['Lambda', 'Rescaling']],
    ['a layer that Keras does not have', '"Conv2D"', '"CapsuleLayer"', ['CapsuleLayer', 'not read']],
    ['a setting that nobody knows', '"padding": "valid"', '"padding": "valid", "causal": 2', ['causal', 'default']],
    [
      'an activation that nobody knows',
      '"activation": "linear"',
      '"activation": "squareplus"',
      ['squareplus', 'swish'],
    ],
    ['a function with a setting', RELU, 'Elu", "config": {"name": "relu", "alpha": 0.5}', ['Elu with alpha = 0.5']],
    ['a cast to whole numbers', RELU, 'Cast", "config": {"name": "relu", "dtype": "uint8"}', ['Cast to "uint8"']],
    ['a subclass of Model', '"class_name": "Functional"', '"class_name": "MyModel"', ['MyModel', 'Sequential']],
    ['channels that come first', '"channels_last"', '"channels_first"', ['channels first']],
    [
      'an input that is missing',
      '"keras_history": ["input_layer"',
      '"keras_history": ["nothing"',
      ['nothing', 'exist'],
    ],
    ['layers that wait for themselves', '"keras_history": ["input_layer"', '"keras_history": ["dense"', ['circle']],
  ])('%s', async (_what, from, to, parts) => {
    await expectRefused(await changed(from, to), ...parts);
  });

  it('weights that the converter has left out, with the file that has them', async () => {
    const [before, after] = ['"name": "conv2d"', '"name": "Conv/BatchNorm"'];
    const folder = await changed(before, after);
    const path = join(folder, 'model.json');
    const text = await readFile(path, 'utf8');
    await writeFile(
      path,
      text.replaceAll(before, after).replaceAll('"keras_history": ["conv2d"', '"keras_history": ["Conv/BatchNorm"'),
    );
    await expectRefused(folder, 'Conv/BatchNorm', /slash.*\.h5/);
  });

  it('weights that are fewer than the manifest says', async () => {
    const folder = await changed('"Conv2D"', '"Conv2D"');
    const weights = join(folder, 'group1-shard1of1.bin');
    await writeFile(weights, (await readFile(weights)).subarray(0, 100));
    await expectRefused(folder, /have 100 bytes/);
  });
});
