import { activationOf, putActivation, sameActivation } from './activations.js';
import { calculation, isCalculation } from './arithmetic.js';
import { channelsOf, keepDimensions } from './channels.js';
import { convolution, depthwiseConvolution } from './convolutions.js';
import type { Weighted } from './convolutions.js';
import { refused } from './document.js';
import { flatten } from './flatten.js';
import type { FlatLayer } from './flatten.js';
import { channelIndex } from './indexing.js';
import { elu, leakyRelu, relu } from './rectifiers.js';
import { layerScale, normalization, rescaling } from './scaling.js';
import { KNOWN, settingsOf, weightNames } from './settings.js';
import { TfjsLayers } from './tfjs-layers.js';
import type { TfjsLayer, TfjsWeight } from './tfjs-layers.js';
import type { WeightStore } from './weights.js';

/** A model as layers that TensorFlow.js reads. */
export interface TranslatedModel {
  readonly name: string;
  readonly layers: readonly TfjsLayer[];
  readonly input: string;
  readonly outputs: readonly string[];
  /** Layers as its author counts them. */
  readonly count: number;
}

/** Layers that change pictures in training only. RandomCrop and AutoContrast do something at inference as well. */
const AUGMENTATION = /^(?:Random(?!Crop)\w*|AugMix|CutMix|MixUp|Equalization|Solarization|RandAugment)$/;

const NOTHING_AT_INFERENCE: readonly string[] = [
  'Dropout',
  'SpatialDropout1D',
  'SpatialDropout2D',
  'AlphaDropout',
  'GaussianNoise',
  'GaussianDropout',
  'ActivityRegularization',
  'StochasticDepth',
  'Identity',
];

/** Turns flat layers into those of TensorFlow.js; one may become several, of which the last bears its name. */
class Translation {
  readonly layers = new TfjsLayers();
  /** Height and width that the model itself brings its input to. */
  #resized: readonly unknown[] | null = null;
  /** Single channels, which lack an axis in Keras until they are stacked. */
  readonly #picked = new Set<string>();
  readonly #store: WeightStore;
  readonly #hardSigmoidSlope: number;
  readonly #channels: ReadonlyMap<string, number>;

  constructor(store: WeightStore, kerasVersion: number, channels: ReadonlyMap<string, number>) {
    this.#channels = channels;
    this.#store = store;
    this.#hardSigmoidSlope = kerasVersion < 3 ? 0.2 : 1 / 6;
  }

  /** The layers, the input of the size that the model works on. */
  get result(): readonly TfjsLayer[] {
    const size = this.#resized;
    if (size === null) return this.layers.list;
    return this.layers.list.map((layer) => {
      const shape = layer.config['batch_input_shape'];
      if (layer.className !== 'InputLayer' || !Array.isArray(shape)) return layer;
      return { ...layer, config: { ...layer.config, batch_input_shape: [null, ...size, shape.at(-1) as unknown] } };
    });
  }

