import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { shuffler } from 'd3-array';
import { randomLcg } from 'd3-random';
import { extract } from 'tar-stream';
import { VisionError } from '../vision/vision-error.js';
import { PHOTO_LIMITS } from '../limits.js';
import { tooManyBytesRefusal } from '../vision/image/refusal.js';

/** More files than anybody measures a model on; bounds what is remembered of them. */
const MOST_FILES = 200_000;

/** One file of an archive, whose bytes come as they are read. */
type Entry = ReturnType<typeof extract> extends AsyncIterable<infer E> ? E : never;

/** Class folders in folders of a data set in a folder: nobody nests deeper, and a folder may lie within itself. */
const DEEPEST = 4;

/** A file that may be a picture. Its path only names it: nothing is written there. */
export interface Picture {
  /** Where it lies in the folder or archive, with slashes. */
  readonly path: string;
  /** @throws VisionError `too-large` above the limit of photos, `unsupported-image` where it cannot be read. */
  readonly read: () => Promise<Uint8Array>;
}

/** Pictures of a folder or an archive, one after the other: each is to be read before the next is asked for. */
export interface Source {
  readonly name: string;
  /** How many files there are, and which, before any is read: the same as `pictures` gives, in its order. */
  readonly paths: () => Promise<readonly string[]>;
  readonly pictures: () => AsyncIterable<Picture>;
}

function refusal(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-argument', message, { cause });
}

/** Not `.DS_Store`, nor the `._photo.jpg` that macOS puts into archives. */
const isHidden = (path: string): boolean => path.split('/').some((part) => /^\.[^.]/.test(part));

function tooMany(name: string): VisionError {
  return refusal(`"${name}" has more than ${MOST_FILES.toLocaleString('en')} files.`);
}

async function filesIn(root: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string, depth: number): Promise<void> => {
    for (const name of (await readdir(join(root, folder))).sort()) {
      if (isHidden(name)) continue;
      const path = folder === '' ? name : `${folder}/${name}`;
      // Through links: data sets are often made of them.
      const entry = await stat(join(root, path)).catch(() => null);
      if (entry?.isDirectory() === true && depth < DEEPEST) await walk(path, depth + 1);
      if (entry?.isFile() === true) found.push(path);
      if (found.length > MOST_FILES) throw tooMany(root);
    }
  };
  await walk('', 1);
  return found;
}

async function readFileWithin(file: string): Promise<Uint8Array> {
  const { maxBytes } = PHOTO_LIMITS;
  try {
    const { size } = await stat(file);
    if (size > maxBytes) throw tooManyBytesRefusal(size, maxBytes);
    return await readFile(file);
  } catch (error) {
    if (error instanceof VisionError) throw error;
    throw new VisionError('unsupported-image', 'It cannot be read.', { cause: error });
  }
}

/** A folder's files in an order that mixes its classes, the same for the same seed. */
function folderSource(root: string, seed: number): Source {
  const paths = async (): Promise<string[]> => shuffler(randomLcg(seed))(await filesIn(root));
  return {
    name: root,
    paths,
    async *pictures() {
      for (const path of await paths()) yield { path, read: () => readFileWithin(join(root, path)) };
    },
  };
}

async function readEntry(entry: Entry): Promise<Uint8Array> {
  const { maxBytes } = PHOTO_LIMITS;
  const { size } = entry.header;
  if (size > maxBytes) throw tooManyBytesRefusal(size, maxBytes);
  const parts: Buffer[] = [];
  for await (const part of entry) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** The files of an archive in its order. What of an entry is not read is passed over without being held. */
async function* entriesOf(path: string): AsyncGenerator<Entry> {
  const file = createReadStream(path);
  const bytes: Readable = /\.t?gz$/i.test(path) ? file.pipe(createGunzip()) : file;
  const archive = extract();
  const fail = (error: Error): void => {
    archive.destroy(error);
  };
  file.on('error', fail);
  bytes.on('error', fail);
  bytes.pipe(archive);
  let count = 0;
  try {
    for await (const entry of archive) {
      const { type, name } = entry.header;
      if ((type === 'file' || type === 'contiguous-file') && !isHidden(name)) {
        if (++count > MOST_FILES) throw tooMany(path);
        yield entry;
      }
      entry.resume();
    }
  } catch (error) {
    if (error instanceof VisionError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw refusal(`"${path}" is not a whole tar archive: ${why}.`, error);
  } finally {
    file.destroy();
  }
}

const plainPath = (name: string): string => name.replace(/^(?:\.\/)+/, '');

function archiveSource(path: string): Source {
  return {
    name: path,
    async paths() {
      const names: string[] = [];
      for await (const { header } of entriesOf(path)) names.push(plainPath(header.name));
      return names;
    },
    async *pictures() {
      for await (const entry of entriesOf(path)) {
        yield { path: plainPath(entry.header.name), read: () => readEntry(entry) };
      }
    },
  };
}

/**
 * Opens a folder, or a `.tar` or `.tar.gz` that is read as a stream.
 *
 * @param seed of the order in which a folder's files come
 * @throws VisionError `invalid-argument` where there is neither; later from its functions for archives that are damaged
 *   and for more files than anybody has.
 */
export async function openSource(path: string, seed: number): Promise<Source> {
  const entry = await stat(path).catch((error: unknown) => {
    throw refusal(`There is no folder or archive "${path}".`, error);
  });
  if (entry.isDirectory()) return folderSource(path, seed);
  if (entry.isFile() && /\.(?:tar|tar\.gz|tgz)$/i.test(path)) return archiveSource(path);
  throw refusal(`"${path}" is neither a folder nor a .tar or .tar.gz archive.`);
}
