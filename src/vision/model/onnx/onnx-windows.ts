import { fromOnnxOrder } from '../../trunk/onnx/filter-order.js';
import type { FilterKind } from '../../trunk/onnx/filter-order.js';
import type { Padding, Pair, Shape } from '../../trunk/plan.js';
import { NoStepError } from '../builder.js';
import { NO_PADDING, paddingOf, windowedSize } from '../network.js';
import type { OnnxCall } from './onnx-call.js';
import { transposed } from './onnx-constants.js';
import type { Mapped } from './onnx-layout.js';

/** How a window moves, as the attributes of convolutions and poolings say it. */
interface Window {
  readonly size: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly padding: Padding;
}

function paddingIn(call: OnnxCall, shape: Shape, { size, strides, dilations }: Omit<Window, 'padding'>): Padding {
  const rule = call.text('auto_pad');
  if (rule === '' || rule === 'NOTSET') {
    const [top = 0, left = 0, bottom = 0, right = 0] = call.ints('pads');
    return { top, right, bottom, left };
  }
  const padding = paddingOf(rule === 'VALID' ? 'valid' : 'same', shape, size, strides, dilations);
  if (rule !== 'SAME_LOWER') return padding;
  return { top: padding.bottom, right: padding.left, bottom: padding.top, left: padding.right };
}

function windowOf(call: OnnxCall, shape: Shape, size: Pair): Window {
  const moving = { size, strides: call.pair('strides'), dilations: call.pair('dilations') };
  const padding = paddingIn(call, shape, moving);
  if (Object.values(padding).some((side) => side < 0)) throw new NoStepError('it pads by less than nothing');
  return { ...moving, padding };
}

/** A feature map made of one in the plan's own order. */
function mapOf(value: string, { axes, places }: Mapped): Mapped {
  return { value, axes, places };
}

export function convolution(call: OnnxCall): Mapped {
  const { shape, values } = call.weights(1);
  const [out = 1, perGroup = 1, ...size] = shape;
  const [height, width, ...deeper] = size;
  if (height === undefined || width === undefined || deeper.length > 0) throw new NoStepError('it is not over places');
  const input = call.layout.featureMap(call.value(0));
  const sides = call.builder.shape(input.value);
  const window = windowOf(call, sides, [height, width]);
  const groups = call.int('group', 1);
  const channels = sides[2] ?? 0;
  if (perGroup * groups !== channels || out % groups !== 0) {
    throw new Error(`its filter takes ${perGroup * groups} channels, its input has ${channels}`);
  }
  const kind: FilterKind = groups > 1 && perGroup === 1 ? 'depthwise' : 'conv';
  const planned = kind === 'depthwise' ? [height, width, channels, out / channels] : [height, width, perGroup, out];
  const filter = { shape: planned, values: fromOnnxOrder(values, planned, kind) };
  const bias = call.has(2) ? call.weights(2) : null;
  return mapOf(call.builder[kind](call.name, input.value, { ...window, filter, bias }), input);
}

/** Rounded up, the last window reaches over the end: as far as padding there makes it fit. */
function roundedUp(call: OnnxCall, shape: Shape, window: Window): Padding {
  const { size, strides, dilations, padding } = window;
  if (call.int('ceil_mode', 0) === 0) return padding;
  const missing = (length: number, axis: 0 | 1, before: number, after: number): number => {
    const reach = length + before + after - size[axis];
    const most = Math.ceil(reach / strides[axis]);
    // A window that would begin behind the picture is none.
    const count = most * strides[axis] >= length + before ? most - 1 : most;
    return Math.max(0, count * strides[axis] - reach);
  };
  const [height = 1, width = 1] = shape;
  if (dilations.some((each) => each !== 1)) throw new NoStepError('it is dilated');
  return {
    ...padding,
    bottom: padding.bottom + missing(height, 0, padding.top, padding.bottom),
    right: padding.right + missing(width, 1, padding.left, padding.right),
  };
}

export const pooling =
  (kind: 'max' | 'average') =>
  (call: OnnxCall): Mapped => {
    if (call.node.outputs.length > 1 && (call.node.outputs[1] ?? '') !== '') throw new NoStepError('it gives indices');
    const input = call.layout.featureMap(call.value(0));
    const shape = call.builder.shape(input.value);
    const window = windowOf(call, shape, call.pair('kernel_shape'));
    if (window.dilations.some((each) => each !== 1)) throw new NoStepError('it is dilated');
    const { size, strides } = window;
    const padding = roundedUp(call, shape, window);
    const padded = Object.values(window.padding).some((side) => side > 0);
    if (kind === 'max' || !padded || call.int('count_include_pad', 0) === 0) {
      const value = call.builder.pool(call.name, input.value, kind, size, { strides, padding });
      return mapOf(value, input);
    }
    if (
      padding !== window.padding &&
      windowedSize(shape, size, strides, [1, 1], window.padding).join() !==
        windowedSize(shape, size, strides, [1, 1], padding).join()
    ) {
      throw new NoStepError('it counts padding and rounds up');
    }
    const wide = call.builder.pad(`${call.name}/pad`, input.value, window.padding);
    return mapOf(call.builder.pool(call.name, wide, kind, size, { strides, padding: NO_PADDING }), input);
  };

