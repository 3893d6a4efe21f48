import * as v from 'valibot';
import type { Weights } from '../trunk/plan.js';
import { NoStepError } from './builder.js';
import type { NetworkBuilder } from './builder.js';
import { last, need, number, only, pair, parse, rule } from './layer-call.js';
import type { Converter, LayerCall } from './layer-call.js';
import { activationOf, batchNormAffine, NO_PADDING, paddingOf } from './network.js';

const convConfig = v.object({
  kernelSize: pair,
  strides: pair,
  padding: rule,
  dilationRate: pair,
  dataFormat: last,
  activation: v.nullish(v.string()),
});
function activate(builder: NetworkBuilder, call: LayerCall, input: string, name: string | null | undefined): string {
  const activation = activationOf(name ?? 'linear');
  if (activation === null) throw new NoStepError(`activation ${name ?? ''}`);
  return builder.activation(`${call.name}/${name ?? ''}`, input, activation);
}

export const conv2d: Converter = (builder, call) => {
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

export const depthwiseConv2d: Converter = (builder, call) => {
  const { activation } = parse(convConfig, call);
  if (activationOf(activation ?? 'linear') === null) throw new NoStepError('activation');
  return activate(builder, call, depthwise(builder, call, call.weights.get('bias') ?? null), activation);
};

export const separableConv2d: Converter = (builder, call) => {
  const { activation } = parse(convConfig, call);
  if (activationOf(activation ?? 'linear') === null) throw new NoStepError('activation');
  const value = builder.conv(`${call.name}/pointwise`, depthwise(builder, call, null), {
    filter: need(call, 'pointwise_kernel'),
    bias: call.weights.get('bias') ?? null,
    strides: [1, 1],
    dilations: [1, 1],
    padding: NO_PADDING,
  });
  return activate(builder, call, value, activation);
};

export const dense: Converter = (builder, call) => {
  const { activation } = parse(v.object({ activation: v.nullish(v.string()) }), call);
  if (activationOf(activation ?? 'linear') === null) throw new NoStepError('activation');
  const value = builder.dense(call.name, only(call), need(call, 'kernel'), call.weights.get('bias') ?? null);
  return activate(builder, call, value, activation);
};

export const batchNormalization: Converter = (builder, call) => {
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
