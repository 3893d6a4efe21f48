import * as v from 'valibot';
import { refused } from './document.js';
import type { Config } from './document.js';
import type { TfjsLayers } from './tfjs-layers.js';

/** Activations that TensorFlow.js has under the same meaning, by the letters of their names in Keras. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['linear', 'linear'],
  ['relu', 'relu'],
  ['relu6', 'relu6'],
  ['elu', 'elu'],
  // The same where alpha is 1, as it is by name.
  ['celu', 'elu'],
  ['selu', 'selu'],
  ['sigmoid', 'sigmoid'],
  ['softmax', 'softmax'],
  ['logsoftmax', 'logSoftmax'],
  ['softplus', 'softplus'],
  ['softsign', 'softsign'],
  ['tanh', 'tanh'],
  ['swish', 'swish'],
  ['silu', 'swish'],
  ['mish', 'mish'],
  ['gelu', 'gelu'],
]);

/** An activation as a layer has it: by name, or as a layer of its own. */
export type Activation =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'layer'; readonly className: string; readonly config: Config };

const plainly = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const serialised = v.looseObject({ class_name: v.string(), config: v.unknown() });
const configured = v.record(v.string(), v.unknown());

/** The activation that a setting stands for, however Keras wrote it. */
export function activationOf(value: unknown): Activation {
  if (value === undefined || value === null) return { kind: 'named', name: 'linear' };
  if (typeof value === 'string') return { kind: 'named', name: value };
  const parsed = v.safeParse(serialised, value);
  if (parsed.success) {
    const { config, class_name: className } = parsed.output;
    // A function of Keras: its name stands where a layer has its settings.
    if (typeof config === 'string') return { kind: 'named', name: config };
    if (v.is(configured, config)) return { kind: 'layer', className, config };
  }
  throw refused('An activation is no name, no function and no layer of Keras.');
}

/** TensorFlow.js' name of an activation that a layer can have itself, or null where it has none. */
export function sameActivation(activation: Activation): string | null {
  return activation.kind === 'named' ? (SAME.get(plainly(activation.name)) ?? null) : null;
}

/**
 * Adds an activation as a layer, or as several where TensorFlow.js lacks it.
 *
 * @param hardSigmoidSlope 0.2 in Keras 2 and TensorFlow.js, 1/6 in Keras 3, which took PyTorch's
 * @throws VisionError `invalid-model` for one that cannot be made.
 */
export function putActivation(
  layers: TfjsLayers,
  name: string,
  inputs: readonly string[],
  activation: string,
  hardSigmoidSlope: number,
): string {
  const same = SAME.get(plainly(activation));
  if (same !== undefined) return layers.put('Activation', name, inputs, { activation: same });
  switch (plainly(activation)) {
    case 'hardsigmoid':
      return hardSigmoidSlope === 0.2
        ? layers.put('Activation', name, inputs, { activation: 'hardSigmoid' })
        : hardSigmoid(layers, name, inputs);
    case 'hardswish':
    case 'hardsilu': {
      const gate = hardSigmoid(layers, `${name}_gate`, inputs);
      return layers.put('Multiply', name, [...inputs, gate]);
    }
    case 'leakyrelu':
      return layers.put('LeakyReLU', name, inputs, { alpha: 0.2 });
    default:
      throw refused(
        `Layer "${name}" has the activation ${activation}, which is not read. ` +
          'Activations that are: relu, relu6, leaky_relu, elu, selu, gelu, swish, mish, hard_swish, tanh, sigmoid, softmax.',
      );
  }
}

/** relu6(x + 3) / 6. */
function hardSigmoid(layers: TfjsLayers, name: string, inputs: readonly string[]): string {
  const shifted = layers.put('Rescaling', `${name}_shift`, inputs, { scale: 1, offset: 3 });
  const clipped = layers.put('ReLU', `${name}_clip`, [shifted], { max_value: 6 });
  return layers.put('Rescaling', name, [clipped], { scale: 1 / 6, offset: 0 });
}
