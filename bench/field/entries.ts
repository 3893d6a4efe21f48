import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Backend } from '#sorot/vision/trunk/runner.js';
import type { Entry } from './contender.js';
import { foldersOf, megabytesOf, ownFolders } from './installed.js';
import { CACHE, PEERS, pythonWith } from './python.js';

/** What the usual recipe is made of. */
const STOCK = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-converter',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  'sharp',
] as const;

const PYTHON = [
  { name: 'torch-cam', packages: 'torch', script: 'torch_cam.py' },
  { name: 'pytorch-grad-cam', packages: 'torch', script: 'pytorch_grad_cam_peer.py' },
  { name: 'Keras GradientTape', packages: 'keras', script: 'keras_tape.py' },
] as const;

/** libtensorflow is fetched by who wants it. */
function hasTensorFlow(): boolean {
  try {
    createRequire(import.meta.url).resolve('@tensorflow/tfjs-node');
    return true;
  } catch {
    return false;
  }
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/**
 * Everybody who takes part.
 *
 * @param model a folder with a TensorFlow.js layers model
 */
export async function entriesFor(model: string, say: (line: string) => void): Promise<Entry[]> {
  const entries: Entry[] = [];
  const own = await megabytesOf(await ownFolders());
  const libtensorflow = await megabytesOf(await foldersOf(['@tensorflow/tfjs-node']));
  const backends: readonly Backend[] = ['onnx', ...(hasTensorFlow() ? (['tensorflow'] as const) : []), 'wasm', 'cpu'];
  if (!hasTensorFlow()) say('The backend tensorflow is left out: @tensorflow/tfjs-node is not installed.');
  for (const backend of backends) {
    const parameters = (part: string): string[] => [script('sorot-process.js'), model, backend, part];
    entries.push({
      name: `Sorot, ${backend}`,
      command: process.execPath,
      parameters: { network: parameters('network'), whole: parameters('whole') },
      installed: own + (backend === 'tensorflow' ? libtensorflow : 0),
      slow: backend === 'cpu',
    });
  }
  const stock = await megabytesOf(await foldersOf(STOCK));
  for (const backend of ['wasm', 'cpu'] as const) {
    const parameters = [script('stock-process.js'), model, backend];
    entries.push({
      name: `stock TensorFlow.js, ${backend}`,
      command: process.execPath,
      parameters: { network: parameters, whole: parameters },
      installed: stock,
      slow: backend === 'cpu',
    });
  }
  for (const { name, packages, script: file } of PYTHON) {
    const command = await pythonWith(packages, say);
    if (command === null) continue;
    const parameters = [join(PEERS, file), model];
    const installed = await megabytesOf([join(CACHE, packages, 'lib')]);
    entries.push({ name, command, parameters: { network: parameters, whole: parameters }, installed, slow: false });
  }
  return entries;
}
