import { createHash } from 'node:crypto';
import type { Document, PhotoSize } from './bot-api.js';

export type FileKind = 'photo' | 'document' | 'other';

/** What a file identifier stands for in a message, so that it can be sent again. */
export type Media = { readonly photo: readonly PhotoSize[] } | { readonly document: Document } | undefined;

export interface FileRecord {
  readonly fileId: string;
  readonly uniqueId: string;
  readonly kind: FileKind;
  /** In bytes, as Telegram names it. */
  readonly size: number;
  media: Media;
}

/** Bytes on the file server, and where they are, such as `photos/file_3.jpg`. */
interface Content {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Above the photos of a bot that has fallen minutes behind: what is forgotten it cannot fetch again. */
const MAX_BYTES = 512 * 1024 * 1024;

/** Enough for days of a demo; each costs some hundred bytes. */
const MAX_FILES = 50_000;

/** Every file that was sent, within a bound of bytes and of identifiers: the oldest go first. */
export class FileStore {
  readonly #records = new Map<string, FileRecord>();
  readonly #contents = new Map<string, Content>();
  #bytes = 0;
  #count = 0;

  /**
   * Keeps a file under a new identifier. Equal bytes of one kind have equal unique identifiers.
   *
   * @param source what decides the unique identifier: the bytes themselves, or what they were made from
   * @param size in bytes, where Telegram is to name another than the real one
   */
  add(kind: FileKind, bytes: Uint8Array, options: { extension: string; source?: string; size?: number }): FileRecord {
    const uniqueId = digest(`${kind} ${options.source ?? digest(bytes)}`).slice(0, 16);
    this.#count += 1;
    const record: FileRecord = {
      fileId: digest(`${this.#count} ${uniqueId}`),
      uniqueId,
      kind,
      size: options.size ?? bytes.length,
      media: undefined,
    };
    const path = this.#contents.get(uniqueId)?.path ?? `${kind}s/file_${this.#count}${options.extension}`;
    this.#forget(uniqueId);
    this.#contents.set(uniqueId, { path, bytes });
    this.#bytes += bytes.length;
    this.#records.set(record.fileId, record);
    for (const oldest of this.#contents.keys()) {
      if (oldest === uniqueId || (this.#bytes <= MAX_BYTES && this.#contents.size <= MAX_FILES)) break;
      this.#forget(oldest);
    }
    for (const oldest of this.#records.keys()) {
      if (this.#records.size <= MAX_FILES) break;
      this.#records.delete(oldest);
    }
    return record;
  }

  get(fileId: string): FileRecord | undefined {
    return this.#records.get(fileId);
  }

  /** The bytes and their place, or undefined where the file is unknown or was dropped for its age. */
  content(fileId: string): Content | undefined {
    return this.#contents.get(this.#records.get(fileId)?.uniqueId ?? '');
  }

  /** The bytes under an address of the file server. */
  bytesAt(path: string): Uint8Array | undefined {
    return [...this.#contents.values()].find((content) => content.path === path)?.bytes;
  }

  #forget(uniqueId: string): void {
    this.#bytes -= this.#contents.get(uniqueId)?.bytes.length ?? 0;
    this.#contents.delete(uniqueId);
  }
}

/** A short name for these bytes or this text, the same for the same ones. */
export function digest(source: Uint8Array | string): string {
  return createHash('sha256').update(source).digest('base64url');
}
