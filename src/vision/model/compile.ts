import type { Tensor } from '@tensorflow/tfjs-core';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import { VisionError } from '../vision-error.js';
import { probabilitiesOf } from '../probabilities.js';
import { loadNetwork } from '../loaded-network.js';
import { loadTensorFlow } from '../trunk/tensorflow.js';
import type { TensorFlow } from '../trunk/tensorflow.js';
import { executeGraph } from '../trunk/whole.js';
import { loadGraphModel } from './graph-model.js';
import { sizeOf } from '../trunk/plan.js';
import type { Plan } from '../trunk/plan.js';
import { NO_CHOICE } from './choice.js';
import type { CompileChoice } from './choice.js';
import { isNamedRange } from '../pixel-range.js';
import type { NamedRange } from '../pixel-range.js';
import type { Compilation, Findings, RangeGuess } from './findings.js';
import type { Network } from './network.js';
import { classificationOf } from './outputs.js';
import { guessRange } from './range-guess.js';
import { graphEnds, readGraphModel } from './read-graph.js';
import type { GraphEnds } from './read-graph.js';
import { readLayersModel } from './read-layers.js';
import { readLayers } from './keras/read.js';
import type { LayersModelData } from './layers-model.js';
import { openModel } from './source.js';
import type { GraphSource } from './source.js';
import { split } from './split.js';
import { compileWhole } from './whole-graph.js';
import type { WholeCompiled } from './whole-graph.js';

/**
 * Largest difference of an output between the plan and the model as TensorFlow.js runs it, relative to the largest
 * output. Folding is exact up to rounding, which leaves about 1e-5.
 */
const TOLERANCE = 1e-3;

/** The range that the test picture has where a preprocessing has a name: about what it makes of pixels. */
const NAMED_RANGES: Readonly<Record<NamedRange, readonly [number, number]>> = { caffe: [-128, 128], torch: [-2, 2] };

/**
 * A picture that no symmetry of a network can hide a mistake from: waves that do not repeat. Far from the range that a
 * network was made for its numbers may grow until rounding is all that is left of them.
 */
function testPicture({ height, width, channels }: Plan['input'], guess: RangeGuess | null): Float32Array {
  const range = guess?.range ?? [-1, 1];
  const [low, high] = isNamedRange(range) ? NAMED_RANGES[range] : range;
  return Float32Array.from(
    { length: height * width * channels },
    (_, index) => low + ((high - low) * (Math.sin(index * 0.37) + 1)) / 2,
  );
}

/** The plan's outputs in the model's own form: scores where it does not close them itself. */
async function planOutputs(plan: Plan, closed: boolean, picture: Float32Array): Promise<Float32Array> {
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
    if (!closed) return Float32Array.from(scores);
    const probabilities = probabilitiesOf(scores, plan.output);
    return plan.output === 'one-sigmoid' ? probabilities.subarray(1) : probabilities;
  } finally {
    await runner.close();
  }
}

/** Lets TensorFlow.js compute where it is fast, where that works. */
async function useWasm(): Promise<void> {
  await loadTensorFlow('wasm').catch(() => loadTensorFlow('cpu'));
}

/**
 * Largest difference between plan and model on the test picture, relative to the model's largest output. The plan runs
 * first: what it takes is given back, which the memory of the model's WASM backend never is.
 */
async function difference(
  plan: Plan,
  { closed, range }: { closed: boolean; range: RangeGuess | null },
  tf: TensorFlow,
  stock: (picture: Tensor) => Tensor | undefined,
): Promise<number> {
  const { height, width, channels } = plan.input;
  const picture = testPicture(plan.input, range);
  const actual = await planOutputs(plan, closed, picture);
  // Arrays are few objects, which the collector would leave for long. It can be called where memory matters.
  globalThis.gc?.();
  await useWasm();
  const expected = tf.tidy(() =>
    Float32Array.from(stock(tf.tensor(picture, [1, height, width, channels]))?.dataSync() ?? []),
  );
  if (expected.length !== actual.length || !expected.every(Number.isFinite)) return Infinity;
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const largest = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - (actual[i] ?? 0))), 0);
  return largest / Math.max(scale, Number.EPSILON);
}

/** A compiled network and what only its steps show of it. */
type Read = Pick<Compilation, 'compiled'> & { readonly found: Pick<Findings, 'output' | 'range'> };

