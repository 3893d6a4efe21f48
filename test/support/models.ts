import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { onTestFinished } from 'vitest';
import { loadLayersPackage, loadTensorFlow } from '../../src/vision/trunk/tensorflow.js';
import { GOLDEN_FOLDER } from './golden.js';

/** TensorFlow.js and its layers on the plain JavaScript backend: the stock implementation to compare with. */
export async function stock() {
  const tf = await loadTensorFlow('cpu');
  return { tf, layers: loadLayersPackage() };
}

/** A folder that goes when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sorot-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with these files, some of them perhaps in folders of their own. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** `model.json` as tests change it. */
export interface ModelFile {
  format?: string;
  signature?: { inputs: Record<string, unknown>; outputs: Record<string, unknown> };
  modelTopology: Record<string, unknown> & { node?: GraphNodeFile[] };
  weightsManifest: { paths: string[]; weights: { name: string; shape: number[]; dtype: string }[] }[];
}

export interface GraphNodeFile {
  name: string;
  op: string;
  input?: string[];
  attr?: Record<string, unknown>;
}

/** A copy of a golden model with its `model.json` changed. */
export async function changedModel(name: string, change: (file: ModelFile) => ModelFile | undefined): Promise<string> {
  const folder = await temporaryFolder();
  await cp(join(GOLDEN_FOLDER, name), folder, { recursive: true });
  const path = join(folder, 'model.json');
  const file = JSON.parse(await readFile(path, 'utf8')) as ModelFile;
  await writeFile(path, JSON.stringify(change(file) ?? file));
  return folder;
}

/** Saves a Keras model in TensorFlow.js layers format, as published models are. */
export async function savedModel(model: LayersModel): Promise<string> {
  const folder = await temporaryFolder();
  await model.save({
    save: async ({ modelTopology, weightSpecs, weightData }) => {
      const parts = Array.isArray(weightData) ? weightData : [weightData ?? new ArrayBuffer(0)];
      await writeFile(join(folder, 'weights.bin'), Buffer.concat(parts.map((part) => new Uint8Array(part))));
      const weightsManifest = [{ paths: ['weights.bin'], weights: weightSpecs }];
      await writeFile(join(folder, 'model.json'), JSON.stringify({ modelTopology, weightsManifest }));
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  return folder;
}
