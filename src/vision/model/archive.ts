import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import CRC32 from 'crc-32';
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { VisionError } from '../vision-error.js';

/** More than a model is unpacked to: half a gigabyte of weights and its descriptions. */
const MOST_BYTES = 640 * 2 ** 20;

/** Numbers that were learnt hardly compress; what unpacks to so many times its size, and is not small, is no model. */
const [LARGEST_RATIO, SMALL] = [100, 32 * 2 ** 20];

/** More files than any exported model has, longer and deeper names, and more words about them. */
const MOST_ENTRIES = 10_000;
const [LONGEST_NAME, DEEPEST] = [1024, 16];
const MOST_WORDS = 8 * 2 ** 20;

/** The compression method of what is not compressed. */
const STORED = 0;

/** Bits of the Unix mode that say what an entry is, and the value for a symbolic link. */
const [KIND, LINK] = [0o170000, 0o120000];

/** Bytes of an entry's header in the archive without its name. */
const LOCAL_HEADER = 30;

function refused(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-model', message, { cause });
}

function damaged(message: string, cause?: unknown): VisionError {
  return refused(`The archive is damaged: ${message}.`, cause);
}

/** @throws VisionError for an entry that is not to be unpacked; yauzl has refused names that are absolute or climb. */
function checkEntry({ fileName, externalFileAttributes }: Entry, encrypted: boolean): void {
  if (/\p{Cc}/u.test(fileName)) throw damaged('the name of one of its files has control characters');
  const parts = fileName.split('/');
  if (fileName.length > LONGEST_NAME || parts.length > DEEPEST) {
    throw refused(`The archive has a path that is longer or deeper than any model's: "${fileName.slice(0, 80)}".`);
  }
  if (parts.every((part) => part === '' || part === '.')) throw damaged('one of its files has no name');
  if (((externalFileAttributes >>> 16) & KIND) === LINK) {
    throw refused(`The archive has a symbolic link, "${fileName}"; only files are unpacked.`);
  }
  if (encrypted) throw refused(`The archive is encrypted ("${fileName}"): pack it again without a password.`);
}

/** What an archive lists, checked before anything of it is unpacked. */
async function checkedEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MOST_ENTRIES) throw refused(`The archive has more than ${MOST_ENTRIES} files.`);
  const entries = new Map<string, Entry>();
  let [bytes, words] = [0, 0];
  for await (const entry of zip.eachEntry()) {
    const { fileName } = entry;
    checkEntry(entry, entry.isEncrypted());
    if (entries.has(fileName)) throw damaged(`it has two files "${fileName}"`);
    entries.set(fileName, entry);
    words += entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
    if (words > MOST_WORDS) throw refused('The archive says more of its files than they can need.');
    bytes += entry.uncompressedSize;
    if (bytes > MOST_BYTES) throw refused(`The archive unpacks to more than ${MOST_BYTES / 2 ** 20} MB.`);
  }
  if ([...entries.keys()].every((name) => name.endsWith('/'))) throw refused('The archive has no files in it.');
  if (bytes > SMALL && bytes > LARGEST_RATIO * zip.fileSize) {
    throw refused(`The archive unpacks to ${Math.round(bytes / zip.fileSize)} times its size, as no model does.`);
  }
  checkApart([...entries.values()]);
  return entries;
}

/** Entries that share bytes make a small archive unpack to a huge one (Fifield 2019, "A better zip bomb"). */
function checkApart(entries: readonly Entry[]): void {
  const byPlace = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  byPlace.reduce<Entry | null>((before, entry) => {
    if (before === null) return entry;
    const end = before.relativeOffsetOfLocalHeader + LOCAL_HEADER + before.fileNameLength + before.compressedSize;
    if (entry.relativeOffsetOfLocalHeader < end) {
      throw damaged(`its files "${before.fileName}" and "${entry.fileName}" overlap`);
    }
    return entry;
  }, null);
}

/** Passes a file on and compares it with its checksum, which yauzl leaves to its user. */
function checkingSum({ fileName, crc32 }: Entry): Transform {
  let sum = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      sum = CRC32.buf(chunk, sum);
      done(null, chunk);
    },
    flush: (done) => {
      done(sum >>> 0 === crc32 ? null : damaged(`its file "${fileName}" does not match its checksum`));
    },
  });
}

/** Takes what has only to be looked at on its way. */
function nowhere(): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
}