/** The mean or the maximum over places that are one axis. */
function overRow(call: OnnxCall, kind: 'max' | 'average', along: number, keep: boolean): Mapped {
  const map = call.layout.mapOfPlaces(call.value(0), along);
  const value = call.builder.globalPool(call.name, map.value, kind, false);
  const pooled: Mapped = { value, axes: [1], places: null };
  const [channels = 1] = call.builder.shape(value);
  const shape = along === 1 ? [1, 1, channels] : [1, channels, 1];
  return keep ? call.layout.reshape(`${call.name}/kept`, pooled, shape) : pooled;
}

/** The mean or the maximum over the picture's places. */
export function globally(call: OnnxCall, kind: 'max' | 'average', keep: boolean): Mapped {
  if (call.value(0).axes.length === 2) return overRow(call, kind, 2, keep);
  const input = call.layout.featureMap(call.value(0));
  call.layout.notePooled(input);
  const value = call.builder.globalPool(call.name, input.value, kind, keep);
  return { value, axes: keep ? input.axes : [1], places: null };
}

export const reduction =
  (kind: 'max' | 'average') =>
  (call: OnnxCall): Mapped => {
    const input = call.value(0);
    const rank = input.axes.length + 1;
    const given = call.numbers(1, 'axes') ?? [];
    const axes = given.map((axis) => (axis < 0 ? axis + rank : axis)).toSorted((a, b) => a - b);
    const keep = call.int('keepdims', 1) === 1;
    const [only = 0, ...others] = axes;
    if (rank === 3 && only > 0 && others.length === 0) return overRow(call, kind, only, keep);
    if (rank !== 4 || others.length !== 1 || only === 0) throw new NoStepError('it is not over places');
    if (axes.join() === '2,3') return globally(call, kind, keep);
    // Channels are elsewhere: NHWC, as TensorFlow has it.
    const [left = 3] = input.axes.filter((axis) => !axes.includes(axis));
    const placed = call.layout.inOrder(input, [...axes, left]);
    call.layout.notePooled(placed);
    const value = call.builder.globalPool(call.name, placed.value, kind, keep);
    return { value, axes: keep ? placed.axes : [1], places: null };
  };

export function padding(call: OnnxCall): Mapped {
  const mode = call.text('mode');
  if (mode !== '' && mode !== 'constant') throw new NoStepError(`it pads with ${mode}`);
  const input = call.value(0);
  const rank = input.axes.length + 1;
  const sides = call.numbers(1, 'pads') ?? [];
  const axes = call.has(3) ? [...call.constant(3).values].map((axis) => (axis < 0 ? axis + rank : axis)) : null;
  const along = (axis: number): readonly [before: number, after: number] => {
    const at = axes === null ? axis : axes.indexOf(axis);
    const count = axes?.length ?? rank;
    return at < 0 ? [0, 0] : [sides[at] ?? 0, sides[at + count] ?? 0];
  };
  const padded = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => along(axis).some((by) => by !== 0));
  if (padded.length === 0) return input;
  if (rank !== 4 || padded.some((axis) => along(axis).some((by) => by < 0))) throw new NoStepError('it cuts');
  const [height, width, channels] = input.axes;
  if (
    height === undefined ||
    width === undefined ||
    channels === undefined ||
    padded.includes(channels) ||
    padded.includes(0)
  ) {
    throw new NoStepError('it pads channels');
  }
  const [[top, bottom], [left, right]] = [along(height), along(width)];
  const value = call.has(2) ? (call.constant(2).values[0] ?? 0) : 0;
  return { ...input, value: call.builder.pad(call.name, input.value, { top, right, bottom, left }, value) };
}

/** Each place repeated, by whole factors. */
export function resizing(call: OnnxCall): Mapped {
  const input = call.layout.featureMap(call.value(0));
  const mode = call.text('mode');
  const how = call.text('coordinate_transformation_mode');
  const nearest = (mode === '' || mode === 'nearest') && (how === 'asymmetric' || how === '' || how === 'half_pixel');
  if (!nearest || !call.has(2)) throw new NoStepError('it is no repetition of places');
  const scales = [...call.constant(2).values];
  const [batch, channels, down = 0, across = 0] = scales;
  const whole = [down, across].every((factor) => Number.isInteger(factor) && factor > 0);
  if (scales.length !== 4 || batch !== 1 || channels !== 1 || !whole) throw new NoStepError('it is by parts');
  return mapOf(call.builder.upsample(call.name, input.value, [down, across]), input);
}

/** A product with constants: of a vector, or of the channels of each place. */
export function product(call: OnnxCall): Mapped {
  const isGemm = call.node.op === 'Gemm';
  if (isGemm && call.int('transA', 0) === 1) throw new NoStepError('it transposes the picture');
  const given = call.weights(1);
  if (given.shape.length !== 2) throw new NoStepError('it is a product of several');
  const kernel = isGemm && call.int('transB', 0) === 1 ? transposed(given, [1, 0]) : given;
  const [alpha, beta] = isGemm ? [call.float('alpha', 1), call.float('beta', 1)] : [1, 1];
  const scaled = alpha === 1 ? kernel : { ...kernel, values: kernel.values.map((value) => value * alpha) };
  const [, out = 0] = kernel.shape;
  const raw = isGemm && call.has(2) ? call.weights(2) : null;
  const bias = raw && {
    shape: [out],
    values: Float32Array.from({ length: out }, (_, at) => beta * (raw.values[raw.values.length === 1 ? 0 : at] ?? NaN)),
  };
  const input = call.value(0);
  const contracted = call.layout.withLast(input, input.axes.length);
  return { ...contracted, value: call.builder.dense(call.name, contracted.value, scaled, bias) };
}
