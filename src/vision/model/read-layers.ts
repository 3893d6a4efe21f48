import type * as tfl from '@tensorflow/tfjs-layers';
import * as v from 'valibot';
import { VisionError } from '../errors.js';
import { INPUT } from '../trunk/plan.js';
import type { Weights } from '../trunk/plan.js';
import { loadLayersPackage } from '../trunk/tensorflow.js';
import type { TensorFlow } from '../trunk/tensorflow.js';
import { NetworkBuilder } from './builder.js';
import { convertLayer } from './layers.js';
import type { Network } from './network.js';
import { manifestEntries, readWeightData } from './source.js';
import type { TfjsSource } from './source.js';

/** The side taken for an input of unknown size: what most published classifiers were trained at. */
const DEFAULT_SIDE = 224;

/** A layers model as TensorFlow.js holds it and the same as a flat network. */
export interface LoadedLayers {
  readonly model: tfl.LayersModel;
  readonly network: Network;
}

const reluArguments = v.looseObject({
  negative_slope: v.nullish(v.number()),
  threshold: v.nullish(v.number()),
});

/** Every layer configuration of a Keras topology, nested models included. */
function* layerConfigs(node: unknown): Generator<{ className: string; name: string; config: unknown }> {
  if (Array.isArray(node)) {
    for (const entry of node) yield* layerConfigs(entry);
  } else if (typeof node === 'object' && node !== null) {
    const entry = node as Record<string, unknown>;
    if (typeof entry['class_name'] === 'string' && typeof entry['config'] === 'object') {
      const config = entry['config'] as Record<string, unknown> | null;
      const name = entry['name'] ?? config?.['name'];
      yield { className: entry['class_name'], name: typeof name === 'string' ? name : '', config };
    }
    for (const key of ['config', 'layers', 'layer', 'model_config']) yield* layerConfigs(entry[key]);
  }
}

/**
 * Keras writes three settings into every SeparableConv2D that TensorFlow.js refuses to find there (tfjs issue 1739);
 * at inference they mean nothing.
 */
function dropSeparableSettings(topology: unknown): void {
  for (const { className, config } of layerConfigs(topology)) {
    if (className !== 'SeparableConv2D' || typeof config !== 'object' || config === null) continue;
    for (const name of ['kernel_initializer', 'kernel_regularizer', 'kernel_constraint']) {
      Reflect.deleteProperty(config, name);
    }
  }
}

/** Refuses what TensorFlow.js would read without a word and compute wrongly, or not know at all. */
function checkTopology(topology: unknown, tf: TensorFlow): void {
  const known = tf.serialization.SerializationMap.getMap().classNameMap;
  for (const { className, name, config } of layerConfigs(topology)) {
    if (!(className in known)) {
      throw new VisionError('invalid-model', `Layer "${name}" is a ${className}, which TensorFlow.js does not know.`);
    }
    if (className === 'ReLU') {
      const parsed = v.safeParse(reluArguments, config);
      if (parsed.success && ((parsed.output.negative_slope ?? 0) !== 0 || (parsed.output.threshold ?? 0) !== 0)) {
        throw new VisionError(
          'invalid-model',
          `Layer "${name}" is a ReLU with a negative slope or threshold, which TensorFlow.js would ignore.`,
        );
      }
    }
  }
}

function copyWeights(layer: tfl.layers.Layer): Map<string, Weights> {
  const weights = new Map<string, Weights>();
  for (const variable of layer.weights) {
    const tensor = variable.read();
    const values = Float32Array.from(tensor.dataSync());
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
  const [, height, width, channels] = input.shape;
  if (channels !== 3 && channels !== 1) {
    throw new VisionError('invalid-model', `The model takes ${String(channels)} channels; pictures have 3 or 1.`);
  }
  return { height: height ?? DEFAULT_SIDE, width: width ?? DEFAULT_SIDE, channels };
}

/**
 * Loads a Keras model in TensorFlow.js layers format and flattens it, nested Functional and Sequential models
 * included, into one network.
 *
 * @throws VisionError `invalid-model`, naming the layer and what is wrong with it.
 */
export async function readLayersModel(source: TfjsSource, tf: TensorFlow): Promise<LoadedLayers> {
  const layers = loadLayersPackage();
  checkTopology(source.topology, tf);
  dropSeparableSettings(source.topology);
  const weightData = await readWeightData(source);
  let model: tfl.LayersModel;
  try {
    model = await layers.loadLayersModel({
      load: () =>
        Promise.resolve({
          modelTopology: source.topology,
          weightSpecs: manifestEntries(source),
          weightData,
        }),
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new VisionError('invalid-model', `TensorFlow.js cannot read the model: ${why ?? ''}`, { cause: error });
  }
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
