import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor, io } from '@tensorflow/tfjs-core';
import { loadConverterPackage, loadLayersPackage, loadTensorFlow } from '../../src/vision/trunk/tensorflow.js';

interface ModelFile {
  readonly format?: string;
  readonly modelTopology: object;
  readonly signature?: object;
  readonly weightsManifest: readonly { paths: string[]; weights: io.WeightsManifestEntry[] }[];
}

/** A model as stock TensorFlow.js runs it on WASM. */
export interface StockModel {
  readonly input: { readonly height: number; readonly width: number };
  /** What the model itself answers for height x width x 3 numbers, channels last. */
  predict(picture: Float32Array): Float32Array;
}

/** Loads a model folder with nothing of this project but its choice of a backend. */
export async function loadStock(folder: string): Promise<StockModel> {
  const tf = await loadTensorFlow('wasm');
  const file = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as ModelFile;
  const paths = file.weightsManifest.flatMap(({ paths }) => paths);
  const weights = Buffer.concat(await Promise.all(paths.map((path) => readFile(join(folder, path)))));
  const artifacts: io.ModelArtifacts = {
    modelTopology: file.modelTopology,
    weightSpecs: file.weightsManifest.flatMap(({ weights: specs }) => specs),
    weightData: new Uint8Array(weights).buffer,
    ...(file.signature !== undefined && { signature: file.signature }),
  };
  const handler: io.IOHandler = { load: () => Promise.resolve(artifacts) };
  const model =
    file.format === 'graph-model'
      ? await loadConverterPackage().loadGraphModel(handler)
      : await loadLayersPackage().loadLayersModel(handler);
  const [, height, width] = model.inputs[0]?.shape ?? [];
  if (typeof height !== 'number' || typeof width !== 'number') throw new Error(`${folder} has no fixed input size.`);
  return {
    input: { height, width },
    predict: (picture) =>
      tf.tidy(() => {
        const output = model.predict(tf.tensor(picture, [1, height, width, 3])) as Tensor;
        return Float32Array.from(output.dataSync());
      }),
  };
}
