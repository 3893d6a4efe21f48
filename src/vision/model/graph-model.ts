import type { GraphModel } from '@tensorflow/tfjs-converter';
import { VisionError } from '../errors.js';
import { loadConverterPackage } from '../trunk/tensorflow.js';
import { manifestEntries, openModel, readWeightData } from './source.js';
import type { TfjsSource } from './source.js';

/**
 * Loads a graph model as TensorFlow.js' own GraphModel, on the backend loaded before.
 *
 * @throws VisionError `invalid-model` where TensorFlow.js cannot read it.
 */
export async function loadGraphModel(source: TfjsSource): Promise<GraphModel> {
  const weightData = await readWeightData(source);
  const artifacts = {
    format: 'graph-model',
    modelTopology: source.topology,
    weightSpecs: manifestEntries(source),
    weightData,
    ...(source.signature !== undefined && { signature: source.signature as object }),
  };
  try {
    return await loadConverterPackage().loadGraphModel({ load: () => Promise.resolve(artifacts) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new VisionError('invalid-model', `TensorFlow.js cannot read the graph: ${why}`, { cause: error });
  }
}

/**
 * The same from the graph's own file.
 *
 * @throws VisionError `invalid-model` also where the file is no graph model any more.
 */
export async function loadGraphFile(file: string): Promise<GraphModel> {
  const source = await openModel(file);
  if (source.form !== 'tfjs-graph') throw new VisionError('invalid-model', `"${file}" is no graph model.`);
  return loadGraphModel(source);
}
