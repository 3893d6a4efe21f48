import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/vision/model/compile.js';
import { refusal } from '../../support/errors.js';
import { changedModel, savedModel, stock } from '../../support/models.js';

async function expectInvalid(folder: string, ...parts: string[]): Promise<void> {
  const error = await refusal(compileModel(folder));
  expect(error.code).toBe('invalid-model');
  for (const part of parts) expect(error.message).toContain(part);
}

/** A copy of a golden model whose topology text is changed. */
function replaced(name: string, from: string | RegExp, to: string): Promise<string> {
  return changedModel(name, (file) => {
    const before = JSON.stringify(file);
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    return JSON.parse(after) as typeof file;
  });
}

describe('layers models that are refused', () => {
  it('for a layer class nobody knows, by the layer and the class', async () => {
    const folder = await replaced('one-sigmoid', '"GlobalMaxPooling2D"', '"CapsuleLayer"');
    await expectInvalid(folder, 'CapsuleLayer', '"');
  });

  it.each([
    ['DepthwiseConv2D', '"padding":"same"', '"padding":"same","causal":true'],
    ['BatchNormalization', '"epsilon":', '"clamp":3,"epsilon":'],
  ])('for a %s with a setting that nobody knows, by the layer and the setting', async (_class, before, after) => {
    await expectInvalid(
      await replaced('pooling-dense', before, after),
      after.split('"')[1] === 'clamp' ? 'clamp' : 'causal',
      'Leave it at its default',
    );
  });

  it('for weights that are not numbers, by the layer', async () => {
    const folder = await changedModel('pooling-dense', () => undefined);
    await writeFile(join(folder, 'weights.bin'), new Uint8Array(9796).fill(0xff));
    await expectInvalid(folder, 'Conv1', 'not finite');
  });

  it('for two picture inputs', async () => {
    const { layers } = await stock();
    const inputs = [layers.input({ shape: [8, 8, 3] }), layers.input({ shape: [8, 8, 3] })];
    const sum = layers.layers.add().apply(inputs);
    const output = layers.layers.globalAveragePooling2d({}).apply(sum);
    if (Array.isArray(output) || !('sourceLayer' in output)) throw new Error('The model was not built.');
    await expectInvalid(await savedModel(layers.model({ inputs, outputs: output })), 'one picture');
  });

  it('for an input that is not a picture', async () => {
    const { layers } = await stock();
    const model = layers.sequential({ layers: [layers.layers.dense({ units: 2, inputShape: [8] })] });
    await expectInvalid(await savedModel(model), 'one picture');
  });

  it('for pictures of two channels, with their number', async () => {
    const { layers } = await stock();
    const model = layers.sequential({ layers: [layers.layers.globalAveragePooling2d({ inputShape: [8, 8, 2] })] });
    await expectInvalid(await savedModel(model), '2 channels');
  });

  it('for weights of another shape than the layers want', async () => {
    const folder = await changedModel('pooling-dense', (file) => {
      const kernel = file.weightsManifest[0]?.weights.find(({ shape }) => shape.length === 2);
      kernel?.shape.reverse();
    });
    await expectInvalid(folder, 'TensorFlow.js cannot read the model');
  });
});

describe('graph models that are refused', () => {
  it('for a cycle, by a node on it', async () => {
    const folder = await changedModel('graph', (file) => {
      const node = file.modelTopology.node?.find(({ name }) => name === 'pooling_dense/Conv1_pad/Pad');
      if (node?.input) node.input[0] = 'pooling_dense/out_relu/Relu6';
    });
    await expectInvalid(folder, 'cycle', 'pooling_dense/');
  });

  it('for a node that reads one that is not there, by its name', async () => {
    const folder = await changedModel('graph', (file) => {
      const node = file.modelTopology.node?.find(({ op }) => op === 'Softmax');
      if (node) node.input = ['gone/BiasAdd'];
    });
    await expectInvalid(folder, '"gone/BiasAdd"');
  });

  it('for two inputs', async () => {
    const folder = await changedModel('graph', (file) => {
      file.modelTopology.node?.push({ name: 'second', op: 'Placeholder', attr: {} });
    });
    await expectInvalid(folder, 'one picture input');
  });

  it('for constants that are not numbers', async () => {
    const folder = await changedModel('graph', () => undefined);
    await writeFile(join(folder, 'group1-shard1of1.bin'), new Uint8Array(9436).fill(0xff));
    await expectInvalid(folder, 'not finite');
  });

  it('for nodes without names', async () => {
    await expectInvalid(await replaced('graph', '"name":"Identity",', ''), 'graph');
  });
});
