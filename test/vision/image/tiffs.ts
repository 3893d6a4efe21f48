/** How the numbers of one picture are stored: TIFF's SampleFormat 1 unsigned, 2 signed, 3 floating point. */
export type Samples = 'u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32' | 'f32' | 'f64';

const FORMATS = { u: 1, i: 2, f: 3 } as const;

/** A tag's values, stored as 32 bits each, or its bytes. */
type Value = readonly number[] | Uint8Array;

export interface TiffOptions {
  readonly bigEndian?: boolean;
  /** BigTIFF, whose offsets have 64 bits. */
  readonly big?: boolean;
  readonly samples?: Samples;
  readonly channels?: 1 | 2 | 3 | 4;
  /** Further tags of the first directory, or others in place of those it has. */
  readonly tags?: Readonly<Record<number, Value>>;
  /** Directories beside the picture, under SubIFDs or in the chain. */
  readonly subIfds?: readonly Readonly<Record<number, Value>>[];
  readonly next?: Readonly<Record<number, Value>>;
  /** What follows the header at once. */
  readonly mark?: string;
}

/** An uncompressed TIFF, byte by byte. `values` are its samples, row by row. */
export function tiff(width: number, height: number, values: readonly number[], options: TiffOptions = {}): Buffer {
  const {
    bigEndian = false,
    big = false,
    samples = 'u8',
    channels = 1,
    tags = {},
    subIfds = [],
    next,
    mark = '',
  } = options;
  const bits = Number(samples.slice(1));
  const parts: Buffer[] = [];
  let length = 0;
  const append = (part: Uint8Array): number => {
    const at = length;
    parts.push(Buffer.from(part));
    length += part.length;
    return at;
  };
  const number = (value: number, bytes: number): Buffer => {
    const part = Buffer.alloc(bytes);
    const at = bigEndian ? Math.max(0, bytes - 4) : 0;
    if (bytes === 2) part[bigEndian ? 'writeUInt16BE' : 'writeUInt16LE'](value);
    else part[bigEndian ? 'writeUInt32BE' : 'writeUInt32LE'](value, at);
    return part;
  };
  const word = big ? 8 : 4;
  const directory = (entries: Readonly<Record<number, Value>>, following: number): number => {
    const fields = Object.entries(entries).map(([tag, value]) => {
      const isBytes = value instanceof Uint8Array;
      const stored = isBytes ? Buffer.from(value) : Buffer.concat(value.map((each) => number(each, 4)));
      const field = Buffer.alloc(word);
      if (stored.length <= word) stored.copy(field);
      else number(append(stored), word).copy(field);
      return Buffer.concat([number(Number(tag), 2), number(isBytes ? 7 : 4, 2), number(value.length, word), field]);
    });
    return append(Buffer.concat([number(fields.length, big ? 8 : 2), ...fields, number(following, word)]));
  };
  const start = append(Buffer.alloc(big ? 16 : 8));
  append(Buffer.from(mark, 'latin1'));
  const content = Buffer.concat(values.map((value) => sample(value, samples, bigEndian)));
  const pixels = append(content);
  const common = { 256: [width], 257: [height], 259: [1], 262: [channels < 3 ? 1 : 2], 277: [channels], 278: [height] };
  const subs = subIfds.map((each) => directory(each, 0));
  const following = next === undefined ? 0 : directory(next, 0);
  const first = directory(
    {
      ...common,
      258: Array<number>(channels).fill(bits),
      273: [pixels],
      279: [content.length],
      339: Array<number>(channels).fill(FORMATS[samples.charAt(0) as keyof typeof FORMATS]),
      ...(subs.length > 0 && { 330: subs }),
      ...tags,
    },
    following,
  );
  const head = [Buffer.from(bigEndian ? 'MM' : 'II'), number(big ? 43 : 42, 2)];
  if (big) head.push(number(8, 2), number(0, 2));
  parts[start] = Buffer.concat([...head, number(first, word)]);
  return Buffer.concat(parts);
}

function sample(value: number, samples: Samples, bigEndian: boolean): Buffer {
  const bytes = Number(samples.slice(1)) / 8;
  const part = Buffer.alloc(bytes);
  if (samples === 'f32') part[bigEndian ? 'writeFloatBE' : 'writeFloatLE'](value);
  else if (samples === 'f64') part[bigEndian ? 'writeDoubleBE' : 'writeDoubleLE'](value);
  else if (samples.startsWith('u')) part[bigEndian ? 'writeUIntBE' : 'writeUIntLE'](value, 0, bytes);
  else part[bigEndian ? 'writeIntBE' : 'writeIntLE'](value, 0, bytes);
  return part;
}
