import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../src/vision/trunk/tensorflow.js';

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

describe('TensorFlow.js', () => {
  it('takes over a tensor that its memory has to grow for', async () => {
    const onCpu = (await loadTensorFlow('cpu')).tensor(new Float32Array(2e7).fill(3), [4000, 5000]);
    const tf = await loadTensorFlow('wasm');
    const same = tf.transpose(onCpu, [0, 1]);
    expect(tf.max(same).dataSync()).toEqual(Float32Array.of(3));
    tf.dispose([onCpu, same]);
  });

  it.skipIf(isInstalled('@tensorflow/tfjs-node'))('says what to install for a backend that is not there', async () => {
    await expect(loadTensorFlow('tensorflow')).rejects.toThrow('npm install --no-save @tensorflow/tfjs-node@4.22.0');
  });
});
