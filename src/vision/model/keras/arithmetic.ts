import * as v from 'valibot';
import { putActivation } from './activations.js';
import { keepDimensions } from './channels.js';
import { refused } from './document.js';
import type { Config } from './document.js';
import type { FlatLayer } from './flatten.js';
import { channelIndex } from './indexing.js';
import { affine } from './scaling.js';
import { isIrrelevant } from './layer-settings.js';
import { constant } from './tfjs-layers.js';
import type { TfjsLayers } from './tfjs-layers.js';

const axesSchema = v.fallback(v.array(v.number()), []);

type Sign = 'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum';

/** What Keras 2 (`TFOpLambda`) and Keras 3 (operations) call what is written between two tensors or numbers. */
const SIGNS: ReadonlyMap<string, Sign> = new Map<string, Sign>([
  ['__operators__.add', 'add'],
  ['math.add', 'add'],
  ['nn.bias_add', 'add'],
  ['Add', 'add'],
  ['BiasAdd', 'add'],
  ['math.subtract', 'subtract'],
  ['Subtract', 'subtract'],
  ['math.multiply', 'multiply'],
  ['Multiply', 'multiply'],
  ['math.truediv', 'divide'],
  ['math.divide', 'divide'],
  ['TrueDivide', 'divide'],
  ['Divide', 'divide'],
  ['math.maximum', 'maximum'],
  ['Maximum', 'maximum'],
  ['math.minimum', 'minimum'],
  ['Minimum', 'minimum'],
]);

/** Functions of one tensor, by the names of the activations that they are. */
const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['nn.relu', 'relu'],
  ['nn.relu6', 'relu6'],
  ['nn.elu', 'elu'],
  ['nn.selu', 'selu'],
  ['nn.gelu', 'gelu'],
  ['nn.silu', 'swish'],
  ['nn.swish', 'swish'],
  ['nn.softplus', 'softplus'],
  ['nn.softmax', 'softmax'],
  ['nn.sigmoid', 'sigmoid'],
  ['math.sigmoid', 'sigmoid'],
  ['math.tanh', 'tanh'],
  ['nn.tanh', 'tanh'],
  ['cast', 'linear'],
  ['identity', 'linear'],
  ['stop_gradient', 'linear'],
  ['Relu', 'relu'],
  ['Relu6', 'relu6'],
  ['Elu', 'elu'],
  ['Selu', 'selu'],
  ['Gelu', 'gelu'],
  ['Silu', 'swish'],
  ['HardSigmoid', 'hard_sigmoid'],
  ['HardSilu', 'hard_silu'],
  ['Sigmoid', 'sigmoid'],
  ['Softplus', 'softplus'],
  ['Tanh', 'tanh'],
  ['Cast', 'linear'],
  ['StopGradient', 'linear'],
]);

/** Arithmetic with numbers as x * scale + shift. */
const AFFINE: Readonly<Record<'add' | 'subtract' | 'multiply' | 'divide', (n: number) => readonly [number, number]>> = {
  add: (n) => [1, n],
  subtract: (n) => [1, -n],
  multiply: (n) => [n, 0],
  divide: (n) => [1 / n, 0],
};

const TWO: Readonly<Record<Exclude<Sign, 'subtract' | 'divide'>, string>> = {
  add: 'Add',
  multiply: 'Multiply',
  maximum: 'Maximum',
  minimum: 'Minimum',
};

/** Whether a layer's class is one of a calculation, or may be one and is called with numbers. */
export function isCalculation({ className, call, isOperation }: FlatLayer): boolean {
  if (isOperation || className === 'Subtract' || FUNCTIONS.has(className)) return true;
  const only = ['TrueDivide', 'Divide', 'BiasAdd', 'GetItem', 'Stack', 'Mean'].includes(className);
  return only || (SIGNS.has(className) && call.numbers.length > 0);
}

function cannot(layer: FlatLayer, called: string): Error {
  return refused(
    `Layer "${layer.name}" calls ${called}, which is not read. ` +
      'Do the same with layers: Rescaling, Normalization, Add, Multiply, Concatenate, Activation.',
  );
}

/** Settings of functions at which they are what the activation of their name is. */
const AS_ACTIVATION: Readonly<Record<string, readonly unknown[]>> = {
  axis: [-1],
  alpha: [1],
  beta: [1],
  approximate: [false],
};

/**
 * Sees to it that a function of one tensor is the activation of its name.
 *
 * @throws VisionError `invalid-model` for a setting with which it is another function.
 */
function checkSettings(layer: FlatLayer, called: string): void {
  const settings: Config = { ...layer.config, ...layer.call.named };
  for (const [setting, value] of Object.entries(settings)) {
    const allowed = AS_ACTIVATION[setting];
    const plain = allowed === undefined ? isIrrelevant(setting, value) : value === null || allowed.includes(value);
    if (plain || setting === 'function') continue;
    throw cannot(layer, `${called} with ${setting} = ${JSON.stringify(value)}`);
  }
  const { dtype } = settings;
  if (/cast/i.test(called) && !(typeof dtype === 'string' && dtype.includes('float'))) {
    throw cannot(layer, `${called} to ${JSON.stringify(dtype)}`);
  }
}

/**
 * Translates what was written as a calculation instead of as layers: `x / 127.5 - 1`, `tf.nn.relu6(x)`.
 *
 * @param called the function's name in Keras 2, or the operation's class in Keras 3
 * @param known `hardSigmoidSlope` as in `putActivation`; channels of the layers' outputs
 * @throws VisionError `invalid-model` for what no layers of TensorFlow.js compute.
 */
