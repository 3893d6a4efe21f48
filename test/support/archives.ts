import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';

/** A tar archive of files by name, as bytes. */
export async function tarOf(files: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, Buffer.from(content));
  archive.finalize();
  return buffer(archive);
}

const [SIZE_AT, CHECKSUM_AT, HEADER] = [124, 148, 512];

/** The archive with another size in the header of its first file: as the format writes sizes above 8 GB. */
export function claiming(archive: Uint8Array, size: bigint): Buffer {
  const claimed = Buffer.from(archive);
  claimed.fill(0, SIZE_AT, SIZE_AT + 12);
  claimed.writeUInt8(0x80, SIZE_AT);
  claimed.writeBigUInt64BE(size, SIZE_AT + 4);
  claimed.fill(' ', CHECKSUM_AT, CHECKSUM_AT + 8);
  const sum = claimed.subarray(0, HEADER).reduce((total, byte) => total + byte, 0);
  claimed.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM_AT, 'latin1');
  return claimed;
}
