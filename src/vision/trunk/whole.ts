import type { Tensor } from '@tensorflow/tfjs-core';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { Plan, WholeGraph } from './plan.js';
import type { ForwardPass, Runner } from './runner.js';
import { loadTensorFlow } from './tensorflow.js';
import type { TensorFlowBackend } from './tensorflow.js';

/** The tensors of these nodes of a graph, in their order, from given values of others. */
export function executeGraph(model: GraphModel, inputs: Record<string, Tensor>, outputs: readonly string[]): Tensor[] {
  const result = model.execute(inputs, [...outputs]);
  return Array.isArray(result) ? result : [result];
}

/**
 * A runner for a graph that has no plan: TensorFlow.js executes it as it is, asked for the feature map and the scores.
 *
 * @param load gives the graph model, once the backend is there.
 */
export async function createWholeRunner(
  plan: Plan,
  whole: WholeGraph,
  load: () => Promise<GraphModel>,
  backend: TensorFlowBackend,
  threads: number,
): Promise<{ runner: Runner; model: GraphModel }> {
  const tf = await loadTensorFlow(backend, { threads });
  const before = tf.memory().numTensors;
  const model = await load();
  const { height, width, channels } = plan.input;
  const forward = (picture: Float32Array): ForwardPass => {
    const tensors: Tensor[] = [];
    try {
      const input = tf.tensor(picture, [1, height, width, channels]);
      tensors.push(input);
      const outputs = [...plan.cut, plan.scores];
      const results = executeGraph(model, { [whole.inputNode]: input }, outputs);
      tensors.push(...results);
      const arrays = results.map((tensor) => new Float32Array(tensor.dataSync()));
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
