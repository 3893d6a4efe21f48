import { refused } from './document.js';
import type { FlatLayer } from './flatten.js';

/** A tensor in a model's file; its bytes are read when they are asked for, a few megabytes at a time. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /** How its bytes are to be understood: as an entry of a TensorFlow.js weights manifest says it. */
  readonly encoding: {
    readonly dtype: 'float32' | 'int32' | 'bool';
    readonly quantization?: Readonly<Record<string, unknown>>;
  };
  /** How many bytes there are in all. */
  readonly bytes: number;
  /** Its bytes in order, row-major, little-endian, in blocks. */
  readonly blocks: () => Iterable<Uint8Array>;
}

/** Tensors in groups, as HDF5 has them. */
export interface WeightTree {
  /** Names in a group; none where there is no such group. */
  names(group: string): readonly string[];
  /** A tensor by its path, or null where there is none. */
  tensor(path: string): StoredTensor | null;
}

/** Finds the weights of a model's layers in its file. */
export interface WeightStore {
  /**
   * @param name what Keras calls the weight within its layer: `kernel`, `gamma`.
   * @throws VisionError `invalid-model` where the file does not have it.
   */
  read(layer: FlatLayer, name: string): StoredTensor;
  /** Names of all weights of a layer of which nothing is known; null where the file does not name them. */
  names(layer: FlatLayer): readonly string[] | null;
}

/** Values of a small tensor of plain numbers: statistics, one a channel. */
export function valuesOf({ encoding, blocks }: StoredTensor): Float32Array | null {
  if (encoding.dtype !== 'float32' || encoding.quantization !== undefined) return null;
  const bytes = Buffer.concat([...blocks()]);
  return Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

/** A file that lacks a weight of a layer, with a way out where one is known. */
export function missing({ name, path }: FlatLayer, weight: string, wayOut = ''): Error {
  return refused(`The file has no weight "${weight}" for the layer "${path.at(-1)?.name ?? name}".${wayOut}`);
}
