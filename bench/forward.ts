import type { LayersModel } from '@tensorflow/tfjs-layers';
import { explainClass } from '#sorot/vision/cam/class-map.js';
import { readLayers } from '#sorot/vision/model/keras/read.js';
import { readLayersModel } from '#sorot/vision/model/read-layers.js';
import type { LoadedLayers } from '#sorot/vision/model/read-layers.js';
import { openModel } from '#sorot/vision/model/source.js';
import { split } from '#sorot/vision/model/split.js';
import { loadNetwork } from '#sorot/vision/loaded-network.js';
import type { Plan } from '#sorot/vision/trunk/plan.js';
import { loadGradients, loadLayersPackage, loadTensorFlow } from '#sorot/vision/trunk/tensorflow.js';
import type { TensorFlow } from '#sorot/vision/trunk/tensorflow.js';
import { ratio, relativeDifference, timeInTurn } from './measure.js';
import type { Row } from './report.js';

/** The published figures of this project for MobileNetV2-1.0-224, against stock TensorFlow.js on WASM. */
const LIMITS = { onnx: 0.12, wasm: 0.45, equal: 1e-3, heatmap: 1 } as const;

function channelsFirst(picture: Float32Array, channels: number): Float32Array {
  const places = picture.length / channels;
  return Float32Array.from(picture, (_, at) => picture[(at % places) * channels + Math.floor(at / places)] ?? 0);
}

/**
 * The usual TensorFlow.js recipe for Grad-CAM: a sub-model up to the feature map, a second one from there on, a whole
 * forward pass, then the gradient of one output.
 */
function usualGradCam(tf: TensorFlow, model: LayersModel, layer: string): (picture: Float32Array) => Float32Array {
  const layers = loadLayersPackage();
  const target = model.getLayer(layer);
  const output = Array.isArray(target.output) ? target.output[0] : target.output;
  if (output === undefined) throw new RangeError(`Layer ${layer} has no output.`);
  const trunk = layers.model({ inputs: model.inputs, outputs: output });
  const after = model.layers.slice(model.layers.indexOf(target) + 1);
  const shape = model.inputs[0]?.shape.slice(1).map((side) => side ?? 1) ?? [];
  return (picture) =>
    tf.tidy(() => {
      const features = trunk.predict(tf.tensor(picture, [1, ...shape]));
      if (Array.isArray(features)) throw new RangeError('One feature map was expected.');
      const gradient = tf.grad((input) => {
        const scores = after.reduce((value, each) => {
          const applied = each.apply(value);
          if (!(applied instanceof tf.Tensor)) throw new RangeError('A tensor was expected.');
          return applied;
        }, input);
        return tf.sum(tf.mul(scores, tf.oneHot(tf.tensor1d([0], 'int32'), scores.shape[1] ?? 1)));
      })(features);
      const weights = tf.mean(gradient, [1, 2], true);
      return Float32Array.from(tf.relu(tf.sum(tf.mul(features, weights), -1)).dataSync());
    });
}

async function openLayers(folder: string, tf: TensorFlow): Promise<LoadedLayers> {
  const source = await openModel(folder);
  if (source.form === 'tfjs-graph') throw new RangeError('The benchmark needs a layers model.');
  return readLayersModel(await readLayers(source), tf);
}

