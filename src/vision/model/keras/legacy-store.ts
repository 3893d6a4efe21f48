import type { Hdf5File } from '../hdf5.js';
import { isModel, readGraph } from './document.js';
import type { KerasLayer } from './document.js';
import type { FlatLayer } from './flatten.js';
import { isTrainable, namesOf, weightNames } from './layer-settings.js';
import { missing } from './weights.js';
import type { StoredTensor, WeightStore } from './weights.js';

interface Expected {
  /** The names of the nested models that it lies in, and its own. */
  readonly owner: string;
  readonly weight: string;
  readonly trainable: boolean;
}

/** Weights that a layer, or every layer of a nested model, has, in the order in which Keras lists them. */
function expectedOrder(layer: KerasLayer, scope = '', frozen = false): Expected[] {
  const owner = `${scope}/${layer.name}`;
  const still = frozen || layer.config['trainable'] === false;
  if (isModel(layer.className)) {
    return readGraph(layer.className, layer.config).layers.flatMap((each) => expectedOrder(each, owner, still));
  }
  return weightNames(layer).map((weight) => ({ owner, weight, trainable: !still && isTrainable(layer, weight) }));
}

/** `.h5` files: a group a layer of the outermost model, weights by name, nested models in one row. */
export class LegacyStore implements WeightStore {
  readonly #file: Hdf5File;
  readonly #root: string;
  readonly #rows = new Map<string, readonly string[]>();
  readonly #orders = new Map<KerasLayer, readonly Expected[]>();

  /** @param root the group that the layers' groups are in. */
  constructor(file: Hdf5File, root: string) {
    this.#file = file;
    this.#root = root;
  }

  read(layer: FlatLayer, name: string): StoredTensor {
    const [outermost] = layer.path;
    if (outermost === undefined) throw missing(layer, name);
    const group = `${this.#root}/${outermost.name}`;
    const row = this.#row(group);
    const found = byName(row, layer, name) ?? this.#byOrder(row, layer, outermost, name);
    const tensor = found === null ? null : this.#file.tensor(`${group}/${found}`);
    if (tensor === null) throw missing(layer, name);
    return tensor;
  }

  names(layer: FlatLayer): readonly string[] | null {
    const [outermost, nested] = layer.path;
    if (outermost === undefined || nested !== undefined) return null;
    const names = this.#row(`${this.#root}/${outermost.name}`).map(lastName);
    return new Set(names).size === names.length ? names : null;
  }

  #row(group: string): readonly string[] {
    const row = this.#rows.get(group) ?? this.#file.texts(group, 'weight_names');
    this.#rows.set(group, row);
    return row;
  }

  /** The entry at the weight's place in Keras' order, where the row is as long as it should be. */
  #byOrder(row: readonly string[], layer: FlatLayer, outermost: KerasLayer, weight: string): string | null {
    const expected = this.#orders.get(outermost) ?? expectedOrder(outermost);
    this.#orders.set(outermost, expected);
    if (expected.length !== row.length) return null;
    const ordered = [...expected.filter(({ trainable }) => trainable), ...expected.filter((each) => !each.trainable)];
    const owner = `/${layer.path.map(({ name }) => name).join('/')}`;
    const index = ordered.findIndex((each) => each.owner === owner && each.weight === weight);
    const entry = row[index];
    // Where entries have names, one of another name shows that the order is not the expected one.
    return entry !== undefined && fits(entry, layer, weight) ? entry : null;
  }
}

const lastName = (entry: string): string => entry.replace(/:\d+$/, '').split('/').at(-1) ?? entry;

/** Whether an entry may be that weight: its name's end is the weight's, or it says nothing. */
function fits(entry: string, layer: FlatLayer, weight: string): boolean {
  const last = lastName(entry).replace(/_\d+$/, '');
  return namesOf(layer, weight).includes(last) || last === 'Variable' || last === 'variable' || /^\d+$/.test(last);
}

/** The entry that ends with the weight's name, after the layer's where several do. */
function byName(row: readonly string[], layer: FlatLayer, weight: string): string | null {
  const parts = row.map((entry) => ({ entry, parts: entry.replace(/:\d+$/, '').split('/') }));
  const named = parts.filter((each) => each.parts.at(-1) === weight);
  if (layer.path.length === 1 && named.length === 1) return named[0]?.entry ?? null;
  const owned = named.filter((each) => each.parts.at(-2) === layer.path.at(-1)?.name);
  if (owned.length <= 1) return owned[0]?.entry ?? null;
  const scope = layer.path.at(-2)?.name ?? '';
  const scoped = owned.filter((each) => each.parts.includes(scope));
  return scoped.length === 1 ? (scoped[0]?.entry ?? null) : null;
}
