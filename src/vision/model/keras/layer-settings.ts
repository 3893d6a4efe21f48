import { refused } from './document.js';
import type { FlatLayer } from './flatten.js';

/** What TensorFlow.js has under the same name and meaning: the settings that are passed on, and its weights in order. */
interface Known {
  readonly settings: readonly string[];
  readonly weights?: readonly string[];
}

const WINDOW = ['strides', 'padding'];
const CONVOLUTION = ['kernel_size', ...WINDOW, 'dilation_rate', 'use_bias'];

/**
 * Layers that are passed on with these settings, and no others: TensorFlow.js ignores what it does not know, and would
 * compute something else without a word.
 */
export const KNOWN: Readonly<Record<string, Known>> = {
  Conv2D: { settings: ['filters', ...CONVOLUTION], weights: ['kernel', 'bias'] },
  Conv2DTranspose: { settings: ['filters', ...CONVOLUTION], weights: ['kernel', 'bias'] },
  DepthwiseConv2D: { settings: ['depth_multiplier', ...CONVOLUTION], weights: ['depthwise_kernel', 'bias'] },
  SeparableConv2D: {
    settings: ['filters', 'depth_multiplier', ...CONVOLUTION],
    weights: ['depthwise_kernel', 'pointwise_kernel', 'bias'],
  },
  Dense: { settings: ['units', 'use_bias'], weights: ['kernel', 'bias'] },
  BatchNormalization: {
    settings: ['axis', 'epsilon', 'center', 'scale'],
    weights: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
  },
  LayerNormalization: { settings: ['axis', 'epsilon', 'center', 'scale'], weights: ['gamma', 'beta'] },
  PReLU: { settings: ['shared_axes'], weights: ['alpha'] },
  ELU: { settings: ['alpha'] },
  ThresholdedReLU: { settings: ['theta'] },
  Softmax: { settings: ['axis'] },
  MaxPooling2D: { settings: ['pool_size', ...WINDOW] },
  AveragePooling2D: { settings: ['pool_size', ...WINDOW] },
  Concatenate: { settings: ['axis'] },
  Add: { settings: [] },
  Multiply: { settings: [] },
  Average: { settings: [] },
  Maximum: { settings: [] },
  Minimum: { settings: [] },
  Flatten: { settings: [] },
  ZeroPadding2D: { settings: ['padding'] },
  Cropping2D: { settings: ['cropping'] },
  UpSampling2D: { settings: ['size', 'interpolation'] },
  Reshape: { settings: ['target_shape'] },
  Permute: { settings: ['dims'] },
};

/** Settings of training, of number formats, and those that Keras writes for itself: nothing at inference. */
const IRRELEVANT =
  /^(?:name|trainable|d?type|dtype_policy|batch_(?:input_)?shape|input_(?:shape|dtype|spec)|batch_size|build_config|module|registered_name|shared_object_id|autocast|sparse|ragged|optional|data_format|seed|momentum|renorm\w*|fused|synchronized|virtual_batch_size|adjustment|supports_masking|activity_regularizer|lora_\w+|quantization_\w+|\w+_(?:initializer|regularizer|constraint))$/;

const OFF: readonly unknown[] = [null, undefined, false];

/** Whether a setting of a layer changes nothing at inference. */
export function isIrrelevant(setting: string, value: unknown): boolean {
  return OFF.includes(value) || IRRELEVANT.test(setting) || (setting === 'groups' && value === 1);
}

/**
 * The settings of a layer that TensorFlow.js is given.
 *
 * @param handled settings that the caller sees to itself
 * @throws VisionError `invalid-model` for a setting that is neither passed on nor known to mean nothing at inference.
 */
export function settingsOf(layer: FlatLayer, handled: readonly string[] = []): Record<string, unknown> {
  const { className, name, config } = layer;
  const passed = KNOWN[className]?.settings ?? [];
  if (config['data_format'] === 'channels_first' || config['data_format'] === 'channelsFirst') {
    throw refused(`Layer "${name}" has its channels first; only channels_last is read.`);
  }
  for (const [key, value] of Object.entries(config)) {
    if (isIrrelevant(key, value) || passed.includes(key) || handled.includes(key)) continue;
    throw refused(
      `Layer "${name}" (${className}) has the setting ${key} = ${JSON.stringify(value).slice(0, 80)}, which is not read. ` +
        'Leave it at its default, or build the layer from simpler ones.',
    );
  }
  return Object.fromEntries(
    passed.flatMap((key) => (config[key] === undefined || config[key] === null ? [] : [[key, config[key]]])),
  );
}

/** Weights that a known layer has in its file, in Keras' order: how files without names are read. */
export function weightNames({ className, config }: Pick<FlatLayer, 'className' | 'config'>): readonly string[] {
  if (className === 'Normalization') return OFF.includes(config['mean']) ? ['mean', 'variance', 'count'] : [];
  if (className === 'LayerScale') return ['gamma'];
  const missing = [
    ...(config['use_bias'] === false ? ['bias'] : []),
    ...(config['scale'] === false ? ['gamma'] : []),
    ...(config['center'] === false ? ['beta'] : []),
  ];
  return (KNOWN[className]?.weights ?? []).filter((name) => !missing.includes(name));
}

/** What a weight may be called in a file: Keras 3 has another name for one. */
export function namesOf({ className }: Pick<FlatLayer, 'className'>, weight: string): readonly string[] {
  return className === 'DepthwiseConv2D' && weight === 'depthwise_kernel' ? [weight, 'kernel'] : [weight];
}

/** Those of a layer's weights that training changes; the others come last where a file has them in one row. */
export function isTrainable({ className, config }: Pick<FlatLayer, 'className' | 'config'>, weight: string): boolean {
  if (config['trainable'] === false || className === 'Normalization') return false;
  return weight !== 'moving_mean' && weight !== 'moving_variance';
}
