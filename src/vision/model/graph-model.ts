import type { GraphModel } from '@tensorflow/tfjs-converter';
import { VisionError } from '../errors.js';
import { loadConverterPackage } from '../trunk/tensorflow.js';
import { manifestEntries, openModel, readWeightData } from './source.js';

/**
 * Loads a graph model folder as TensorFlow.js' own GraphModel, on the backend loaded before.
 *
 * @throws VisionError `invalid-model` where TensorFlow.js cannot read it.
 */
export async function loadGraphModel(folder: string): Promise<GraphModel> {
  const source = await openModel(folder);
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
