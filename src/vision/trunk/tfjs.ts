import type { serialization, Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Activation, Operation, Plan, Shape, Step, Weights } from './plan.js';
import { INPUT, shapesOf, sizeOf } from './plan.js';
import { UnsupportedStepError } from './runner.js';
import type { ForwardPass, Runner } from './runner.js';
import { dilated, explicit, paddedPool } from './substitutes.js';
import { loadLayersPackage, loadTensorFlow } from './tensorflow.js';
import type { TensorFlow, TensorFlowBackend } from './tensorflow.js';

type Compute = (inputs: readonly Tensor[]) => Tensor;

export interface ComputeOptions {
  readonly backend: TensorFlowBackend;
  /** Makes a tensor of a step's weights. */
  readonly constant: (weights: Weights) => Tensor;
  /** Whether gradients will be asked for; else the kernels are called directly, which saves a thirtieth of the time. */
  readonly differentiable: boolean;
}

function activate(tf: TensorFlow, activation: Activation, x: Tensor): Tensor {
  switch (activation.kind) {
    case 'relu':
      return tf.relu(x);
    case 'relu6':
      return tf.relu6(x);
    case 'clippedRelu':
      return tf.clipByValue(x, 0, activation.limit);
    case 'sigmoid':
      return tf.sigmoid(x);
    case 'tanh':
      return tf.tanh(x);
    case 'swish':
      return tf.mul(x, tf.sigmoid(x));
    case 'softplus':
      return tf.softplus(x);
    case 'softsign':
      return tf.div(x, tf.add(tf.abs(x), 1));
    case 'selu':
      return tf.selu(x);
    case 'exp':
      return tf.exp(x);
    case 'erf':
      return tf.erf(x);
    case 'hardSigmoid':
      return tf.clipByValue(tf.add(tf.mul(x, activation.slope), activation.offset), 0, 1);
    case 'hardSwish':
      return tf.mul(x, tf.clipByValue(tf.add(tf.mul(x, 1 / 6), 0.5), 0, 1));
    case 'elu':
      // A sum of differentiable parts: a choice by comparison has no gradient in TensorFlow.js.
      return tf.add(tf.relu(x), tf.mul(tf.expm1(tf.minimum(x, 0)), activation.alpha));
    case 'leakyRelu':
      return tf.leakyRelu(x, activation.alpha);
    case 'gelu': {
      const inner = activation.approximate
        ? tf.tanh(tf.mul(tf.add(x, tf.mul(tf.pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI)))
        : tf.erf(tf.mul(x, Math.SQRT1_2));
      return tf.mul(x, tf.mul(tf.add(inner, 1), 0.5));
    }
  }
}

const COMBINE = {
  add: (tf: TensorFlow, a: Tensor, b: Tensor): Tensor => tf.add(a, b),
  average: (tf: TensorFlow, a: Tensor, b: Tensor): Tensor => tf.add(a, b),
  subtract: (tf: TensorFlow, a: Tensor, b: Tensor): Tensor => tf.sub(a, b),
  multiply: (tf: TensorFlow, a: Tensor, b: Tensor): Tensor => tf.mul(a, b),
  maximum: (tf: TensorFlow, a: Tensor, b: Tensor): Tensor => tf.maximum(a, b),
  minimum: (tf: TensorFlow, a: Tensor, b: Tensor): Tensor => tf.minimum(a, b),
} as const;

/** Rebuilds a TensorFlow.js layer from its class, configuration and weights. */
function layerCompute(
  tf: TensorFlow,
  step: Step,
  operation: Extract<Operation, { op: 'layer' }>,
  input: Shape,
): Compute {
  const layers = loadLayersPackage();
  const entry = tf.serialization.SerializationMap.getMap().classNameMap[operation.className];
  if (entry === undefined) throw new UnsupportedStepError(step.name, `there is no layer class ${operation.className}`);
  const layer = entry[1](entry[0], operation.config as serialization.ConfigDict);
  if (!(layer instanceof layers.layers.Layer)) throw new UnsupportedStepError(step.name, 'it is not a layer');
  const apply: Compute = (inputs) => {
    const result = layer.apply(inputs.length === 1 ? inputs.slice(0, 1) : [...inputs]);
    const output = Array.isArray(result) ? result[0] : result;
    if (!(output instanceof tf.Tensor)) throw new UnsupportedStepError(step.name, 'it does not give a tensor');
    return output;
  };
  tf.tidy(() => {
    apply(step.inputs.map(() => tf.zeros([1, ...input])));
  });
  tf.tidy(() => {
    layer.setWeights(operation.weights.map(({ shape, values }) => tf.tensor(values, [...shape])));
  });
  return apply;
}

function computeOf(tf: TensorFlow, step: Step, input: Shape, options: ComputeOptions): Compute {
  const { operation, shape } = step;
  const { constant } = options;
  const one =
    (compute: (x: Tensor) => Tensor): Compute =>
    ([x]) => {
      if (x === undefined) throw new UnsupportedStepError(step.name, 'it has no input');
      return compute(x);
    };
  switch (operation.op) {
    case 'conv':
    case 'depthwise': {
      if (operation.op === 'conv' && operation.groups !== 1) {
        throw new UnsupportedStepError(step.name, 'TensorFlow.js has no grouped convolution');
      }
      const { dilations } = operation;
      const writtenOut = options.backend === 'tensorflow' && operation.op === 'depthwise' && Math.max(...dilations) > 1;
      const [down, across] = writtenOut ? [1, 1] : dilations;
      const filter = constant(writtenOut ? dilated(operation.filter, dilations) : operation.filter) as Tensor4D;
      const bias = operation.bias === null ? undefined : constant(operation.bias);
      const attributes = {
        strides: [...operation.strides] as [number, number],
        // Both kernels take explicit padding, which the types grant only to the plain convolution.
        pad: explicit(operation.padding) as unknown as 'valid',
        dataFormat: 'NHWC',
        dilations: [down, across] as [number, number],
        activation: operation.activation,
      } as const;
      if (options.differentiable) {
        const fused = operation.op === 'conv' ? tf.fused.conv2d : tf.fused.depthwiseConv2d;
        return one((x) => fused({ x: x as Tensor4D, filter, ...attributes, ...(bias && { bias }) }));
      }
      const kernel = operation.op === 'conv' ? tf.FusedConv2D : tf.FusedDepthwiseConv2D;
      return one((x) => {
        const made: Tensor | Tensor[] = tf.engine().runKernel(kernel, { x, filter, ...(bias && { bias }) }, attributes);
        return Array.isArray(made) ? (made[0] ?? x) : made;
      });
    }
    case 'dense': {
      const kernel = constant(operation.kernel) as Tensor2D;
      const bias = operation.bias === null ? undefined : constant(operation.bias);
      const { activation } = operation;
      return one((x) => tf.fused.matMul({ a: x, b: kernel, activation, ...(bias && { bias }) }));
    }
    case 'affine': {
      const [scale, shift] = [constant(operation.scale), constant(operation.shift)];
      return one((x) => tf.add(tf.mul(x, scale), shift));
    }
    case 'layerNorm': {
      const [scale, shift] = [constant(operation.scale), constant(operation.shift)];
      return one((x) => {
        const centred = tf.sub(x, tf.mean(x, -1, true));
        const variance = tf.mean(tf.square(centred), -1, true);
        return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(variance, operation.epsilon))), scale), shift);
      });
    }
    case 'activation':
      return one((x) => activate(tf, operation.activation, x));
    case 'prelu': {
      const slope = constant(operation.slope);
      return one((x) => tf.prelu(x, slope));
    }
    case 'pool': {
      const { size, strides, kind } = operation;
      const pad = explicit(operation.padding);
      const { top, right, bottom, left } = operation.padding;
      if (options.backend === 'tensorflow' && Math.max(top, right, bottom, left) > 0) {
        return one(paddedPool(tf, operation, input, constant));
      }
      const pool = kind === 'max' ? tf.maxPool : tf.avgPool;
      return one((x) => pool(x as Tensor4D, [...size], [...strides], pad));
    }
    case 'globalPool': {
      const keep = shape.length === 3;
      return one((x) => (operation.kind === 'max' ? tf.max(x, [1, 2], keep) : tf.mean(x, [1, 2], keep)));
    }
    case 'combine': {
      const combine = COMBINE[operation.kind];
      return (inputs) => {
        const total = inputs.reduce((a, b) => combine(tf, a, b));
        return operation.kind === 'average' ? tf.div(total, inputs.length) : total;
      };
    }
    case 'concat':
      return (inputs) => tf.concat([...inputs], operation.axis + 1);
    case 'pad':
      return one((x) => tf.pad(x as Tensor4D, explicit(operation.padding), operation.value));
    case 'crop': {
      const { top, left } = operation.padding;
      return one((x) => tf.slice(x, [0, top, left, 0], [1, ...shape]));
    }
    case 'slice': {
      const begin = shape.map((_, axis) => (axis === operation.axis ? operation.from : 0));
      return one((x) => tf.slice(x, [0, ...begin], [1, ...shape]));
    }
    case 'upsample': {
      const [height = 1, width = 1] = shape;
      return one((x) => tf.image.resizeNearestNeighbor(x as Tensor3D, [height, width]));
    }
    case 'reshape':
      return one((x) => tf.reshape(x, [1, ...shape]));
    case 'permute':
      return one((x) => tf.transpose(x, [0, ...operation.axes.map((axis) => axis + 1)]));
    case 'softmax':
      return one((x) => tf.softmax(x));
    case 'layer':
      return layerCompute(tf, step, operation, input);
  }
}

