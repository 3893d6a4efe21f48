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
  it.skipIf(isInstalled('@tensorflow/tfjs-node'))('says what to install for a backend that is not there', async () => {
    await expect(loadTensorFlow('tensorflow')).rejects.toThrow('npm install --no-save @tensorflow/tfjs-node@4.22.0');
  });
});