/** Any error of reading an archive or of writing what is in it as one that says so. */
function told(error: unknown): VisionError {
  if (error instanceof VisionError) return error;
  if (error instanceof Error && 'syscall' in error && 'code' in error) {
    return refused(`The archive cannot be unpacked (${String(error.code)}).`, error);
  }
  return damaged(error instanceof Error ? error.message : String(error), error);
}

/** A zip archive whose list of files has been checked. */
export class Archive {
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.#entries = entries;
  }

  /**
   * Opens an archive, gives it to `work` and closes it.
   *
   * @throws VisionError `invalid-model` for what is no zip file, is damaged, encrypted, has links or paths that lead out
   *   of its folder, or unpacks to more than a model has.
   */
  static async with<T>(file: string, work: (archive: Archive) => Promise<T>): Promise<T> {
    let zip: ZipFile;
    try {
      zip = await openPromise(file, { lazyEntries: true, autoClose: false, validateEntrySizes: true });
    } catch (error) {
      throw refused(`"${file}" is no zip archive, or it is cut off.`, error);
    }
    try {
      const entries = await checkedEntries(zip).catch((error: unknown) => {
        throw told(error);
      });
      return await work(new Archive(zip, entries));
    } finally {
      zip.close();
    }
  }

  /** Paths in the archive of its files, and of its folders where it lists them. */
  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /**
   * Writes one of its files to a path where nothing is.
   *
   * @throws VisionError `invalid-model` where it is not in the archive or not what the archive says of it.
   */
  async extract(name: string, path: string): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw damaged(`it has no file "${name}"`);
    try {
      await mkdir(dirname(path), { recursive: true });
      const file = createWriteStream(path, { flags: 'wx' });
      await pipeline(await this.#zip.openReadStreamPromise(entry), checkingSum(entry), file);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (['EEXIST', 'ENOTDIR', 'EISDIR'].includes(code)) {
        throw damaged(`it has "${name}" as a file and as a folder`, error);
      }
      throw told(error);
    }
  }

  /**
   * One of its files as a whole, or null where it is not in the archive.
   *
   * @param mostBytes the most that is read.
   * @throws VisionError `invalid-model` for more, and for what is not what the archive says of it.
   */
  async read(name: string, mostBytes: number): Promise<Buffer | null> {
    const entry = this.#entries.get(name);
    if (entry === undefined) return null;
    if (entry.uncompressedSize > mostBytes) {
      throw refused(`The archive's "${name}" has more than ${Math.floor(mostBytes / 2 ** 20)} MB.`);
    }
    const whole = Buffer.alloc(entry.uncompressedSize);
    let at = 0;
    try {
      await pipeline(await this.#zip.openReadStreamPromise(entry), checkingSum(entry), async (chunks) => {
        for await (const chunk of chunks as AsyncIterable<Buffer>) at += chunk.copy(whole, at);
      });
    } catch (error) {
      throw told(error);
    }
    return whole;
  }

  /**
   * Where one of its files lies in the archive as it is, its checksum compared; null where it is compressed, or not there.
   *
   * @throws VisionError `invalid-model` for what is not what the archive says of it.
   */
  async storedAt(name: string): Promise<{ readonly start: number; readonly size: number } | null> {
    const entry = this.#entries.get(name);
    if (entry?.compressionMethod !== STORED) return null;
    try {
      await pipeline(await this.#zip.openReadStreamPromise(entry), checkingSum(entry), nowhere());
      const { fileDataStart } = await this.#zip.readLocalFileHeaderPromise(entry, { minimal: true });
      return { start: fileDataStart, size: entry.uncompressedSize };
    } catch (error) {
      throw told(error);
    }
  }

  /** Unpacks all its files into a folder, and writes nothing outside of it. */
  async unpack(folder: string): Promise<void> {
    for (const name of this.#files()) await this.extract(name, join(folder, name));
  }

  /** Whether all its files are in a folder, in their full length. */
  async isUnpackedIn(folder: string): Promise<boolean> {
    for (const name of this.#files()) {
      const size = await stat(join(folder, name)).then(
        (entry) => entry.size,
        () => null,
      );
      if (size !== this.#entries.get(name)?.uncompressedSize) return false;
    }
    return true;
  }

  #files(): string[] {
    return this.names.filter((name) => !name.endsWith('/'));
  }
}