/** Whether a step is one kernel call, with no temporary tensors to tidy up after it. */
function leavesNothing({ operation }: Step): boolean {
  return operation.op === 'conv' || operation.op === 'depthwise';
}

/** What each of the steps computes. */
export function stepComputes(
  tf: TensorFlow,
  shapes: ReadonlyMap<string, Shape>,
  steps: readonly Step[],
  options: ComputeOptions,
): Compute[] {
  return steps.map((step) => computeOf(tf, step, shapes.get(step.inputs[0] ?? INPUT) ?? [], options));
}

/**
 * Loads a plan into TensorFlow.js: the fallback where ONNX Runtime does not load or has no form of a step. Values are
 * disposed after their last use, constants live until `close`.
 *
 * @throws UnsupportedStepError for a step TensorFlow.js cannot run; Error where the backend does not start.
 */
export async function createTensorFlowRunner(plan: Plan, backend: TensorFlowBackend, threads: number): Promise<Runner> {
  const tf = await loadTensorFlow(backend, { threads });
  const before = tf.memory().numTensors;
  const shapes = shapesOf(plan);
  const steps = [...plan.trunk, ...plan.head];
  const constants: Tensor[] = [];
  const constant = ({ shape, values }: Weights): Tensor => {
    const tensor = tf.tensor(values, [...shape], 'float32');
    constants.push(tensor);
    return tensor;
  };
  const computes = stepComputes(tf, shapes, steps, { backend, constant, differentiable: false });

  const lastUse = new Map<string, number>();
  steps.forEach((step, index) => {
    for (const input of step.inputs) lastUse.set(input, index);
  });
  for (const value of [...plan.cut, plan.scores]) lastUse.set(value, Infinity);

  const { height, width, channels } = plan.input;
  const forward = (picture: Float32Array): ForwardPass => {
    const values = new Map<string, Tensor>([[INPUT, tf.tensor(picture, [1, height, width, channels])]]);
    const release = (name: string): void => {
      values.get(name)?.dispose();
      values.delete(name);
    };
    steps.forEach((step, index) => {
      const inputs = step.inputs.map((name) => {
        const value = values.get(name);
        if (value === undefined) throw new RangeError(`"${name}" is read before it is made.`);
        return value;
      });
      const compute = computes[index];
      const made = leavesNothing(step) ? compute?.(inputs) : tf.tidy(() => compute?.(inputs));
      if (made !== undefined) values.set(step.name, made);
      for (const name of step.inputs) if (lastUse.get(name) === index) release(name);
    });
    const read = (name: string): Float32Array =>
      new Float32Array(values.get(name)?.dataSync() ?? new Float32Array(sizeOf(shapes.get(name) ?? [])));
    const result = { cut: plan.cut.map(read), scores: read(plan.scores) };
    for (const name of [...values.keys()]) release(name);
    return result;
  };

  return {
    backend,
    layout: 'nhwc',
    run: (picture) => Promise.resolve().then(() => forward(picture)),
    tensorCount: () => tf.memory().numTensors - before,
    close: () => {
      for (const tensor of constants) tensor.dispose();
      return Promise.resolve();
    },
  };
}
