import type * as tfl from '@tensorflow/tfjs-layers';
import * as v from 'valibot';
import { INPUT } from '../trunk/plan.js';
import type { Pair, Weights } from '../trunk/plan.js';
import { NoStepError } from './builder.js';
import type { NetworkBuilder } from './builder.js';
import { activationOf, batchNormAffine, paddingOf, vector } from './network.js';

const number = v.number();
const pair = v.union([
  v.tuple([number, number]),
  v.pipe(
    number,
    v.transform((n): [number, number] => [n, n]),
  ),
]);
const rule = v.picklist(['same', 'valid']);
const last = v.nullish(v.picklist(['channelsLast', 'channels_last']));

const convConfig = v.object({
  kernelSize: pair,
  strides: pair,
  padding: rule,
  dilationRate: pair,
  dataFormat: last,
  activation: v.nullish(v.string()),
});
const poolConfig = v.object({ poolSize: pair, strides: pair, padding: rule, dataFormat: last });
const globalPoolConfig = v.object({ dataFormat: last });
const sides = v.tuple([v.tuple([number, number]), v.tuple([number, number])]);

/** What a converter needs of one TensorFlow.js layer. */
export interface LayerCall {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly config: Record<string, unknown>;
  /** Weights by the name Keras gives them within the layer: kernel, bias, gamma... */
  readonly weights: ReadonlyMap<string, Weights>;
}

type Converter = (builder: NetworkBuilder, call: LayerCall) => string;

function need(call: LayerCall, name: string): Weights {
  const weights = call.weights.get(name);
  if (weights === undefined) throw new Error(`it has no weights called "${name}"`);
  return weights;
}

function only(call: LayerCall): string {
  const [input] = call.inputs;
  if (input === undefined) throw new Error('it has no input');
  return input;
}

function activate(builder: NetworkBuilder, call: LayerCall, input: string, name: string | null | undefined): string {
  const activation = activationOf(name ?? 'linear');
  if (activation === null) throw new NoStepError(`activation ${name ?? ''}`);
  return builder.activation(`${call.name}/${name ?? ''}`, input, activation);
}

function parse<S extends v.GenericSchema>(schema: S, call: LayerCall): v.InferOutput<S> {
  const result = v.safeParse(schema, call.config);
  if (!result.success) throw new NoStepError(v.summarize(result.issues));
  return result.output;
}

const conv2d: Converter = (builder, call) => {
  const config = parse(convConfig, call);
  if (activationOf(config.activation ?? 'linear') === null) throw new NoStepError('activation');
  const padding = paddingOf(
    config.padding,
    builder.shape(only(call)),
    config.kernelSize,
    config.strides,
    config.dilationRate,
  );
  const value = builder.conv(call.name, only(call), {
    filter: need(call, 'kernel'),
    bias: call.weights.get('bias') ?? null,
    strides: config.strides,
    dilations: config.dilationRate,
    padding,
  });
  return activate(builder, call, value, config.activation);
};

function depthwise(builder: NetworkBuilder, call: LayerCall, bias: Weights | null): string {
  const config = parse(convConfig, call);
  const filter = call.weights.get('depthwise_kernel') ?? need(call, 'kernel');
  return builder.depthwise(call.name, only(call), {
    filter,
    bias,
    strides: config.strides,
    dilations: config.dilationRate,
    padding: paddingOf(
      config.padding,
      builder.shape(only(call)),
      config.kernelSize,
      config.strides,
      config.dilationRate,
    ),
  });
}

const depthwiseConv2d: Converter = (builder, call) => {
  const { activation } = parse(convConfig, call);
  if (activationOf(activation ?? 'linear') === null) throw new NoStepError('activation');
  return activate(builder, call, depthwise(builder, call, call.weights.get('bias') ?? null), activation);
};

