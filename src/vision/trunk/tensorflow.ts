import { createRequire } from 'node:module';
import type { KernelBackend, Tensor } from '@tensorflow/tfjs-core';
import { loadTfjsNode } from './tfjs-node.js';

/** The TensorFlow.js modules that are loaded only where something needs them. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core');

/** Where TensorFlow.js computes: its WASM kernels, libtensorflow of tfjs-node, or plain JavaScript. */
export type TensorFlowBackend = 'wasm' | 'tensorflow' | 'cpu';

const require = createRequire(import.meta.url);

interface LoadOptions {
  /** Registers the backend, but leaves the one in use as it is. */
  readonly keepBackend?: boolean;
  /** Threads of one forward pass, where the backend has a choice: "tensorflow", when it is first loaded. */
  readonly threads?: number;
}

/** The kernels by what the processor can do. Named one by one, so that who packs the program sees that they are needed. */
const WASM_FILES = {
  'tfjs-backend-wasm.wasm': require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'),
  'tfjs-backend-wasm-simd.wasm': require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm'),
  'tfjs-backend-wasm-threaded-simd.wasm':
    require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm'),
};

/**
 * Has a tensor of another backend moved here before the memory is looked at: TensorFlow.js looks at it first, and moving
 * may grow the memory, which takes the old view of it away.
 */
function moveBeforeReading(backend: KernelBackend): void {
  const { BackendWasm } = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
  if (!(backend instanceof BackendWasm) || Object.hasOwn(backend, 'typedArrayFromHeap')) return;
  const read = backend.typedArrayFromHeap.bind(backend);
  backend.typedArrayFromHeap = (tensor) => {
    backend.dataIdMap.get(tensor.dataId);
    return read(tensor);
  };
}

/**
 * Loads TensorFlow.js with one backend. The packages are CommonJS in Node, so `require` gives the one copy that the
 * layers and converter packages use too.
 *
 * @throws Error where the backend's package is not installed or does not start.
 */
export async function loadTensorFlow(
  backend: TensorFlowBackend,
  { keepBackend = false, threads = 1 }: LoadOptions = {},
): Promise<TensorFlow> {
  const tf = require('@tensorflow/tfjs-core') as TensorFlow;
  // The production flag keeps TensorFlow.js from printing advice about tfjs-node.
  tf.env().set('PROD', true);
  if (backend === 'wasm') {
    const wasm = require('@tensorflow/tfjs-backend-wasm') as typeof import('@tensorflow/tfjs-backend-wasm');
    wasm.setWasmPaths(WASM_FILES);
    wasm.setThreadsCount(1);
  } else if (backend === 'cpu') {
    require('@tensorflow/tfjs-backend-cpu');
  } else {
    loadTfjsNode(threads);
  }
  if (keepBackend) return tf;
  if (!(await tf.setBackend(backend))) throw new Error(`The TensorFlow.js backend "${backend}" did not start.`);
  await tf.ready();
  if (backend === 'wasm') moveBeforeReading(tf.backend());
  return tf;
}

/** The layers package, on the TensorFlow.js loaded before. */
export function loadLayersPackage(): typeof import('@tensorflow/tfjs-layers') {
  return require('@tensorflow/tfjs-layers') as typeof import('@tensorflow/tfjs-layers');
}

/** The graph model package, on the TensorFlow.js loaded before. */
export function loadConverterPackage(): typeof import('@tensorflow/tfjs-converter') {
  return require('@tensorflow/tfjs-converter') as typeof import('@tensorflow/tfjs-converter');
}

/**
 * TensorFlow.js' gradients: the core package leaves them out in Node, the layers package registers every one. Those of
 * GatherV2 and Prod call methods of tensors that only its union package, which is far larger, has.
 */
export function loadGradients(): void {
  loadLayersPackage();
  const { Tensor: Class, reshape, slice, split } = require('@tensorflow/tfjs-core') as TensorFlow;
  Object.assign(Class.prototype, {
    reshape(this: Tensor, shape: number[]): Tensor {
      return reshape(this, shape);
    },
    slice(this: Tensor, begin: number | number[], size?: number | number[]): Tensor {
      return slice(this, begin, size);
    },
    split(this: Tensor, pieces: number | number[], axis?: number): Tensor[] {
      return split(this, pieces, axis);
    },
  });
}
