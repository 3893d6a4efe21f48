import { explainClass } from '#sorot/vision/cam/class-map.js';
import { split } from '#sorot/vision/model/split.js';
import { loadNetwork } from '#sorot/vision/loaded-network.js';
import type { Plan } from '#sorot/vision/trunk/plan.js';
import { loadGradients, loadLayersPackage, loadTensorFlow } from '#sorot/vision/trunk/tensorflow.js';
import { ratio, relativeDifference, timeInTurn } from './measure.js';
import type { Row } from './report.js';
import { channelsFirst, openLayers, usualGradCam } from './stock-recipe.js';

/** The published figures of this project for MobileNetV2-1.0-224, against stock TensorFlow.js on WASM. */
const LIMITS = { onnx: 0.12, wasm: 0.45, equal: 1e-3, heatmap: 1 } as const;

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
      'usual Grad-CAM recipe': () => usual(picture, () => 0),
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