/** Forward passes and heatmaps of one layers model, stock TensorFlow.js beside the plan. */
export async function benchForward(section: string, folder: string, rounds: number, held: boolean): Promise<Row[]> {
  const tf = await loadTensorFlow('wasm');
  const { model, network } = await openLayers(folder, tf);
  const plan: Plan = split(network);
  if (plan.target === null) throw new RangeError('The benchmark needs a model with a feature map.');
  const { height, width, channels } = plan.input;
  const picture = Float32Array.from({ length: height * width * channels }, (_, i) => Math.sin(i * 0.37));
  const first = channelsFirst(picture, channels);
  const compiled = { plan, whole: null };
  const onnx = await loadNetwork(compiled, { backend: 'onnx', threads: 1 });
  const wasm = await loadNetwork(compiled, { backend: 'wasm', threads: 1 });

  const stock = (): Float32Array =>
    tf.tidy(() => {
      const result = model.predict(tf.tensor(picture, [1, height, width, channels]));
      return Float32Array.from((Array.isArray(result) ? result[0] : result)?.dataSync() ?? []);
    });
  const pass = await onnx.runner.run(first);
  const cut = new Map(plan.cut.map((name, index) => [name, Float32Array.from(pass.cut[index] ?? [])]));
  const run = onnx.head.run(cut);
  // A class without evidence is found as fast as one with; the benchmark must not stop at it.
  const heatmap = (classIndex: number) => explainClass(plan, { cut, run: () => run }, classIndex).catch(() => null);
  let turn = 0;

  const onOneThread = await timeInTurn(
    {
      stock,
      'plan on ONNX Runtime, 1 thread': () => onnx.runner.run(first),
      'plan on TF.js WASM': () => wasm.runner.run(picture),
    },
    rounds,
    { lead: 2 },
  );
  // By itself: its second thread spins on for a while, at the cost of whatever comes next.
  const onnxTwo = await loadNetwork(compiled, { backend: 'onnx', threads: 2 });
  const onTwoThreads = await timeInTurn(
    { stock, 'plan on ONNX Runtime, 2 threads': () => onnxTwo.runner.run(first) },
    rounds,
    { lead: 2 },
  );
  // Last: gradients leave the WASM memory in pieces.
  loadGradients();
  await tf.setBackend('wasm');
  const usual = usualGradCam(tf, model, plan.target.layer);
  const heatmaps = await timeInTurn(
    {
      'usual Grad-CAM recipe': () => usual(picture),
      'heatmap from kept activations': () => heatmap(turn++ % plan.outputs),
    },
    rounds,
    { lead: 2 },
  );

  const layers = loadLayersPackage();
  const target = model.getLayer(plan.target.layer).output;
  const features = layers.model({ inputs: model.inputs, outputs: Array.isArray(target) ? target.slice(0, 1) : target });
  const expected = tf.tidy(() => {
    const result = features.predict(tf.tensor(picture, [1, height, width, channels]));
    return Float32Array.from((Array.isArray(result) ? result[0] : result)?.dataSync() ?? []);
  });
  const softmax = Array.from(stock(), Math.log);
  const logits = (scores: Float32Array): number[] => {
    const shift = (softmax[0] ?? 0) - (scores[0] ?? 0);
    return Array.from(scores, (score) => score + shift);
  };
  const rows: Row[] = [];
  for (const { name, median } of new Map([...onTwoThreads, ...onOneThread, ...heatmaps]).values()) {
    rows.push({ section, name, value: median, unit: 'ms' });
  }
  const compare = (name: string, task: string, limit?: number): void => {
    const value = ratio(onOneThread, task, ['stock']);
    rows.push({ section, name, value, unit: 'x', ...(limit !== undefined && { limit }) });
  };
  compare('ONNX Runtime, 1 thread : stock', 'plan on ONNX Runtime, 1 thread', held ? LIMITS.onnx : undefined);
  rows.push({
    section,
    name: 'ONNX Runtime, 2 threads : stock',
    value: ratio(onTwoThreads, 'plan on ONNX Runtime, 2 threads', ['stock']),
    unit: 'x',
  });
  compare('TF.js WASM : stock', 'plan on TF.js WASM', held ? LIMITS.wasm : undefined);
  rows.push({
    section,
    name: 'kept activations : usual recipe',
    value: ratio(heatmaps, 'heatmap from kept activations', ['usual Grad-CAM recipe']),
    unit: 'x',
  });
  const perClass = heatmaps.get('heatmap from kept activations')?.median ?? NaN;
  rows.push({ section, name: 'one more class', value: perClass, unit: 'ms', limit: LIMITS.heatmap });
  const onWasm = await wasm.runner.run(picture);
  for (const [name, result] of [
    ['ONNX Runtime', await onnx.runner.run(first)],
    ['TF.js WASM', onWasm],
  ] as const) {
    const difference = relativeDifference(expected, result.cut[0] ?? []);
    rows.push({ section, name: `features, ${name}`, value: difference, unit: 'relative', limit: LIMITS.equal });
    const value = relativeDifference(softmax, logits(result.scores));
    rows.push({ section, name: `logits, ${name}`, value, unit: 'relative', limit: LIMITS.equal });
  }
  for (const { runner } of [onnx, onnxTwo, wasm]) await runner.close();
  return rows;
}
