import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { VisionError } from '../errors.js';
import { probabilitiesOf } from '../probabilities.js';
import { loadNetwork } from '../loaded-network.js';
import { loadTensorFlow } from '../trunk/tensorflow.js';
import type { TensorFlow } from '../trunk/tensorflow.js';
import { executeGraph } from '../trunk/whole.js';
import { loadGraphModel } from './graph-model.js';
import { sizeOf } from '../trunk/plan.js';
import type { Compiled, Plan } from '../trunk/plan.js';
import type { Compilation, Findings } from './findings.js';
import { graphEnds, readGraphModel } from './read-graph.js';
import { readLayersModel } from './read-layers.js';
import { readLayers } from './keras/read.js';
import type { LayersModelData } from './layers-model.js';
import { openModel } from './source.js';
import type { GraphSource } from './source.js';
import { split } from './split.js';
import { compileWhole } from './whole-graph.js';

/**
 * Largest difference of an output between the plan and the model as TensorFlow.js runs it, relative to the largest
 * output. Folding is exact up to rounding, which leaves about 1e-5.
 */
const TOLERANCE = 1e-3;

/** A picture that no symmetry of a network can hide a mistake from: waves that do not repeat. */
function testPicture({ height, width, channels }: Plan['input']): Float32Array {
  return Float32Array.from({ length: height * width * channels }, (_, index) => Math.sin(index * 0.37));
}

/** The plan's outputs in the model's own form. */
async function planOutputs(plan: Plan, picture: Float32Array): Promise<Float32Array> {
  const { runner } = await loadNetwork({ plan, whole: null }, { threads: 1 });
  try {
    const { height, width, channels } = plan.input;
    let input = picture;
    if (runner.layout === 'nchw') {
      input = new Float32Array(picture.length);
      for (let place = 0; place < height * width; place++) {
        for (let c = 0; c < channels; c++) input[c * height * width + place] = picture[place * channels + c] ?? 0;
      }
    }
    const { scores } = await runner.run(input);
    if (plan.output === 'linear') return Float32Array.from(scores);
    const probabilities = probabilitiesOf(scores, plan.output);
    return plan.output === 'one-sigmoid' ? probabilities.subarray(1) : probabilities;
  } finally {
    await runner.close();
  }
}

/** Largest difference between plan and model on one picture, relative to the model's largest output. */
async function difference(plan: Plan, tf: TensorFlow, stock: (picture: Float32Array) => Float32Array): Promise<number> {
  const picture = testPicture(plan.input);
  const expected = tf.tidy(() => stock(picture));
  const actual = await planOutputs(plan, picture);
  if (expected.length !== actual.length || !expected.every(Number.isFinite)) return Infinity;
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const largest = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (actual[i] ?? 0))), 0);
  return largest / Math.max(scale, Number.EPSILON);
}

function pictureTensor(tf: TensorFlow, plan: Plan, picture: Float32Array) {
  return tf.tensor(picture, [1, plan.input.height, plan.input.width, plan.input.channels]);
}

async function compileLayers(data: LayersModelData, tf: TensorFlow, layer: string | undefined): Promise<Compiled> {
  const { model, network } = await readLayersModel(data, tf);
  const plan = split(network, layer);
  const off = await difference(plan, tf, (picture) => stockLayers(model, tf, plan, picture));
  if (!(off <= TOLERANCE)) {
    throw new VisionError(
      'invalid-model',
      `The compiled network differs from the model by ${off.toPrecision(2)} of its largest output, or is not finite.`,
    );
  }
  return { plan, whole: null };
}

function stockLayers(model: LayersModel, tf: TensorFlow, plan: Plan, picture: Float32Array): Float32Array {
  const result = model.predict(pictureTensor(tf, plan, picture));
  const [first] = Array.isArray(result) ? result : [result];
  return Float32Array.from(first?.dataSync() ?? []);
}

async function compileGraph(source: GraphSource, tf: TensorFlow, layer: string | undefined): Promise<Compiled> {
  const network = await readGraphModel(source, tf);
  if (network === null) return compileWhole(source, tf, layer);
  const plan = split(network, layer);
  const { input, output } = graphEnds(source);
  const model: GraphModel = await loadGraphModel(source);
  const off = await difference(plan, tf, (picture) => {
    const [result] = executeGraph(model, { [input]: pictureTensor(tf, plan, picture) }, [output]);
    return Float32Array.from(result?.dataSync() ?? []);
  });
  model.dispose();
  return off <= TOLERANCE ? { plan, whole: null } : compileWhole(source, tf, layer);
}

function graphFindings({ topology, weightSpecs }: GraphSource): Findings {
  const { node } = topology;
  return {
    origin: 'TensorFlow.js graph model',
    layers: Array.isArray(node) ? node.length : 0,
    parameters: weightSpecs.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  };
}

/**
 * Turns a model into a plan and proves on a test picture that the plan computes what the model does.
 *
 * @param path as `openModel` takes it.
 * @param layer the target layer, by default found by the dry-run rule.
 * @param onRead called when the files are read, before TensorFlow.js is loaded.
 * @throws VisionError `invalid-model`, `invalid-argument` for the layer.
 */
export async function compileModel(
  path: string,
  layer?: string,
  onRead: () => Promise<void> = () => Promise.resolve(),
): Promise<Compilation> {
  const source = await openModel(path);
  const data = source.form === 'tfjs-graph' ? source : await readLayers(source);
  await onRead();
  const tf = await loadTensorFlow('wasm').catch(() => loadTensorFlow('cpu'));
  if ('form' in data) return { compiled: await compileGraph(data, tf, layer), findings: graphFindings(data) };
  const { origin, layers, parameters } = data;
  return { compiled: await compileLayers(data, tf, layer), findings: { origin, layers, parameters } };
}
