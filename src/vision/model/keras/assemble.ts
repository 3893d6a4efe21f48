import { MAX_WEIGHT_BYTES } from '../source.js';
import { sizeOf } from '../../trunk/plan.js';
import type { LayersModelData } from '../layers-model.js';
import { refused } from './document.js';
import type { TfjsWeight } from './tfjs-layers.js';
import type { TranslatedModel } from './translate.js';
import { valuesOf } from './weights.js';
import type { StoredTensor, WeightStore } from './weights.js';

/** Bytes of a tensor after which what was read of it is given back. */
const COLLECT_AFTER = 2 ** 21;

const FLOAT32 = { dtype: 'float32' } as const;

/** An entry of the manifest, and its bytes. */
interface Entry {
  readonly spec: LayersModelData['weightSpecs'][number];
  readonly tensor: Pick<StoredTensor, 'bytes' | 'blocks'>;
}

function entryOf(name: string, { from }: TfjsWeight, store: WeightStore): Entry {
  if (from.kind === 'values') return made(name, from.shape, from.values);
  const tensor = store.read(from.layer, from.name);
  if (from.change === undefined) return { spec: { name, shape: tensor.shape, ...tensor.encoding }, tensor };
  const values = valuesOf(tensor);
  if (values === null) throw refused(`Layer "${from.layer.name}" needs its ${from.name} in float32.`);
  const changed = from.change({ shape: tensor.shape, values });
  return made(name, changed.shape, changed.values);
}

function made(name: string, shape: readonly number[], values: Iterable<number>): Entry {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  return { spec: { name, shape, ...FLOAT32 }, tensor: { bytes: bytes.length, blocks: () => [bytes] } };
}

/**
 * Puts a translated model and its weights together as TensorFlow.js' loader takes them. The weights are in memory once.
 *
 * @throws VisionError `invalid-model` for weights the file does not have, and for too many.
 */
export function assemble(model: TranslatedModel, store: WeightStore, origin: string): LayersModelData {
  const entries = model.layers.flatMap((layer) =>
    layer.weights.map((weight) => entryOf(`${layer.name}/${weight.name}`, weight, store)),
  );
  const total = entries.reduce((sum, { tensor }) => sum + tensor.bytes, 0);
  if (total > MAX_WEIGHT_BYTES) throw refused(`The weights have more than ${MAX_WEIGHT_BYTES / 2 ** 20} MB.`);
  const data = new Uint8Array(total);
  let at = 0;
  for (const { spec, tensor } of entries) {
    const end = at + tensor.bytes;
    for (const block of tensor.blocks()) {
      if (at + block.length > end) throw refused(`The weight "${spec.name}" has more values than its shape says.`);
      data.set(block, at);
      at += block.length;
    }
    // What is read is copied, and its arrays are few objects, which the collector would leave for long.
    if (tensor.bytes > COLLECT_AFTER) globalThis.gc?.();
    if (at !== end) throw refused(`The weight "${spec.name}" has fewer values than its shape says.`);
  }
  const layers = model.layers.map(({ className, name, config, inputs }) => ({
    class_name: className,
    name,
    config,
    inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
  }));
  const config = {
    name: model.name,
    layers,
    input_layers: [[model.input, 0, 0]],
    output_layers: model.outputs.map((output) => [output, 0, 0]),
  };
  return {
    topology: { keras_version: '2.15.0', backend: 'tensorflow', model_config: { class_name: 'Functional', config } },
    weightSpecs: entries.map(({ spec }) => spec),
    weightData: data.buffer,
    layers: model.count,
    parameters: entries.reduce((sum, { spec }) => sum + sizeOf(spec.shape), 0),
    origin,
  };
}
