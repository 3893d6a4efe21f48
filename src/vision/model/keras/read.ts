import * as v from 'valibot';
import { Archive } from '../archive.js';
import { parseJson } from '../bounded-json.js';
import { Hdf5File } from '../hdf5.js';
import type { FilePart } from '../hdf5.js';
import type { LayersModelData } from '../layers-model.js';
import { MAX_KERAS_BYTES, MAX_TOPOLOGY_BYTES } from '../source.js';
import type { KerasSource, LayersSource } from '../source.js';
import { assemble } from './assemble.js';
import { refused } from './document.js';
import { LegacyStore } from './legacy-store.js';
import { ManifestTensors, NamedStore } from './manifest-store.js';
import { NumberedStore } from './numbered-store.js';
import { translate } from './translate.js';
import type { WeightStore } from './weights.js';

const WEIGHTS = 'model.weights.h5';

const configuration = v.looseObject({ class_name: v.string(), config: v.unknown() });
const metadata = v.looseObject({ keras_version: v.string() });

const topology = v.looseObject({
  keras_version: v.optional(v.string()),
  model_config: v.optional(configuration),
});

type Configuration = v.InferOutput<typeof configuration>;

function parseConfiguration(text: Uint8Array): Configuration {
  if (text.length > MAX_TOPOLOGY_BYTES) {
    throw refused(`The configuration of the model is larger than ${MAX_TOPOLOGY_BYTES / 2 ** 20} MB.`);
  }
  try {
    return v.parse(configuration, parseJson(text));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refused(`The configuration of the model is not as Keras writes it: ${why}.`, error);
  }
}

/** The version's first number; what TensorFlow.js itself saves says "tfjs-layers", and means what Keras 2 meant. */
function majorVersion(version: string): number {
  const major = Number.parseInt(version, 10);
  return Number.isInteger(major) ? major : 2;
}

function convert(
  { class_name: className, config }: Configuration,
  version: string,
  store: WeightStore,
  origin: string,
): LayersModelData {
  return assemble(translate(className, config, majorVersion(version), store), store, origin);
}

/** A whole model that Keras 2 or Keras 3 saved as `.h5`. */
async function readLegacy(path: string): Promise<LayersModelData> {
  const file = await Hdf5File.open(path);
  try {
    const text = file.text('/', 'model_config');
    if (text === null) {
      throw refused('The file has weights but no model: save it with model.save(), not with model.save_weights().');
    }
    const version = file.text('/', 'keras_version') ?? '2';
    const store = new LegacyStore(file, 'model_weights');
    return convert(parseConfiguration(Buffer.from(text)), version, store, `Keras ${version} (.h5)`);
  } finally {
    file.close();
  }
}

/** The version that wrote an archive; only Keras 3 writes them where its notes do not say. */
function versionIn(text: Uint8Array | null): string {
  try {
    return text === null ? '3' : v.parse(metadata, parseJson(text)).keras_version;
  } catch {
    return '3';
  }
}

/** The weights of an archive: where they lie in it, as Keras writes them, else unpacked. */
async function weightsIn(archive: Archive, path: string): Promise<FilePart | Uint8Array | null> {
  const part = await archive.storedAt(WEIGHTS);
  return part === null ? archive.read(WEIGHTS, MAX_KERAS_BYTES) : { file: path, ...part };
}

/** A model saved as `.keras`: an archive of a configuration and the weights. */
async function readArchive(path: string): Promise<LayersModelData> {
  const { config, version, weights } = await Archive.with(path, async (archive) => ({
    config: await archive.read('config.json', MAX_TOPOLOGY_BYTES),
    version: versionIn(await archive.read('metadata.json', MAX_TOPOLOGY_BYTES)),
    weights: await weightsIn(archive, path),
  }));
  if (config === null || weights === null) throw refused(`The archive has no config.json or no ${WEIGHTS}.`);
  const file = await Hdf5File.open(weights);
  try {
    return convert(parseConfiguration(config), version, new NumberedStore(file), `Keras ${version} (.keras)`);
  } finally {
    file.close();
  }
}

/** A layers model in TensorFlow.js' format, which Keras' exporter writes, or TensorFlow.js itself. */
function readTfjs(source: LayersSource): LayersModelData {
  const { keras_version: version = '2', model_config: model } = v.parse(topology, source.topology);
  const config = model ?? v.safeParse(configuration, source.topology).output;
  const parsed = v.safeParse(configuration, config);
  if (!parsed.success) throw refused('The model.json has no model_config with layers.');
  const tensors = new ManifestTensors(source);
  try {
    // What is converted from a .keras file keeps the numbers that its weights have there.
    const isNumbered = tensors.paths.some((path) =>
      /^(?:layers|_layer_checkpoint_dependencies)\/.*\/vars\/\d+$/.test(path),
    );
    const store = isNumbered ? new NumberedStore(tensors) : new NamedStore(tensors);
    return convert(parsed.output, version, store, `TensorFlow.js layers model (Keras ${version})`);
  } finally {
    tensors.close();
  }
}

/**
 * Reads a model of layers from any of its forms into the one that TensorFlow.js loads, its weights in memory.
 *
 * @throws VisionError `invalid-model` for weights without a model, damaged files, and layers that cannot be translated,
 *   named and with a way out.
 */
export async function readLayers(source: KerasSource | LayersSource): Promise<LayersModelData> {
  switch (source.form) {
    case 'keras-h5':
      return readLegacy(source.file);
    case 'keras-archive':
      return readArchive(source.file);
    case 'tfjs-layers':
      return readTfjs(source);
  }
}