/** The model, its plan and what the network between them shows, which is as large as either and goes. */
async function planOf(data: LayersModelData, tf: TensorFlow, choice: CompileChoice) {
  const { model, network } = await readLayersModel(data, tf);
  const classification = classificationOf(network, choice);
  const plan = split(network, choice.layer ?? undefined, classification);
  return { model, classification, plan, range: guessRange(network) };
}

async function compileLayers(data: LayersModelData, tf: TensorFlow, choice: CompileChoice): Promise<Read> {
  const { model, classification, plan, range } = await planOf(data, tf, choice);
  const { closed, index, found } = classification;
  const off = await difference(plan, { closed, range }, tf, (picture) => {
    const result = model.predict(picture);
    return (Array.isArray(result) ? result : [result])[index];
  });
  model.dispose();
  if (!(off <= TOLERANCE)) {
    throw new VisionError(
      'invalid-model',
      `The compiled network differs from the model by ${off.toPrecision(2)} of its largest output, or is not finite.`,
    );
  }
  return { compiled: { plan, whole: null }, found: { output: found, range } };
}

/** A graph's range by the steps it begins with, else by the names of all its nodes. */
function guessGraphRange({ input, steps, layers }: Pick<Network, 'input' | 'steps' | 'layers'>, { nodes }: GraphEnds) {
  return guessRange({ input, steps, layers: new Map([...layers, ...nodes.map(({ name }) => [name, ''] as const)]) });
}

async function compileGraph(source: GraphSource, tf: TensorFlow, choice: CompileChoice): Promise<Read> {
  const ends = graphEnds(source);
  const asWhole = async (): Promise<WholeCompiled> => {
    await useWasm();
    return compileWhole(source, tf, choice);
  };
  let reading = await readGraphModel(source, tf);
  let chosen: WholeCompiled | null = null;
  if (!reading.complete) {
    chosen = await asWhole();
    // What has no step may belong to another output: the index of the likeliest class, say.
    const alone = ends.outputs.filter(({ name }) => name === chosen?.found.name);
    if (alone.length < ends.outputs.length) reading = await readGraphModel(source, tf, alone);
  }
  const range = guessGraphRange(reading.complete ? reading.network : reading.begun, ends);
  const whole = ({ compiled, found }: WholeCompiled): Read => ({ compiled, found: { output: found, range } });
  if (!reading.complete) return whole(chosen ?? (await asWhole()));

  const classification = classificationOf(reading.network, chosen === null ? choice : { ...choice, output: null });
  const plan = split(reading.network, choice.layer ?? undefined, classification);
  const model: GraphModel = await loadGraphModel(source);
  const { name } = classification.found;
  const output = ends.outputs.find((each) => each.name === name)?.value ?? name;
  const off = await difference(
    plan,
    { closed: classification.closed, range },
    tf,
    (picture) => executeGraph(model, { [ends.input]: picture }, [output])[0],
  );
  model.dispose();
  if (!(off <= TOLERANCE)) return whole(chosen ?? (await asWhole()));
  return { compiled: { plan, whole: null }, found: { output: chosen?.found ?? classification.found, range } };
}

function graphFacts({ topology, weightSpecs }: GraphSource): Pick<Findings, 'origin' | 'layers' | 'parameters'> {
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
 * @param given what is known beforehand: the target layer, by default found by the dry-run rule, the classification's
 *   name, by default found by the rules, and the number of labels.
 * @param onRead called when the files are read, before TensorFlow.js is loaded.
 * @throws VisionError `invalid-model`, `invalid-argument` for the layer.
 */
export async function compileModel(
  path: string,
  given: Partial<CompileChoice> = {},
  onRead: () => Promise<void> = () => Promise.resolve(),
): Promise<Compilation> {
  const choice: CompileChoice = { ...NO_CHOICE, ...given };
  const source = await openModel(path);
  const data = source.form === 'tfjs-graph' ? source : await readLayers(source);
  await onRead();
  // This backend keeps the arrays it is given. WASM copies them into a memory that never shrinks.
  const tf = await loadTensorFlow('cpu');
  const { origin, layers, parameters } = 'form' in data ? graphFacts(data) : data;
  const { compiled, found } = await ('form' in data ? compileGraph(data, tf, choice) : compileLayers(data, tf, choice));
  const { channels } = compiled.plan.input;
  return { compiled, findings: { origin, layers, parameters, channels, ...found } };
}
