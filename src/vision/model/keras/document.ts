import * as v from 'valibot';
import { VisionError } from '../../errors.js';
import { readCall, tensorsIn } from './call.js';
import type { Call, TensorOf } from './call.js';

/** Models inside models inside models; Keras itself makes two or three. */
export const DEEPEST_MODEL = 16;

/**
 * More layers than the largest published classifiers have twice over. TensorFlow.js walks a model recursively, and its
 * stack bears somewhat more.
 */
export const MOST_LAYERS = 2500;

/** What Keras writes of a layer, in any of its versions. */
export type Config = Readonly<Record<string, unknown>>;

/** A layer as a Keras configuration lists it, before anything is translated. */
export interface KerasLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Config;
  readonly calls: readonly Call[];
  /** Whether it is a calculation that was written without a layer: `x / 127.5`, `tf.nn.relu(x)`. */
  readonly isOperation: boolean;
  /** What `model.weights.h5` calls it inside its model: its class, and how many of that class come before it. */
  readonly storeClass: string;
  readonly storeNumber: number;
}

/** A Functional or Sequential model as one graph of named layers. */
export interface KerasGraph {
  readonly name: string;
  readonly layers: readonly KerasLayer[];
  readonly inputs: readonly TensorOf[];
  readonly outputs: readonly TensorOf[];
}

const record = v.record(v.string(), v.unknown());

const layerEntry = v.looseObject({
  class_name: v.string(),
  config: record,
  name: v.nullish(v.string()),
  module: v.nullish(v.string()),
  inbound_nodes: v.nullish(v.array(v.unknown())),
  build_config: v.nullish(v.looseObject({ input_shape: v.nullish(v.array(v.unknown())) })),
});

/** As Keras 3 writes class names in weight files: `SeparableConv2D` is `separable_conv2d`. */
function snakeCase(className: string): string {
  return className
    .replaceAll(/\W+/g, '')
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** Gives every layer of a model its class and number in weight files. */
function numbered(layers: readonly UnnumberedLayer[]): ListedLayer[] {
  const counts = new Map<string, number>();
  return layers.map((layer) => {
    const storeClass = snakeCase(layer.className);
    const storeNumber = counts.get(storeClass) ?? 0;
    counts.set(storeClass, storeNumber + 1);
    return { ...layer, storeClass, storeNumber };
  });
}

/** What a model cannot be read for. */
export function refused(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-model', message, { cause });
}

function parse<S extends v.GenericSchema>(schema: S, value: unknown, what: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw refused(`${what} is not as Keras writes it: ${v.summarize([result.issues[0]]).replaceAll(/\s+/g, ' ')}`);
}

/** Classes of layers that are models themselves. */
const MODELS: readonly string[] = ['Functional', 'Model', 'Sequential'];

export function isModel(className: string): boolean {
  return MODELS.includes(className);
}

type ListedLayer = KerasLayer & { readonly builtFor: readonly unknown[] | null };
type UnnumberedLayer = Omit<ListedLayer, 'storeClass' | 'storeNumber'>;

function layerOf(value: unknown): UnnumberedLayer {
  const entry = parse(layerEntry, value, 'A layer');
  const name = entry.name ?? entry.config['name'];
  if (typeof name !== 'string' || name === '') throw refused(`A ${entry.class_name} has no name.`);
  // Layers of other packages are written as `package>Class`.
  const className = entry.class_name.split('>').at(-1) ?? entry.class_name;
  const calls = (entry.inbound_nodes ?? []).map(readCall);
  const isOperation = (entry.module ?? '').includes('.ops.') || ['TFOpLambda', 'SlicingOpLambda'].includes(className);
  return {
    className,
    name,
    config: entry.config,
    calls,
    isOperation,
    builtFor: entry.build_config?.input_shape ?? null,
  };
}

const nestedLayers = v.looseObject({ layers: v.array(v.looseObject({ config: v.record(v.string(), v.unknown()) })) });

/** The shape that the first layer is given, or the first of the model that it is. */
function givenShape(config: Config, depth = 0): unknown {
  const given = config['batch_input_shape'] ?? config['batch_shape'];
  if (given !== undefined || depth > DEEPEST_MODEL) return given;
  const nested = v.safeParse(nestedLayers, config);
  const [first] = nested.success ? nested.output.layers : [];
  return first === undefined ? undefined : givenShape(first.config, depth + 1);
}

/** The picture a Sequential model without an InputLayer takes, from its first layer. */
function firstShape(first: ListedLayer, config: Config): unknown {
  return givenShape(first.config) ?? config['build_input_shape'] ?? first.builtFor;
}

function chained(before: string | undefined): Call[] {
  if (before === undefined) return [];
  const tensors = [{ layer: before, call: 0, output: 0 }];
  return [{ tensors, numbers: [], tensorFirst: true, named: {}, written: null }];
}

function sequential(config: Config, name: string, listed: readonly ListedLayer[]): KerasGraph {
  const layers: KerasLayer[] = [];
  const [first] = listed;
  if (first === undefined) throw refused(`The model "${name}" has no layers.`);
  if (first.className !== 'InputLayer') {
    const input = { batch_input_shape: firstShape(first, config) };
    const made = { calls: [], isOperation: false, storeClass: 'input_layer', storeNumber: 0 };
    layers.push({ className: 'InputLayer', name: `${name}_input`, config: input, ...made });
  }
  for (const layer of listed) layers.push({ ...layer, calls: chained(layers.at(-1)?.name) });
  const end = (layer: KerasLayer | undefined): TensorOf[] => [{ layer: layer?.name ?? '', call: 0, output: 0 }];
  return { name, layers, inputs: end(layers[0]), outputs: end(layers.at(-1)) };
}

/**
 * Reads the configuration of a Functional or Sequential model, as Keras 2, Keras 3 or TensorFlow.js writes it, into one
 * form.
 *
 * @throws VisionError `invalid-model` for subclassed models, which have no configuration, and for damaged ones.
 */
export function readGraph(className: string, written: unknown): KerasGraph {
  if (!isModel(className)) {
    throw refused(
      `The model is a ${className}; only Functional and Sequential models say how their layers are connected. ` +
        'Build the same network in one of these ways and save that.',
    );
  }
  // Before 2.2.3 Keras wrote the layers of a Sequential model without a name for them.
  const config = parse(record, Array.isArray(written) ? { layers: written as unknown } : written, 'The model');
  const name = typeof config['name'] === 'string' ? config['name'] : 'model';
  const listed = parse(v.array(v.unknown()), config['layers'], `The list of layers of the model "${name}"`);
  if (listed.length > MOST_LAYERS) throw refused(`The model "${name}" has more than ${MOST_LAYERS} layers.`);
  const layers = numbered(listed.map(layerOf));
  const names = new Set<string>();
  for (const layer of layers) {
    if (names.has(layer.name)) throw refused(`Two layers of the model "${name}" are called "${layer.name}".`);
    names.add(layer.name);
  }
  if (className === 'Sequential') return sequential(config, name, layers);
  const [inputs, outputs] = [tensorsIn(config['input_layers']), tensorsIn(config['output_layers'])];
  if (inputs.length === 0 || outputs.length === 0) throw refused(`The model "${name}" has no input or no output.`);
  return { name, layers, inputs, outputs };
}
