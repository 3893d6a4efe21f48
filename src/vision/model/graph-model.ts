import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { io } from '@tensorflow/tfjs-core';
import * as v from 'valibot';
import { VisionError } from '../vision-error.js';
import { loadConverterPackage } from '../trunk/tensorflow.js';
import { sizeOf } from '../trunk/plan.js';
import { manifestEntries, openModel, readWeightData } from './source.js';
import type { TfjsSource } from './source.js';

const fusedNodes = v.looseObject({
  node: v.array(v.looseObject({ op: v.string(), input: v.optional(v.array(v.string()), []) })),
});

/**
 * The manifest of a graph, biases of fused convolutions as vectors: the converter leaves [1, 1, 1, channels] of a batch
 * normalisation that it folded, and TensorFlow.js refuses it.
 */
export function graphEntries(source: TfjsSource): io.WeightsManifestEntry[] {
  const parsed = v.safeParse(fusedNodes, source.topology);
  const fused = parsed.success ? parsed.output.node.filter(({ op }) => /^_?Fused(?:Depthwise)?Conv2/.test(op)) : [];
  const biases = new Set(fused.flatMap(({ input }) => input.slice(2, 3)));
  return manifestEntries(source).map((entry) => {
    const [side = 0] = entry.shape.slice(-1);
    const isFlat = entry.shape.length > 1 && sizeOf(entry.shape) === side;
    return biases.has(entry.name) && isFlat ? { ...entry, shape: [side] } : entry;
  });
}

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
    weightSpecs: graphEntries(source),
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