const separableConv2d: Converter = (builder, call) => {
  const { activation } = parse(convConfig, call);
  if (activationOf(activation ?? 'linear') === null) throw new NoStepError('activation');
  const value = builder.conv(`${call.name}/pointwise`, depthwise(builder, call, null), {
    filter: need(call, 'pointwise_kernel'),
    bias: call.weights.get('bias') ?? null,
    strides: [1, 1],
    dilations: [1, 1],
    padding: { top: 0, right: 0, bottom: 0, left: 0 },
  });
  return activate(builder, call, value, activation);
};

const dense: Converter = (builder, call) => {
  const { activation } = parse(v.object({ activation: v.nullish(v.string()) }), call);
  if (activationOf(activation ?? 'linear') === null) throw new NoStepError('activation');
  const value = builder.dense(call.name, only(call), need(call, 'kernel'), call.weights.get('bias') ?? null);
  return activate(builder, call, value, activation);
};

const batchNormalization: Converter = (builder, call) => {
  const { axis, epsilon } = parse(v.object({ axis: v.union([number, v.tuple([number])]), epsilon: number }), call);
  const shape = builder.shape(only(call));
  const axisIndex = typeof axis === 'number' ? axis : axis[0];
  if (axisIndex !== -1 && axisIndex !== shape.length) throw new NoStepError(`axis ${axisIndex}`);
  const gamma = call.weights.get('gamma');
  const beta = call.weights.get('beta');
  const affine = batchNormAffine(shape.at(-1) ?? 0, {
    ...(gamma && { gamma }),
    ...(beta && { beta }),
    mean: need(call, 'moving_mean'),
    variance: need(call, 'moving_variance'),
    epsilon,
  });
  return builder.unary(call.name, only(call), { op: 'affine', ...affine });
};

const relu: Converter = (builder, call) => {
  const { maxValue } = parse(v.object({ maxValue: v.nullish(number) }), call);
  const limit = maxValue ?? Infinity;
  return builder.activation(
    call.name,
    only(call),
    limit === Infinity ? { kind: 'relu' } : limit === 6 ? { kind: 'relu6' } : { kind: 'clippedRelu', limit },
  );
};

const pooling =
  (kind: 'max' | 'average'): Converter =>
  (builder, call) => {
    const { poolSize, strides, padding } = parse(poolConfig, call);
    const explicit = paddingOf(padding, builder.shape(only(call)), poolSize, strides, [1, 1]);
    return builder.pool(call.name, only(call), kind, poolSize, { strides, padding: explicit });
  };

const globalPooling =
  (kind: 'max' | 'average'): Converter =>
  (builder, call) => {
    parse(globalPoolConfig, call);
    return builder.globalPool(call.name, only(call), kind, call.config['keepDims'] === true);
  };

const combining =
  (kind: 'add' | 'multiply' | 'average' | 'maximum' | 'minimum'): Converter =>
  (builder, call) =>
    builder.combine(call.name, call.inputs, kind);

const concatenate: Converter = (builder, call) => {
  const { axis } = parse(v.object({ axis: number }), call);
  const rank = builder.shape(only(call)).length;
  const index = axis < 0 ? rank + axis : axis - 1;
  if (index < 0 || index >= rank) throw new NoStepError(`axis ${axis}`);
  return builder.concat(call.name, call.inputs, index);
};

const zeroPadding2d: Converter = (builder, call) => {
  const { padding } = parse(v.object({ padding: sides, dataFormat: last }), call);
  const [[top, bottom], [left, right]] = padding;
  return builder.pad(call.name, only(call), { top, right, bottom, left });
};

const cropping2d: Converter = (builder, call) => {
  const { cropping } = parse(v.object({ cropping: sides, dataFormat: last }), call);
  const [[top, bottom], [left, right]] = cropping;
  return builder.crop(call.name, only(call), { top, right, bottom, left });
};

const upSampling2d: Converter = (builder, call) => {
  const schema = v.object({ size: pair, dataFormat: last, interpolation: v.nullish(v.literal('nearest')) });
  const factors: Pair = parse(schema, call).size;
  return builder.upsample(call.name, only(call), factors);
};

const prelu: Converter = (builder, call) =>
  builder.unary(call.name, only(call), { op: 'prelu', slope: need(call, 'alpha') });

