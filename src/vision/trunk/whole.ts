import type { Tensor } from '@tensorflow/tfjs-core';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import { VisionError } from '../errors.js';
import type { WholeGraph } from '../model/plan-file.js';
import { manifestEntries, openModel, readWeightData } from '../model/source.js';
import type { Plan } from './plan.js';
import type { ForwardPass, Runner } from './runner.js';
import { loadConverterPackage, loadTensorFlow } from './tensorflow.js';
import type { TensorFlowBackend } from './tensorflow.js';

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

/** Runs nodes of a graph from given values, and checks that each gives one tensor. */
export function executeGraph(model: GraphModel, inputs: Record<string, Tensor>, outputs: readonly string[]): Tensor[] {
  const result = model.execute(inputs, [...outputs]);
  return Array.isArray(result) ? result : [result];
}

/**
 * A runner for a graph that has no plan: TensorFlow.js executes it as it is, asked for the feature map and the scores.
 */
export async function createWholeRunner(
  plan: Plan,
  whole: WholeGraph,
  backend: TensorFlowBackend,
): Promise<{ runner: Runner; model: GraphModel }> {
  const tf = await loadTensorFlow(backend);
  const before = tf.memory().numTensors;
  const model = await loadGraphModel(whole.folder);
  const { height, width, channels } = plan.input;
  const forward = (picture: Float32Array): ForwardPass => {
    const tensors: Tensor[] = [];
    try {
      const input = tf.tensor(picture, [1, height, width, channels]);
      tensors.push(input);
      const outputs = [...plan.cut, plan.scores];
      const results = executeGraph(model, { [whole.inputNode]: input }, outputs);
      tensors.push(...results);
      const arrays = results.map((tensor) => Float32Array.from(tensor.dataSync()));
      return { cut: arrays.slice(0, -1), scores: arrays.at(-1) ?? new Float32Array() };
    } finally {
      for (const tensor of tensors) tensor.dispose();
    }
  };
  const runner: Runner = {
    backend,
    layout: 'nhwc',
    run: (picture) => Promise.resolve().then(() => forward(picture)),
    tensorCount: () => tf.memory().numTensors - before,
    close: () => {
      model.dispose();
      return Promise.resolve();
    },
  };
  return { runner, model };
}
