import type { Tensor } from '@tensorflow/tfjs-core';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { loadTensorFlow } from '../trunk/tensorflow.js';
import type { TensorFlow } from '../trunk/tensorflow.js';
import { executeGraph } from '../trunk/whole.js';
import { loadGraphModel } from './graph-model.js';
import { sizeOf } from '../trunk/plan.js';
import type { Plan } from '../trunk/plan.js';
import { NO_CHOICE } from './choice.js';
import type { CompileChoice } from './choice.js';
import type { Compilation, Findings, RangeGuess } from './findings.js';
import type { Network } from './network.js';
import { classificationOf } from './outputs.js';
import { pixelsOf, testPicture } from './plan-proof.js';
import type { Expected } from './plan-proof.js';
import { guessRange } from './range-guess.js';
import { graphEnds, readGraphModel } from './read-graph.js';
import type { GraphEnds } from './read-graph.js';
import { readLayersModel } from './read-layers.js';
import { readLayers } from './keras/read.js';
import { compileOnnx } from './onnx/compile-onnx.js';
import type { LayersModelData } from './layers-model.js';
import { openModel } from './source.js';
import type { GraphSource } from './source.js';
import { split } from './split.js';
import { compileWhole } from './whole-graph.js';
import type { WholeCompiled } from './whole-graph.js';

/** Bytes of weights after which what is done with is given back. */
const COLLECT_AFTER = 2 ** 23;

/** Lets TensorFlow.js compute where it is fast, where that works. */
async function useWasm(): Promise<void> {
  await loadTensorFlow('wasm').catch(() => loadTensorFlow('cpu'));
}

/** What the model as TensorFlow.js runs it makes of the test picture. */
async function expectedOf(
  { input }: Plan,
  { closed, range }: { closed: boolean; range: RangeGuess | null },
  tf: TensorFlow,
  stock: (picture: Tensor) => Tensor | undefined,
): Promise<Expected> {
  const { height, width, channels } = input;
  const pixels = pixelsOf(range?.range ?? [-1, 1]);
  await useWasm();
  const outputs = tf.tidy(() => {
    const picture = tf.tensor(testPicture(input, pixels), [1, height, width, channels]);
    return Float32Array.from(stock(picture)?.dataSync() ?? []);
  });
  return { pixels, closed, rounded: false, outputs };
}

export interface CompileOptions {
  readonly onRead?: () => Promise<void>;
  readonly asItIs?: boolean;
}

/** A compiled network and what only its steps show of it. */
type Read = Omit<Compilation, 'findings'> & { readonly found: Pick<Findings, 'output' | 'range'> };

/** The model, its plan and what else is to be known of the network between them, which is as large as either and goes. */
async function planOf(data: LayersModelData, tf: TensorFlow, choice: CompileChoice) {
  const { model, network } = await readLayersModel(data, tf);
  const classification = classificationOf(network, choice);
  const plan = split(network, choice.layer ?? undefined, classification);
  const { closed, index, found } = classification;
  return { model, plan, closed, index, found, range: guessRange(network) };
}

/**
 * Disposes the weights of each layer that is called once as soon as it was, so that they are in the memory of the WASM
 * backend, which never shrinks, one layer after the other.
 */
function letGoOnceUsed(model: LayersModel): void {
  let bytes = 0;
  for (const layer of model.layers.filter(({ inboundNodes }) => inboundNodes.length === 1)) {
    const call = layer.call.bind(layer);
    layer.call = (...given: Parameters<typeof call>) => {
      const result = call(...given);
      for (const weight of layer.weights) {
        bytes += weight.read().size * Float32Array.BYTES_PER_ELEMENT;
        weight.dispose();
      }
      // Arrays are few objects, which the collector would leave for long. It can be called where memory matters.
      if (bytes > COLLECT_AFTER) {
        bytes = 0;
        globalThis.gc?.();
      }
      return result;
    };
  }
}

async function compileLayers(data: LayersModelData, tf: TensorFlow, choice: CompileChoice): Promise<Read> {
  const { model, plan, closed, index, found, range } = await planOf(data, tf, choice);
  letGoOnceUsed(model);
  const expected = await expectedOf(plan, { closed, range }, tf, (picture) => {
    const result = model.predict(picture);
    return (Array.isArray(result) ? result : [result])[index];
  });
  return { compiled: { plan, whole: null }, expected, found: { output: found, range } };
}

/** A graph's range by the steps it begins with, else by the names of all its nodes. */
function guessGraphRange({ input, steps, layers }: Pick<Network, 'input' | 'steps' | 'layers'>, { nodes }: GraphEnds) {
  return guessRange({ input, steps, layers: new Map([...layers, ...nodes.map(({ name }) => [name, ''] as const)]) });
}

async function compileGraph(
  source: GraphSource,
  tf: TensorFlow,
  choice: CompileChoice,
  asItIs: boolean,
): Promise<Read> {
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
  if (!reading.complete || asItIs) {
    const { plan, ends: nodes, found } = chosen ?? (await asWhole());
    const why = reading.complete
      ? 'the plan of the graph does not compute what the graph does'
      : 'the graph has operations without a step in the plan';
    return {
      compiled: { plan, whole: { ...nodes, on: 'tensorflow', why } },
      expected: null,
      found: { output: found, range },
    };
  }

  const classification = classificationOf(reading.network, chosen === null ? choice : { ...choice, output: null });
  const plan = split(reading.network, choice.layer ?? undefined, classification);
  const model: GraphModel = await loadGraphModel(source);
  const { name } = classification.found;
  const output = ends.outputs.find((each) => each.name === name)?.value ?? name;
  const expected = await expectedOf(
    plan,
    { closed: classification.closed, range },
    tf,
    (picture) => executeGraph(model, { [ends.input]: picture }, [output])[0],
  );
  model.dispose();
  const found = { output: chosen?.found ?? classification.found, range };
  return { compiled: { plan, whole: null }, expected, found };
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
 * Turns a model into a plan, and says what the model itself makes of a test picture: the plan must come to the same.
 *
 * @param path as `openModel` takes it.
 * @param given what is known beforehand: the target layer, by default found by the dry-run rule, the classification's
 *   name, by default found by the rules, and the number of labels.
 * @param options.onRead called when the files are read, before TensorFlow.js is loaded.
 * @param options.asItIs a graph runs whole on TensorFlow.js, whether or not there is a plan of it.
 * @throws VisionError `invalid-model`, `invalid-argument` for the layer.
 */
export async function compileModel(
  path: string,
  given: Partial<CompileChoice> = {},
  { onRead = () => Promise.resolve(), asItIs = false }: CompileOptions = {},
): Promise<Compilation> {
  const choice: CompileChoice = { ...NO_CHOICE, ...given };
  const source = await openModel(path);
  if (source.form === 'onnx') return compileOnnx(source, choice, asItIs, onRead);
  const data = source.form === 'tfjs-graph' ? source : await readLayers(source);
  await onRead();
  // This backend keeps the arrays it is given. WASM copies them into a memory that never shrinks.
  const tf = await loadTensorFlow('cpu');
  const { origin, layers, parameters } = 'form' in data ? graphFacts(data) : data;
  const { compiled, expected, found } = await ('form' in data
    ? compileGraph(data, tf, choice, asItIs)
    : compileLayers(data, tf, choice));
  const { channels } = compiled.plan.input;
  return { compiled, expected, findings: { origin, layers, parameters, channels, ...found, labels: [], resize: null } };
}