const withAlpha =
  (kind: 'elu' | 'leakyRelu'): Converter =>
  (builder, call) => {
    const { alpha } = parse(v.object({ alpha: number }), call);
    return builder.activation(call.name, only(call), { kind, alpha });
  };

const softmax: Converter = (builder, call) => {
  const { axis } = parse(v.object({ axis: v.nullish(number) }), call);
  if (axis !== undefined && axis !== null && axis !== -1 && axis !== builder.shape(only(call)).length) {
    throw new NoStepError(`axis ${axis}`);
  }
  return builder.activation(call.name, only(call), 'softmax');
};

const activationLayer: Converter = (builder, call) => {
  const { activation } = parse(v.object({ activation: v.string() }), call);
  const known = activationOf(activation);
  if (known === null) throw new NoStepError(`activation ${activation}`);
  return builder.activation(call.name, only(call), known);
};

const rescaling: Converter = (builder, call) => {
  const { scale, offset } = parse(v.object({ scale: number, offset: number }), call);
  return builder.unary(call.name, only(call), { op: 'affine', scale: vector([scale]), shift: vector([offset]) });
};

const reshape: Converter = (builder, call) => {
  const { targetShape } = parse(v.object({ targetShape: v.array(v.nullable(number)) }), call);
  return builder.reshape(
    call.name,
    only(call),
    targetShape.map((side) => side ?? -1),
  );
};

const permute: Converter = (builder, call) => {
  const { dims } = parse(v.object({ dims: v.array(number) }), call);
  return builder.permute(
    call.name,
    only(call),
    dims.map((axis) => axis - 1),
  );
};

/** What does nothing at inference (dropout and noise) passes its input on. */
const identity: Converter = (_builder, call) => only(call);

const CONVERTERS: Readonly<Record<string, Converter>> = {
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
  Dense: dense,
  BatchNormalization: batchNormalization,
  ReLU: relu,
  LeakyReLU: withAlpha('leakyRelu'),
  ELU: withAlpha('elu'),
  PReLU: prelu,
  Activation: activationLayer,
  Softmax: softmax,
  MaxPooling2D: pooling('max'),
  AveragePooling2D: pooling('average'),
  GlobalAveragePooling2D: globalPooling('average'),
  GlobalMaxPooling2D: globalPooling('max'),
  Add: combining('add'),
  Multiply: combining('multiply'),
  Average: combining('average'),
  Maximum: combining('maximum'),
  Minimum: combining('minimum'),
  Concatenate: concatenate,
  ZeroPadding2D: zeroPadding2d,
  Cropping2D: cropping2d,
  UpSampling2D: upSampling2d,
  Rescaling: rescaling,
  Flatten: (builder, call) => builder.reshape(call.name, only(call), [-1]),
  Reshape: reshape,
  Permute: permute,
  Dropout: identity,
  SpatialDropout1D: identity,
  SpatialDropout2D: identity,
  AlphaDropout: identity,
  GaussianNoise: identity,
  GaussianDropout: identity,
  InputLayer: (_builder, call) => call.inputs[0] ?? INPUT,
};

/**
 * Adds the steps of one layer to the network and returns the value it makes. A layer without steps of its own is kept
 * whole, to run on TensorFlow.js.
 */
export function convertLayer(builder: NetworkBuilder, layer: tfl.layers.Layer, call: LayerCall): string {
  const converter = CONVERTERS[layer.getClassName()];
  if (converter !== undefined) {
    try {
      return converter(builder, call);
    } catch (error) {
      if (!(error instanceof NoStepError)) throw error;
    }
  }
  const shapes = call.inputs.map((input) => [null, ...builder.shape(input)]);
  const [single] = shapes;
  const computed = layer.computeOutputShape(single !== undefined && shapes.length === 1 ? single : shapes);
  const shape = computed.slice(1).map((side) => (typeof side === 'number' ? side : 0));
  return builder.add(
    call.name,
    call.inputs,
    { op: 'layer', className: layer.getClassName(), config: call.config, weights: [...call.weights.values()] },
    shape,
  );
}
