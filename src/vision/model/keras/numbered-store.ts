import type { KerasLayer } from './document.js';
import type { FlatLayer } from './flatten.js';
import { weightNames } from './layer-settings.js';
import { missing } from './weights.js';
import type { StoredTensor, WeightStore, WeightTree } from './weights.js';

/** A layer's group among those of its model: its class, counted. */
const keyOf = (name: string, number: number): string => (number === 0 ? name : `${name}_${number}`);

/** Where a model has the groups of its layers, and what each is called there. */
const PLACES: readonly (readonly [group: string, keyIn: (layer: KerasLayer) => string])[] = [
  ['layers', ({ storeClass, storeNumber }) => keyOf(storeClass, storeNumber)],
  // tf.keras before 2.14 counted every layer with weights twice.
  ['_layer_checkpoint_dependencies', ({ storeClass, storeNumber }) => keyOf(storeClass, 2 * storeNumber)],
];

/**
 * Weights as `model.weights.h5` of a `.keras` file has them, and what is converted from it: groups named by class and
 * number, weights by their number in the layer.
 */
export class NumberedStore implements WeightStore {
  readonly #tree: WeightTree;
  readonly #groups = new Map<string, readonly string[]>();

  constructor(tree: WeightTree) {
    this.#tree = tree;
  }

  read(layer: FlatLayer, name: string): StoredTensor {
    const group = this.#groupOf(layer);
    const number = weightNames(layer).indexOf(name);
    const tensor = group === null ? null : this.#tree.tensor(`${group}/vars/${number}`);
    if (tensor === null) throw missing(layer, name);
    return tensor;
  }

  /** Numbers are all that weights have here: without knowing the layer they say nothing. */
  names(layer: FlatLayer): readonly string[] | null {
    const group = this.#groupOf(layer);
    return group === null || this.#tree.names(group).every((name) => name === 'vars' && !this.#has(`${group}/vars`))
      ? []
      : null;
  }

  #has(group: string): boolean {
    return this.#names(group).length > 0;
  }

  #names(group: string): readonly string[] {
    const names = this.#groups.get(group) ?? this.#tree.names(group);
    this.#groups.set(group, names);
    return names;
  }

  /** Follows the models that a layer lies in. */
  #groupOf({ path }: FlatLayer): string | null {
    let group = '';
    for (const layer of path) {
      const found = PLACES.flatMap(([place, keyIn]) => {
        const under = group === '' ? place : `${group}/${place}`;
        return this.#names(under).includes(keyIn(layer)) ? [`${under}/${keyIn(layer)}`] : [];
      })[0];
      if (found === undefined) return null;
      group = found;
    }
    return group;
  }
}
