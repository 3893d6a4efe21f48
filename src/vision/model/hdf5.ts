import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { Attribute, Dataset, ExternalLink, File, Group, ready } from 'h5wasm';
import { VisionError } from '../vision-error.js';
import { sizeOf } from '../trunk/plan.js';
import { blocksOf } from './blocks.js';
import type { StoredTensor } from './keras/weights.js';

/** Values of one tensor; the largest common classifiers have 100 MB of them in one. */
const MOST_VALUES = 2 ** 27;

/** HDF5's class of floating point numbers. */
const FLOAT = 1;

/** Attributes above 64 KB are written in parts, name0, name1 ...: more of them than any model has. */
const MOST_PARTS = 10_000;

/** Files opened in this process: each has a path of its own in the library's file system. */
let opened = 0;

const NO_FILE = 'The file is no HDF5 file, or it is cut off.';

function damaged(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-model', message, { cause });
}

/** Bytes that HDF5 reads as it needs them. */
interface Content {
  readonly size: number;
  /** Copies up to `length` bytes from `position` on into `into`; returns how many. */
  readonly read: (into: Uint8Array, offset: number, length: number, position: number) => number;
  readonly close: () => void;
}

/** A file, or the part of one that a stored file of an archive is. */
export interface FilePart {
  readonly file: string;
  readonly start: number;
  readonly size: number;
}

function contentOf(file: string, part?: FilePart): Content {
  const descriptor = openSync(file, 'r');
  const { start, size } = part ?? { start: 0, size: fstatSync(descriptor).size };
  return {
    size,
    read: (into, offset, length, position) => readSync(descriptor, into, offset, length, start + position),
    close: () => {
      closeSync(descriptor);
    },
  };
}

function contentIn(bytes: Uint8Array): Content {
  return {
    size: bytes.length,
    read: (into, offset, length, position) => {
      into.set(bytes.subarray(position, position + length), offset);
      return length;
    },
    close: () => undefined,
  };
}

/** What of the library's in-memory file system is used; its own types say less. */
interface MemoryFiles {
  writeFile(path: string, content: Uint8Array): void;
  lookupPath(path: string): { node: { stream_ops: object } };
}

/**
 * Shows one file to HDF5, read as it is asked for. HDF5 files may name other files to take data from; here there are
 * none, so that none of this machine's can be read in their place.
 */
function showAlone(files: MemoryFiles, { size, read }: Content): string {
  const path = `/model-${opened++}.h5`;
  files.writeFile(path, new Uint8Array(0));
  const { node } = files.lookupPath(path);
  Object.defineProperty(node, 'usedBytes', { get: () => size });
  node.stream_ops = {
    ...node.stream_ops,
    read: (_stream: unknown, into: Uint8Array, offset: number, length: number, position: number): number =>
      read(into, offset, Math.min(length, Math.max(0, size - position)), position),
  };
  return path;
}

/**
 * An HDF5 file open for reading; nothing of it is in memory but what is asked for. The library trusts the file: it may
 * loop for ever or fill its memory on a damaged one, so it belongs into a process of its own, for one file.
 */
export class Hdf5File {
  readonly #file: File;
  readonly #content: Content;

  private constructor(file: File, content: Content) {
    this.#file = file;
    this.#content = content;
  }

  /**
   * @param from a file of this machine, a part of one, or what is in one.
   * @throws VisionError `invalid-model` for what is no HDF5 file, or a truncated one.
   */
  static async open(from: string | FilePart | Uint8Array): Promise<Hdf5File> {
    const library = await ready;
    // Else the library writes its own traces to stderr.
    library.activate_throwing_error_handler();
    const content =
      from instanceof Uint8Array
        ? contentIn(from)
        : typeof from === 'string'
          ? contentOf(from)
          : contentOf(from.file, from);
    try {
      const file = new File(showAlone(library.FS as unknown as MemoryFiles, content), 'r');
      if (file.file_id < 0n) throw damaged(NO_FILE);
      return new Hdf5File(file, content);
    } catch (error) {
      content.close();
      throw error instanceof VisionError ? error : damaged(NO_FILE, error);
    }
  }

