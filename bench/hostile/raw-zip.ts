import { deflateRawSync } from 'node:zlib';
import CRC32 from 'crc-32';

/** One file of an archive; what is not given is as it should be. */
export interface RawEntry {
  readonly name: string;
  readonly content?: Uint8Array;
  /** What the archive says in the place of the truth. */
  readonly claimedSize?: number;
  readonly claimedSum?: number;
  /** Unix mode of the entry, such as 0o120777 for a link. */
  readonly mode?: number;
  readonly flags?: number;
  /** The entry whose bytes this one has too. */
  readonly sharing?: number;
  /** Left as it is: what has been packed once does not become smaller. */
  readonly stored?: boolean;
  /** What the archive says beside the name. */
  readonly comment?: string;
}

const [DEFLATED, UTF8_NAMES, MADE_BY_UNIX] = [8, 0x800, 0x300];

/**
 * Writes a zip archive byte by byte (PKWARE's APPNOTE, sections 4.3.7 to 4.3.16), for what no library would write.
 */
export function rawZip(entries: readonly RawEntry[]): Buffer {
  const bodies: Buffer[] = [];
  const central: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const {
    name,
    content = Buffer.from('x'),
    claimedSize,
    claimedSum,
    mode = 0o100644,
    flags = 0,
    sharing,
    stored = false,
    comment = '',
  } of entries) {
    const packed = stored ? content : deflateRawSync(content);
    const nameBytes = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(UTF8_NAMES | flags, 2);
    fields.writeUInt16LE(stored ? 0 : DEFLATED, 4);
    fields.writeUInt32LE(claimedSum ?? CRC32.buf(content) >>> 0, 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claimedSize ?? content.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);
    const offset = sharing === undefined ? at : (offsets[sharing] ?? 0);
    offsets.push(offset);
    if (sharing === undefined) {
      const body = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, nameBytes, packed]);
      bodies.push(body);
      at += body.length;
    }
    const made = Buffer.alloc(2);
    made.writeUInt16LE(MADE_BY_UNIX | 20);
    const rest = Buffer.alloc(14);
    rest.writeUInt16LE(comment.length, 0);
    rest.writeUInt32LE((mode * 0x10000) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    const head = Buffer.from('PK\x01\x02', 'latin1');
    central.push(Buffer.concat([head, made, fields, rest, nameBytes, Buffer.from(comment)]));
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Math.min(entries.length, 0xffff), 8);
  end.writeUInt16LE(Math.min(entries.length, 0xffff), 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, directory, end]);
}