  add(layer: FlatLayer): void {
    const { className, name, config, inputs } = layer;
    const { layers } = this;
    if (AUGMENTATION.test(className) || NOTHING_AT_INFERENCE.includes(className)) {
      layers.put('Activation', name, inputs, { activation: 'linear' });
      return;
    }
    if (inputs.some((input) => this.#picked.has(input)) && className !== 'Stack') throw this.#unknown(layer);
    if (isCalculation(layer)) {
      if (channelIndex(layer.call)?.kind === 'one') this.#picked.add(name);
      const called = config['function'];
      this.#calculation(layer, typeof called === 'string' ? called : className);
      return;
    }
    switch (className) {
      case 'InputLayer':
        layers.put('InputLayer', name, [], {
          batch_input_shape: config['batch_input_shape'] ?? config['batch_shape'] ?? null,
          dtype: 'float32',
        });
        return;
      case 'Conv2D':
        this.#weighted(convolution(layer, this.#channels.get(inputs[0] ?? '')));
        return;
      case 'Conv2DTranspose':
      case 'SeparableConv2D':
      case 'Dense':
        this.#weighted({ layer });
        return;
      case 'DepthwiseConv2D':
        this.#weighted(depthwiseConvolution(layer));
        return;
      case 'UpSampling2D':
        if ((config['interpolation'] ?? 'nearest') !== 'nearest') {
          throw refused(
            `Layer "${name}" is an UpSampling2D that interpolates, which TensorFlow.js does otherwise than Keras. ` +
              'Use interpolation="nearest" or a Conv2DTranspose.',
          );
        }
        this.#other(layer);
        return;
      case 'Activation':
        this.#activation(layer, name, inputs, config['activation']);
        return;
      case 'ReLU':
        relu(layers, layer);
        return;
      case 'ELU':
        elu(layers, layer);
        return;
      case 'LeakyReLU':
        leakyRelu(layers, layer);
        return;
      case 'GlobalAveragePooling2D':
      case 'GlobalMaxPooling2D':
        this.#globalPooling(layer);
        return;
      case 'Rescaling':
        rescaling(layers, layer);
        return;
      case 'Normalization':
        normalization(layers, layer, this.#store);
        return;
      case 'LayerScale':
        layerScale(layers, layer, this.#store);
        return;
      case 'Resizing':
        this.#resizing(layer);
        return;
      case 'Lambda':
        throw refused(
          `Layer "${name}" is a Lambda: Python code, which only Python can run. Use a layer of Keras in its place, ` +
            'such as Rescaling, or leave it out and say with --range what it did.',
        );
      case 'TFSMLayer':
        throw refused(
          `Layer "${name}" is a SavedModel inside the model. Load it with the TensorFlow that made it and save that model.`,
        );
      default:
        this.#other(layer);
    }
  }

  /** What has no rule of its own: known by its settings, or left to TensorFlow.js as it is. */
  #other(layer: FlatLayer): void {
    const { className, name, inputs, config } = layer;
    if (className in KNOWN) {
      this.layers.put(className, name, inputs, settingsOf(layer), this.#kept(layer));
      return;
    }
    const weights = this.#store.names(layer);
    if (weights === null) throw this.#unknown(layer);
    this.layers.put(className, name, inputs, config, this.#named(layer, weights));
  }

  #calculation(layer: FlatLayer, called: string): void {
    const known = { hardSigmoidSlope: this.#hardSigmoidSlope, channels: this.#channels };
    calculation(this.layers, layer, called, known);
  }

  #unknown({ name, className }: FlatLayer): Error {
    return refused(`Layer "${name}" is a ${className}, which is not read. Build it from layers that Keras has.`);
  }

  #named(layer: FlatLayer, names: readonly string[]): TfjsWeight[] {
    return names.map((name) => ({ name, from: { kind: 'kept', layer, name } }));
  }

  #kept(layer: FlatLayer): TfjsWeight[] {
    return this.#named(layer, weightNames(layer));
  }

  /** A layer with weights and perhaps an activation, which becomes a layer of its own where TensorFlow.js lacks it. */
  #weighted({ layer, handled = [], changed = {}, kept = layer, names = {} }: Weighted): void {
    const { className, name, config, inputs } = layer;
    const settings = settingsOf(layer, ['activation', ...handled]);
    const weights = weightNames(layer).map((each): TfjsWeight => {
      const change = changed[each];
      return { name: each, from: { kind: 'kept', layer: kept, name: names[each] ?? each, ...(change && { change }) } };
    });
    const same = sameActivation(activationOf(config['activation']));
    if (same !== null) {
      this.layers.put(className, name, inputs, { ...settings, activation: same }, weights);
      return;
    }
    const weighted = this.layers.put(className, `${name}_linear`, inputs, settings, weights);
    this.#activation(layer, name, [weighted], config['activation']);
  }

  #activation(layer: FlatLayer, name: string, inputs: readonly string[], value: unknown): void {
    const activation = activationOf(value);
    if (activation.kind === 'named') {
      putActivation(this.layers, name, inputs, activation.name, this.#hardSigmoidSlope);
      return;
    }
    const { className, config } = activation;
    if (className === layer.className && className === 'Activation') throw this.#unknown(layer);
    this.add({ ...layer, className, name, inputs, config });
  }

  #globalPooling(layer: FlatLayer): void {
    const { className, name, config, inputs } = layer;
    settingsOf(layer, ['keepdims']);
    if (config['keepdims'] !== true) {
      this.layers.put(className, name, inputs);
      return;
    }
    keepDimensions(this.layers, name, this.layers.put(className, `${name}_pooled`, inputs), this.#channels);
  }

  /** Photos are brought to the size of the input anyway: a model that begins so has an input of that size. */
  #resizing(layer: FlatLayer): void {
    const { name, config, inputs } = layer;
    const beginning = this.layers.list.every(
      (each) => ['InputLayer', 'Rescaling'].includes(each.className) || each.config['activation'] === 'linear',
    );
    if (!beginning || config['crop_to_aspect_ratio'] === true || config['pad_to_aspect_ratio'] === true) {
      throw refused(
        `Layer "${name}" is a Resizing, which is read at the beginning of a model and without cropping or padding only. ` +
          'Leave it out: photos are brought to the size of the input, as "resize" in classifier.json says.',
      );
    }
    this.#resized = [config['height'], config['width']];
    this.layers.put('Activation', name, inputs, { activation: 'linear' });
  }
}

/**
 * Translates the configuration of a Keras model, of Keras 2 or 3 or written by TensorFlow.js, into layers that
 * TensorFlow.js reads as they were meant: nested models dissolved, what only training needs left out, what TensorFlow.js
 * lacks made of what it has.
 *
 * @param kerasVersion major version that wrote it: some activations changed their meaning
 * @throws VisionError `invalid-model`, naming the layer, the reason and a way out, for what cannot be translated.
 */
export function translate(
  className: string,
  config: unknown,
  kerasVersion: number,
  store: WeightStore,
): TranslatedModel {
  const flat = flatten(className, config);
  const translation = new Translation(store, kerasVersion, channelsOf(flat.layers));
  for (const layer of flat.layers) translation.add(layer);
  const input = flat.layers.find((layer) => layer.className === 'InputLayer');
  if (input === undefined) throw refused('The model has no input.');
  return {
    name: flat.name,
    layers: translation.result,
    input: input.name,
    outputs: flat.outputs,
    count: flat.count,
  };
}