  /** The library's own closing would walk a damaged file once more. */
  close(): void {
    this.#content.close();
  }

  /** Names in a group; none where there is no such group. */
  names(path: string): string[] {
    const group = this.#entity(path);
    return group instanceof Group ? group.keys() : [];
  }

  /** An attribute that is text, or null where there is none. */
  text(path: string, name: string): string | null {
    const value = this.#attribute(path, name);
    return typeof value === 'string' ? decoded(value) : null;
  }

  /** An attribute that is a list of texts, also where it is written in parts; empty where there is none. */
  texts(path: string, name: string): string[] {
    const whole = this.#attribute(path, name);
    if (whole !== null) return textsIn(whole);
    const found: string[] = [];
    for (let part = 0; part < MOST_PARTS; part++) {
      const value = this.#attribute(path, `${name}${part}`);
      if (value === null) break;
      found.push(...textsIn(value));
    }
    return found;
  }

  /**
   * A dataset of numbers as float32, or null where there is none.
   *
   * @throws VisionError `invalid-model` for more values than any model has in one, and, here or while its blocks are
   *   read, for what is damaged, no number, or in another file.
   */
  tensor(path: string): StoredTensor | null {
    const dataset = this.#entity(path);
    if (dataset instanceof ExternalLink) {
      throw damaged(`The weight "${path}" is in another file, "${dataset.filename}"; only this one is read.`);
    }
    if (!(dataset instanceof Dataset)) return null;
    const shape = this.#read(path, () => dataset.shape ?? []);
    const size = sizeOf(shape);
    if (size > MOST_VALUES) {
      throw damaged(`The weight "${path}" claims the shape [${shape.join(', ')}], more than ${MOST_VALUES} values.`);
    }
    const { type, size: width } = dataset.metadata;
    if (type !== FLOAT || (width !== 4 && width !== 8)) {
      throw damaged(
        `The weight "${path}" holds numbers of ${8 * width} bits that are no float32: ` +
          'load the model in Python, cast its weights to float32 and save it again.',
      );
    }
    const read = (range: readonly (readonly [number, number])[]): Float32Array => {
      const value = this.#read(path, () =>
        range.length === 0 ? dataset.value : dataset.slice(range.map(([from, to]) => [from, to])),
      );
      if (typeof value === 'number') return Float32Array.of(value);
      if (value instanceof Float32Array) return value;
      if (value instanceof Float64Array) return Float32Array.from(value);
      throw damaged(`The weight "${path}" holds no numbers of a kind that is read.`);
    };
    return {
      shape,
      encoding: { dtype: 'float32' },
      bytes: size * Float32Array.BYTES_PER_ELEMENT,
      *blocks() {
        for (const { range } of blocksOf(shape)) {
          const { buffer, byteOffset, byteLength } = read(range);
          yield new Uint8Array(buffer, byteOffset, byteLength);
        }
      },
    };
  }

  #read<T>(path: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw damaged(`The weight "${path}" cannot be read: the file is damaged, or its data is in another file.`, error);
    }
  }

  #entity(path: string): unknown {
    try {
      return this.#file.get(path);
    } catch (error) {
      // After a trap of its own the library answers nothing sensibly any more.
      if (error instanceof Error && error.name === 'RuntimeError') throw damaged('The file is damaged.', error);
      return null;
    }
  }

  #attribute(path: string, name: string): Attribute['value'] {
    const entity = path === '/' ? this.#file : this.#entity(path);
    if (!(entity instanceof Group)) return null;
    try {
      return entity.attrs[name]?.value ?? null;
    } catch (error) {
      throw damaged(`The attribute "${name}" of "${path}" cannot be read: the file is damaged.`, error);
    }
  }
}

/** The library gives some texts as their UTF-8 bytes, one a character. */
function decoded(text: string): string {
  if (!/^[\0-\xff]*$/.test(text)) return text;
  const utf8 = Buffer.from(text, 'latin1').toString('utf8');
  return utf8.includes('\ufffd') ? text : utf8;
}

function textsIn(value: Attribute['value']): string[] {
  if (typeof value === 'string') return [decoded(value)];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string').map(decoded) : [];
}
