import { describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../src/vision/trunk/tensorflow.js';
import { HAS_TENSORFLOW } from '../../support/backends.js';

describe('TensorFlow.js', () => {
  it('takes over a tensor that its memory has to grow for', async () => {
    const onCpu = (await loadTensorFlow('cpu')).tensor(new Float32Array(2e7).fill(3), [4000, 5000]);
    const tf = await loadTensorFlow('wasm');
    const same = tf.transpose(onCpu, [0, 1]);
    expect(tf.max(same).dataSync()).toEqual(Float32Array.of(3));
    tf.dispose([onCpu, same]);
  });

  it.skipIf(HAS_TENSORFLOW)('says what to install for a backend that is not there', async () => {
    await expect(loadTensorFlow('tensorflow')).rejects.toThrow('`npm run tensorflow` installs it');
  });
});
