/** A directory of a TIFF, as far as it is looked at here. */
interface Directory {
  readonly tags: ReadonlyMap<number, readonly number[]>;
  /** Where the next one is; 0 where there is none. */
  readonly next: number;
}

const [NEW_SUBFILE_TYPE, PHOTOMETRIC, SUB_IFDS, DNG_VERSION] = [254, 262, 330, 50706];
const TOLD_BY: readonly number[] = [NEW_SUBFILE_TYPE, PHOTOMETRIC, SUB_IFDS, DNG_VERSION];

/** What a sensor has measured: a colour filter array (TIFF/EP), and linear raw (DNG). */
const SENSOR_PHOTOMETRICS: readonly number[] = [32803, 34892];

/** Raw files have up to five directories; a chain that leads round in a circle ends here. */
const MAX_DIRECTORIES = 16;

/** Whether the bytes begin as a TIFF or a BigTIFF, of either byte order. */
export function isTiff(bytes: Uint8Array): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  return ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(start);
}

/**
 * Whether a TIFF is a camera's raw file, of which a TIFF decoder shows but the small preview, or nothing.
 *
 * It is one where Canon's mark stands behind the header (CR2), where the first directory has a DNG version, where any
 * directory holds a sensor's values (NEF, ARW, PEF, SRW ...), or where the first picture says that it is a reduced copy
 * of another in the file (TIFF 6.0, NewSubfileType). A maker's private tags prove nothing: pictures that were edited or
 * scanned keep them.
 */
export function isCameraRaw(bytes: Uint8Array): boolean {
  if (String.fromCharCode(...bytes.subarray(8, 12)) === 'CR\x02\0') return true;
  const reader = new TiffReader(bytes);
  const first = reader.directory(reader.first);
  const others: Directory[] = [];
  const offsets = [...(first.tags.get(SUB_IFDS) ?? []), first.next];
  for (
    let offset = offsets.shift();
    offset !== undefined && others.length < MAX_DIRECTORIES;
    offset = offsets.shift()
  ) {
    if (offset === 0) continue;
    const other = reader.directory(offset);
    others.push(other);
    offsets.push(other.next);
  }
  const reduced = ((first.tags.get(NEW_SUBFILE_TYPE)?.[0] ?? 0) & 1) === 1;
  return (
    first.tags.has(DNG_VERSION) ||
    [first, ...others].some(({ tags }) => SENSOR_PHOTOMETRICS.includes(tags.get(PHOTOMETRIC)?.[0] ?? 0)) ||
    (reduced && others.length > 0)
  );
}

/** Whether a TIFF's lowest value is white. */
export function whiteIsZero(bytes: Uint8Array): boolean {
  const reader = new TiffReader(bytes);
  return reader.directory(reader.first).tags.get(PHOTOMETRIC)?.[0] === 0;
}

class TiffReader {
  readonly #view: DataView;
  readonly #little: boolean;
  readonly #big: boolean;
  readonly first: number;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#little = bytes[0] === 0x49;
    this.#big = this.#number(2, 2) === 43;
    this.first = this.#big ? this.#number(8, 8) : this.#number(4, 4);
  }

  /** The directory at an offset; an empty one where the file ends before. */
  directory(offset: number): Directory {
    const [countBytes, entryBytes, wordBytes] = this.#big ? ([8, 20, 8] as const) : ([2, 12, 4] as const);
    const tags = new Map<number, number[]>();
    const end = offset + countBytes + this.#number(offset, countBytes) * entryBytes;
    for (let at = offset + countBytes; at < Math.min(end, this.#view.byteLength); at += entryBytes) {
      const tag = this.#number(at, 2);
      if (!TOLD_BY.includes(tag)) continue;
      const valueBytes = ({ 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 } as const)[this.#number(at + 2, 2)] ?? 1;
      const count = Math.min(this.#number(at + 4, wordBytes), MAX_DIRECTORIES);
      const field = at + 4 + wordBytes;
      const values = count * valueBytes <= wordBytes ? field : this.#number(field, wordBytes);
      tags.set(
        tag,
        Array.from({ length: count }, (_, index) => this.#number(values + index * valueBytes, valueBytes)),
      );
    }
    return { tags, next: this.#number(end, wordBytes) };
  }

  /** An unsigned number; 0 beyond the end of the file. */
  #number(at: number, bytes: 1 | 2 | 4 | 8): number {
    if (at + bytes > this.#view.byteLength) return 0;
    switch (bytes) {
      case 1:
        return this.#view.getUint8(at);
      case 2:
        return this.#view.getUint16(at, this.#little);
      case 4:
        return this.#view.getUint32(at, this.#little);
      case 8:
        return Number(this.#view.getBigUint64(at, this.#little));
    }
  }
}
