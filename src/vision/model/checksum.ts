import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { VisionError } from '../vision-error.js';

/** Feeds a file into a hash piece by piece: it may be as large as the memory. */
export async function hashInto(hash: Hash, file: string): Promise<void> {
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  } catch (error) {
    throw new VisionError('invalid-model', `"${file}" cannot be read.`, { cause: error });
  }
}

/**
 * The SHA-256 of a file in hexadecimal.
 *
 * @throws VisionError `invalid-model` for a file that is larger than models are.
 */
export async function checksumOf(file: string, mostBytes: number): Promise<string> {
  const { size } = await stat(file);
  if (size > mostBytes) {
    const [has, most] = [Math.ceil(size / 2 ** 20), mostBytes / 2 ** 20];
    throw new VisionError('invalid-model', `"${file}" has ${has} MB; at most ${most} MB are read.`);
  }
  const hash = createHash('sha256');
  await hashInto(hash, file);
  return hash.digest('hex');
}
