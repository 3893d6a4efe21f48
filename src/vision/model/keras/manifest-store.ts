import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { bytesOf } from '../source.js';
import type { TfjsSource, WeightSpec } from '../source.js';
import { refused } from './document.js';
import type { FlatLayer } from './flatten.js';
import type { StoredTensor, WeightStore } from './weights.js';

/** Bytes that are in memory at a time. */
const BLOCK = 2 ** 22;

/** Where a tensor lies in the weight files, taken as one. */
interface Placed {
  readonly spec: WeightSpec;
  readonly at: number;
  readonly bytes: number;
}

/** Weights of a TensorFlow.js layers model by the names in its manifest: perhaps its models', the layer's, its own. */
export class ManifestStore implements WeightStore {
  readonly #files: readonly { readonly descriptor: number; readonly size: number }[];
  readonly #byOwner = new Map<string, Placed[]>();

  /** @throws VisionError `invalid-model` where the files hold less than the manifest promises. */
  constructor({ weightSpecs, weightFiles }: TfjsSource) {
    let at = 0;
    for (const spec of weightSpecs) {
      const bytes = bytesOf(spec);
      const owner = spec.name.split('/').slice(0, -1).at(-1) ?? '';
      for (const each of new Set([owner, ...spec.name.split('/').slice(0, -1)])) {
        const placed = this.#byOwner.get(each) ?? [];
        placed.push({ spec, at, bytes });
        this.#byOwner.set(each, placed);
      }
      at += bytes;
    }
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

  read(layer: FlatLayer, name: string): StoredTensor {
    const { spec, at, bytes } = this.#find(layer, name);
    const { dtype, quantization } = spec;
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
      throw refused(`The weight "${spec.name}" has the type ${dtype}, which is not read.`);
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

  names(layer: FlatLayer): readonly string[] {
    const owner = ownerOf(layer);
    return this.#scoped(layer, this.#byOwner.get(owner) ?? []).map(({ spec }) => {
      const parts = spec.name.split('/');
      return parts.slice(parts.lastIndexOf(owner) + 1).join('/');
    });
  }

  #find(layer: FlatLayer, name: string): Placed {
    const owner = ownerOf(layer);
    const named = (this.#byOwner.get(owner) ?? []).filter(({ spec }) => `/${spec.name}`.endsWith(`/${owner}/${name}`));
    const [found, another] = this.#scoped(layer, named);
    if (found === undefined || another !== undefined) {
      throw refused(`The model has no weight of its own "${name}" for the layer "${layer.name}".`);
    }
    return found;
  }

  /** Of weights of layers of one name in several models those of the layer's own model. */
  #scoped(layer: FlatLayer, placed: readonly Placed[]): readonly Placed[] {
    const prefixes = new Set(
      placed.map(({ spec }) =>
        spec.name
          .split('/')
          .slice(0, spec.name.split('/').lastIndexOf(ownerOf(layer)))
          .join('/'),
      ),
    );
    const scope = layer.path.at(-2)?.name;
    if (prefixes.size <= 1 || scope === undefined) return placed;
    return placed.filter(({ spec }) => spec.name.split('/').includes(scope));
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

const ownerOf = (layer: FlatLayer): string => layer.path.at(-1)?.name ?? layer.name;
