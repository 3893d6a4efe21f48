import type { io } from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import * as v from 'valibot';
import { VisionError } from '../vision-error.js';
import { INPUT } from '../trunk/plan.js';
import type { Weights } from '../trunk/plan.js';
import { loadLayersPackage } from '../trunk/tensorflow.js';
import type { TensorFlow } from '../trunk/tensorflow.js';
import { NetworkBuilder } from './builder.js';
import { convertLayer } from './layers.js';
import { isIrrelevant, KNOWN } from './keras/layer-settings.js';
import type { LayersModelData } from './layers-model.js';
import { pictureOf } from './network.js';
import type { Network } from './network.js';

/** A layers model as TensorFlow.js holds it and the same as a flat network. */
export interface LoadedLayers {
  readonly model: tfl.LayersModel;
  readonly network: Network;
}

const listed = v.object({
  model_config: v.object({
    config: v.object({
      layers: v.array(
        v.looseObject({ class_name: v.string(), name: v.string(), config: v.record(v.string(), v.unknown()) }),
      ),
    }),
  }),
});

function layersIn(topology: unknown) {
  return v.parse(listed, topology).model_config.config.layers;
}

/** Refuses layers that TensorFlow.js does not know. */
function checkKnown(topology: unknown, tf: TensorFlow): void {
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  for (const { class_name: className, name } of layersIn(topology)) {
    if (className in known) continue;
    throw new VisionError(
      'invalid-model',
      `Layer "${name}" is a ${className}, which is not read. Build it from layers that Keras has.`,
    );
  }
}

/**
 * Refuses settings of a layer, of those nobody checked before, that TensorFlow.js read without a word and left out: what a layer tells of itself is what
 * it has read.
 */
function checkRead(topology: unknown, model: tfl.LayersModel): void {
  for (const { class_name: className, name, config } of layersIn(topology)) {
    if (className in KNOWN) continue;
    const read = new Set(Object.keys(model.getLayer(name).getConfig()).map((key) => key.toLowerCase()));
    for (const [setting, value] of Object.entries(config)) {
      if (isIrrelevant(setting, value) || read.has(setting.replaceAll('_', '').toLowerCase())) continue;
      throw new VisionError(
        'invalid-model',
        `Layer "${name}" has the setting ${setting}, which TensorFlow.js would ignore. Leave it at its default.`,
      );
    }
  }
}

function copyWeights(layer: tfl.layers.Layer): Map<string, Weights> {
  const weights = new Map<string, Weights>();
  for (const variable of layer.weights) {
    const tensor = variable.read();
    const data = tensor.dataSync();
    const values = data instanceof Float32Array ? data : Float32Array.from(data);
    const last = variable.originalName.split('/').at(-1) ?? variable.originalName;
    // Layers that wrap others have several kernels: those keep their whole names.
    const name = weights.has(last) ? variable.originalName : last;
    if (!values.every(Number.isFinite)) {
      throw new VisionError(
        'invalid-model',
        `Layer "${layer.name}" has weights that are not finite numbers (${name}).`,
      );
    }
    weights.set(name, { shape: [...tensor.shape], values });
  }
  return weights;
}

/** Walks the symbolic tensors of a model back from its output, nested models inlined. */
class Flattener {
  readonly #values = new Map<string, string>();
  readonly #weights = new Map<tfl.layers.Layer, Map<string, Weights>>();

  constructor(
    readonly builder: NetworkBuilder,
    readonly layersModel: typeof tfl.LayersModel,
  ) {}

  /** The value of `tensor`; `scope` tells calls of a shared nested model apart, `inputs` are its arguments. */
  valueOf(tensor: tfl.SymbolicTensor, scope: string, inputs: ReadonlyMap<tfl.SymbolicTensor, string>): string {
    const given = inputs.get(tensor);
    if (given !== undefined) return given;
    const key = `${scope}|${tensor.id}`;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const layer = tensor.sourceLayer;
    const node = layer.inboundNodes[tensor.nodeIndex];
    if (node === undefined) throw new VisionError('invalid-model', `Layer "${layer.name}" is not connected.`);
    const values = node.inputTensors.map((input) => this.valueOf(input, scope, inputs));
    const value =
      layer instanceof this.layersModel
        ? this.#inline(layer, tensor, `${scope}/${layer.name}#${tensor.nodeIndex}`, values)
        : this.#convert(layer, values);
    this.builder.nameLayer(layer.name, value);
    this.#values.set(key, value);
    return value;
  }

  #inline(model: tfl.LayersModel, tensor: tfl.SymbolicTensor, scope: string, values: readonly string[]): string {
    const inputs = new Map(model.inputs.map((input, index) => [input, values[index] ?? INPUT]));
    const output = model.outputs[tensor.tensorIndex];
    if (output === undefined) throw new VisionError('invalid-model', `Model "${model.name}" has no such output.`);
    return this.valueOf(output, scope, inputs);
  }

  #convert(layer: tfl.layers.Layer, inputs: readonly string[]): string {
    const weights = this.#weights.get(layer) ?? copyWeights(layer);
    this.#weights.set(layer, weights);
    try {
      return convertLayer(this.builder, layer, { name: layer.name, inputs, config: layer.getConfig(), weights });
    } catch (error) {
      if (error instanceof VisionError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new VisionError('invalid-model', `Layer "${layer.name}" (${layer.getClassName()}) does not fit: ${why}.`, {
        cause: error,
      });
    }
  }
}

function inputOf(model: tfl.LayersModel): Network['input'] {
  const [input] = model.inputs;
  if (input === undefined || model.inputs.length !== 1 || input.shape.length !== 4) {
    throw new VisionError('invalid-model', 'The model does not take one picture of [height, width, channels].');
  }
  return pictureOf(input.shape.slice(1));
}

/**
 * Loads a model of layers in TensorFlow.js and turns it into a network of steps. On the plain backend, the network's
 * weights are the model's own arrays.
 *
 * @param data its weights are taken out of it.
 * @throws VisionError `invalid-model`, naming the layer and what is wrong with it.
 */
export async function readLayersModel(data: LayersModelData, tf: TensorFlow): Promise<LoadedLayers> {
  const layers = loadLayersPackage();
  checkKnown(data.topology, tf);
  const artifacts = {
    modelTopology: data.topology,
    weightSpecs: data.weightSpecs as io.WeightsManifestEntry[],
    weightData: data.weightData,
  };
  let model: tfl.LayersModel;
  try {
    model = await layers.loadLayersModel({ load: () => Promise.resolve(artifacts) });
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new VisionError('invalid-model', `TensorFlow.js cannot read the model: ${why ?? ''}`, { cause: error });
  }
  // Whoever holds it longer would hold as much memory as the weights take.
  structuredClone(data.weightData, { transfer: [data.weightData] });
  checkRead(data.topology, model);
  const builder = new NetworkBuilder(inputOf(model));
  const [input] = model.inputs;
  if (input === undefined) throw new VisionError('invalid-model', 'The model has no input.');
  const flattener = new Flattener(builder, layers.LayersModel);
  const outputs = model.outputs.map((output) => ({
    name: output.sourceLayer.name,
    value: flattener.valueOf(output, '', new Map([[input, INPUT]])),
  }));
  return { model, network: builder.finish(outputs) };
}
