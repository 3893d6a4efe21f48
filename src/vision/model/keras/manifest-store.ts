import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { bytesOf } from '../source.js';
import type { LayersSource, WeightSpec } from '../source.js';
import { refused } from './document.js';
import type { KerasLayer } from './document.js';
import type { FlatLayer } from './flatten.js';
import { namesOf } from './settings.js';
import { missing } from './weights.js';
import type { StoredTensor, WeightStore, WeightTree } from './weights.js';

/** Bytes that are in memory at a time. */
const BLOCK = 2 ** 22;

/** The tensors of a TensorFlow.js layers model, by the names in its manifest taken as paths. */
export class ManifestTensors implements WeightTree {
  readonly paths: readonly string[];
  readonly #files: readonly { readonly descriptor: number; readonly size: number }[];
  readonly #placed = new Map<string, { readonly spec: WeightSpec; readonly at: number; readonly bytes: number }>();

  /** @throws VisionError `invalid-model` where the files hold less than the manifest promises. */
  constructor({ weightSpecs, weightFiles }: LayersSource) {
    let at = 0;
    for (const spec of weightSpecs) {
      const bytes = bytesOf(spec);
      if (this.#placed.has(spec.name)) throw refused(`Two weights are called "${spec.name}".`);
      this.#placed.set(spec.name, { spec, at, bytes });
      at += bytes;
    }
    this.paths = [...this.#placed.keys()];
    this.#files = weightFiles.map((file) => {
      const descriptor = openSync(file, 'r');
      return { descriptor, size: fstatSync(descriptor).size };
    });
    const there = this.#files.reduce((sum, { size }) => sum + size, 0);
    if (there < at) {
      this.close();
      throw refused(`The weight files have ${there} bytes, the model needs ${at}.`);
    }
  }

  close(): void {
    for (const { descriptor } of this.#files) closeSync(descriptor);
  }

  names(group: string): readonly string[] {
    const inside = this.paths.filter((path) => path.startsWith(`${group}/`));
    return [...new Set(inside.map((path) => path.slice(group.length + 1).split('/')[0] ?? ''))];
  }

  tensor(path: string): StoredTensor | null {
    const placed = this.#placed.get(path);
    if (placed === undefined) return null;
    const { spec, at, bytes } = placed;
    const { dtype, quantization } = spec;
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
      throw refused(`The weight "${path}" has the type ${dtype}, which is not read.`);
    }
    const read = (from: number, length: number): Buffer => this.#bytes(from, length);
    return {
      shape: spec.shape,
      encoding: { dtype, ...(quantization && { quantization }) },
      bytes,
      *blocks() {
        for (let from = 0; from < bytes; from += BLOCK) yield read(at + from, Math.min(BLOCK, bytes - from));
      },
    };
  }

  /** Bytes of the weight files, taken as one. */
  #bytes(from: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let [before, filled] = [0, 0];
    for (const { descriptor, size } of this.#files) {
      while (filled < length && from + filled < before + size) {
        const place = from + filled - before;
        const read = readSync(descriptor, bytes, filled, Math.min(length - filled, size - place), place);
        if (read === 0) throw refused('A weight file became shorter while it was read.');
        filled += read;
      }
      before += size;
    }
    return bytes;
  }
}

/**
 * What the layers of MobileNetV3 are missing, for one: to the converter the group of `Conv/BatchNorm` lies in that of
 * `Conv`, where it looks for weights no more once it has found those of `Conv`.
 */
const LEFT_OUT =
  " TensorFlow.js' converter leaves out the weights of layers with a slash in their name. " +
  'Give the .keras or .h5 file that it was converted from.';

/** Weights by names that end with the layer's and the weight's own, perhaps after those of the models it lies in. */
export class NamedStore implements WeightStore {
  readonly #tensors: ManifestTensors;
  /** Paths by the parts that they may end with. */
  readonly #byEnd = new Map<string, string[]>();
  /** The layer that each weight went to. */
  readonly #taken = new Map<string, KerasLayer>();

  constructor(tensors: ManifestTensors) {
    this.#tensors = tensors;
    for (const path of tensors.paths) {
      const parts = path.split('/');
      for (let from = 0; from < parts.length; from++) {
        const end = parts.slice(from).join('/');
        this.#byEnd.set(end, [...(this.#byEnd.get(end) ?? []), path]);
      }
    }
  }

  read(layer: FlatLayer, name: string): StoredTensor {
    const owner = layer.path.at(-1);
    const path = this.#pathOf(layer, name);
    const tensor = path === null ? null : this.#tensors.tensor(path);
    if (owner === undefined || path === null || tensor === null) {
      throw missing(layer, name, owner?.name.includes('/') === true ? LEFT_OUT : '');
    }
    const taker = this.#taken.get(path) ?? owner;
    if (taker !== owner) {
      throw refused(
        `The weight "${path}" could belong to two layers, "${taker.name}" and "${owner.name}": ` +
          'give layers of nested models names of their own and save the model again.',
      );
    }
    this.#taken.set(path, owner);
    return tensor;
  }

  names(layer: FlatLayer): readonly string[] {
    const owner = layer.path.at(-1)?.name ?? layer.name;
    const inside = this.#tensors.paths.flatMap((path) => {
      const at = `/${path}`.lastIndexOf(`/${owner}/`);
      return at < 0 ? [] : [path.slice(at + owner.length + 1)];
    });
    return [...new Set(inside)];
  }

  #pathOf(layer: FlatLayer, name: string): string | null {
    const owner = layer.path.at(-1)?.name ?? layer.name;
    const scope = layer.path.slice(0, -1).map((each) => each.name);
    for (const each of namesOf(layer, name)) {
      const end = `${owner}/${each}`;
      const found = nearest(this.#byEnd.get(end) ?? [], end, scope);
      if (found !== null) return found;
    }
    // The converter writes some weights without their layer.
    return this.#tensors.tensor(name) === null ? null : name;
  }
}

/** Of paths with one end the one whose beginning says most of the models that the layer lies in. */
function nearest(paths: readonly string[], end: string, scope: readonly string[]): string | null {
  const [only, another] = paths;
  if (another === undefined) return only ?? null;
  const beginnings = new Map(
    paths.map((path) => [
      path,
      path
        .slice(0, -end.length)
        .split('/')
        .filter((part) => part !== ''),
    ]),
  );
  const fitting = paths.filter((path) => isWithin(beginnings.get(path) ?? [], scope));
  const length = (path: string): number => beginnings.get(path)?.length ?? 0;
  return fitting.toSorted((a, b) => length(b) - length(a))[0] ?? null;
}

/** Whether the parts come one after the other in a list, others between them. */
function isWithin(parts: readonly string[], list: readonly string[]): boolean {
  let at = 0;
  for (const each of list) if (each === parts[at]) at++;
  return at === parts.length;
}
