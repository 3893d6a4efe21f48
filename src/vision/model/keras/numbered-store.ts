import type { KerasLayer } from './document.js';
import type { FlatLayer } from './flatten.js';
import { weightNames } from './settings.js';
import { missing } from './weights.js';
import type { StoredTensor, WeightStore, WeightTree } from './weights.js';

/** A layer's group in `layers`: its class, counted. */
const keyOf = ({ storeClass, storeNumber }: KerasLayer): string =>
  storeNumber === 0 ? storeClass : `${storeClass}_${storeNumber}`;

/** The number of a class' group; null for a group of another class. */
function numberIn(group: string, storeClass: string): number | null {
  if (group === storeClass) return 0;
  const number = group.startsWith(`${storeClass}_`) ? group.slice(storeClass.length + 1) : '';
  return /^[1-9]\d*$/.test(number) ? Number(number) : null;
}

/**
 * A layer's group as tf.keras before 2.14 numbers them: its list names a layer with weights twice, another one once. Two
 * groups are thus two numbers apart where the first has weights, one where it has none, and more where groups between
 * them are left out: a converted model has none for layers without weights.
 */
function countedTwice(groups: readonly string[], { storeClass, storeNumber }: KerasLayer): string | null {
  const numbered = groups
    .map((group) => ({ group, number: numberIn(group, storeClass) }))
    .filter((each): each is { group: string; number: number } => each.number !== null)
    .sort((a, b) => a.number - b.number);
  let [place, before] = [0, -1];
  for (const { group, number } of numbered) {
    place += before < 0 ? number : Math.max(1, number - before - 1);
    if (place === storeNumber) return group;
    before = number;
  }
  return null;
}

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
    let group: string | null = '';
    for (const layer of path) {
      group = this.#groupIn(group === '' ? '' : `${group}/`, layer);
      if (group === null) return null;
    }
    return group;
  }

  #groupIn(model: string, layer: KerasLayer): string | null {
    const key = keyOf(layer);
    if (this.#names(`${model}layers`).includes(key)) return `${model}layers/${key}`;
    const place = `${model}_layer_checkpoint_dependencies`;
    const found = countedTwice(this.#names(place), layer);
    return found === null ? null : `${place}/${found}`;
  }
}
