import type * as tfl from '@tensorflow/tfjs-layers';
import * as v from 'valibot';
import { INPUT } from '../trunk/plan.js';
import type { Pair } from '../trunk/plan.js';
import { NoStepError } from './builder.js';
import type { NetworkBuilder } from './builder.js';
import { last, need, number, only, pair, parse, rule } from './layer-call.js';
import type { Converter, LayerCall } from './layer-call.js';
import { batchNormalization, conv2d, dense, depthwiseConv2d, separableConv2d } from './linear-layers.js';
import { activationOf, paddingOf, vector } from './network.js';

const poolConfig = v.object({ poolSize: pair, strides: pair, padding: rule, dataFormat: last });
const globalPoolConfig = v.object({ dataFormat: last });
const sides = v.tuple([v.tuple([number, number]), v.tuple([number, number])]);

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