export function calculation(
  layers: TfjsLayers,
  layer: FlatLayer,
  called: string,
  { hardSigmoidSlope, channels }: { hardSigmoidSlope: number; channels: ReadonlyMap<string, number> },
): string {
  const { name, call, config, inputs } = layer;
  const activation = FUNCTIONS.get(called);
  const sign = SIGNS.get(called);
  if (inputs.length === 1) {
    if (activation !== undefined) {
      checkSettings(layer, called);
      return putActivation(layers, name, inputs, activation, hardSigmoidSlope);
    }
    if (called === 'Softmax') return layers.put('Softmax', name, inputs, { axis: config['axis'] ?? -1 });
    if (sign !== undefined) return withNumbers(layers, layer, sign, called);
    if (['math.reduce_mean', 'Mean'].includes(called)) return mean(layers, layer, called, channels);
    if (['__operators__.getitem', 'GetItem'].includes(called)) return indexed(layers, layer, called, channels);
  }
  if (sign !== undefined && inputs.length === 2 && call.numbers.length === 0) return ofTwo(layers, layer, sign, called);
  if (['concat', 'Concatenate'].includes(called) && inputs.length > 1) {
    return layers.put('Concatenate', name, inputs, { axis: call.numbers.at(0) ?? config['axis'] ?? -1 });
  }
  if (called === 'Stack' && config['axis'] === -1) return layers.put('Concatenate', name, inputs, { axis: -1 });
  throw cannot(layer, called);
}

/** Channels turned round, or one of them, by a convolution of ones and zeros. */
function indexed(layers: TfjsLayers, layer: FlatLayer, called: string, channels: ReadonlyMap<string, number>): string {
  const { name, inputs, call } = layer;
  const index = channelIndex(call);
  const count = channels.get(inputs[0] ?? '') ?? NaN;
  if (index === null || !Number.isInteger(count) || (index.kind === 'one' && index.channel >= count)) {
    throw cannot(layer, called);
  }
  // One channel keeps its axis here, which Stack would give back.
  const taken = index.kind === 'one' ? [index.channel] : Array.from({ length: count }, (_, at) => count - 1 - at);
  const kernel = Array.from({ length: count }, (_, from) => taken.map((each) => (each === from ? 1 : 0))).flat();
  const weights = [constant('kernel', kernel, [1, 1, count, taken.length])];
  return layers.put('Conv2D', name, inputs, { filters: taken.length, kernel_size: [1, 1], use_bias: false }, weights);
}

function withNumbers(layers: TfjsLayers, layer: FlatLayer, sign: Sign, called: string): string {
  const { name, inputs } = layer;
  const { numbers, tensorFirst } = layer.call;
  const [number] = numbers;
  if (number === undefined) throw cannot(layer, called);
  if (sign === 'maximum' || sign === 'minimum') {
    if (numbers.length > 1) throw cannot(layer, called);
    // max(x, n) = n + max(x - n, 0), min(x, n) = n - max(n - x, 0)
    const side = sign === 'maximum' ? 1 : -1;
    const beyond = layers.put('Rescaling', `${name}_beyond`, inputs, { scale: side, offset: -side * number });
    const positive = layers.put('ReLU', `${name}_positive`, [beyond]);
    return layers.put('Rescaling', name, [positive], { scale: side, offset: number });
  }
  if (tensorFirst || sign === 'add' || sign === 'multiply') {
    const made = numbers.map(AFFINE[sign]);
    return affine(
      layers,
      name,
      inputs,
      made.map(([scale]) => scale),
      made.map(([, shift]) => shift),
    );
  }
  // The number stands before the tensor: 1 - x.
  if (sign === 'divide') throw cannot(layer, called);
  return affine(
    layers,
    name,
    inputs,
    numbers.map(() => -1),
    numbers,
  );
}

function ofTwo(layers: TfjsLayers, layer: FlatLayer, sign: Sign, called: string): string {
  const { inputs } = layer;
  const [first = '', second = ''] = inputs;
  if (sign === 'divide') throw cannot(layer, called);
  if (sign !== 'subtract') return layers.put(TWO[sign], layer.name, inputs);
  const negative = layers.put('Rescaling', `${layer.name}_negative`, [second], { scale: -1, offset: 0 });
  return layers.put('Add', layer.name, [first, negative]);
}

/** The mean over both sides of a feature map is global pooling. */
function mean(layers: TfjsLayers, layer: FlatLayer, called: string, channels: ReadonlyMap<string, number>): string {
  const { inputs } = layer;
  const { named, numbers } = layer.call;
  // Keras 3 writes them into the layer, Keras 2 into the call.
  const written = numbers.length > 0 ? numbers : v.parse(axesSchema, layer.config['axis']);
  const axes = written.map((axis) => (axis < 0 ? axis + 4 : axis)).sort();
  if (axes.length !== 2 || axes[0] !== 1 || axes[1] !== 2) throw cannot(layer, called);
  const pooled = layers.put('GlobalAveragePooling2D', `${layer.name}_pooled`, inputs);
  const keeps = (named['keepdims'] ?? layer.config['keepdims']) === true;
  return keeps
    ? keepDimensions(layers, layer.name, pooled, channels)
    : layers.put('Activation', layer.name, [pooled], { activation: 'linear' });
}
