import { createRequire } from 'node:module';
import type { Backend } from '../../src/vision/trunk/runner.js';

/** Whether `npm run tensorflow` was run. */
export const HAS_TENSORFLOW = ((): boolean => {
  try {
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-node');
    return true;
  } catch {
    return false;
  }
})();

const OWN = ['onnx', 'wasm', 'cpu'] as const satisfies readonly Backend[];

/** The backends of this installation: "tensorflow" where it was added. */
export const BACKENDS: readonly Backend[] = HAS_TENSORFLOW ? [...OWN, 'tensorflow'] : OWN;
