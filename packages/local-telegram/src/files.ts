import { createHash } from 'node:crypto';
import { MAX_FILES_KEPT, MAX_FILE_BYTES_KEPT } from './limits.js';
import type { Document, PhotoSize, Sticker } from './wire.js';

export type FileKind = 'photo' | 'document' | 'sticker' | 'other';

/** What a file identifier stands for in a message, so that it can be sent again. */
export type Media =
  | { readonly photo: readonly PhotoSize[] }
  | { readonly document: Document }
  | { readonly sticker: Sticker }
  | undefined;

export interface FileRecord {
  readonly fileId: string;
  readonly uniqueId: string;
  readonly kind: FileKind;
  /** As on the file server, such as `photos/file_3.jpg`. */
  readonly path: string;
  /** In bytes, as Telegram names it. */
  readonly size: number;
  media: Media;
}

const PREFIXES: Record<FileKind, { unique: string; file: string; folder: string }> = {
  photo: { unique: 'AQAD', file: 'AgACAgUAAxkBAAI', folder: 'photos' },
  document: { unique: 'AgAD', file: 'BQACAgUAAxkBAAI', folder: 'documents' },
  sticker: { unique: 'AgADst', file: 'CAACAgUAAxkBAAI', folder: 'stickers' },
  other: { unique: 'AgADot', file: 'CgACAgUAAxkBAAI', folder: 'files' },
};

/** Every file that was sent, within a bound of bytes and of identifiers. */
export class FileStore {
  readonly #records = new Map<string, FileRecord>();
  readonly #bytes = new Map<string, Uint8Array>();
  /** Addresses on the file server by unique identifier. */
  readonly #paths = new Map<string, string>();
  #bytesKept = 0;
  #count = 0;

  /**
   * Keeps a file under a new identifier. Equal bytes of one kind have equal unique identifiers.
   *
   * @param source what decides the unique identifier: the bytes themselves, or what they were made from
   * @param size in bytes, where Telegram is to name another than the real one
   */
  add(kind: FileKind, bytes: Uint8Array, options: { extension: string; source?: string; size?: number }): FileRecord {
    const prefix = PREFIXES[kind];
    const uniqueId = prefix.unique + digest(options.source ?? bytes).slice(0, 12);
    this.#count += 1;
    const path = this.#paths.get(uniqueId) ?? `${prefix.folder}/file_${this.#count}${options.extension}`;
    const record: FileRecord = {
      fileId: prefix.file + digest(`${this.#count} ${uniqueId}`) + uniqueId.slice(-6),
      uniqueId,
      kind,
      path,
      size: options.size ?? bytes.length,
      media: undefined,
    };
    this.#records.set(record.fileId, record);
    this.#paths.set(uniqueId, path);
    this.#keep(uniqueId, bytes);
    this.#bound();
    return record;
  }

  get(fileId: string): FileRecord | undefined {
    return this.#records.get(fileId);
  }

  /** The bytes, or undefined where the file is unknown or was dropped for its age. */
  bytes(fileId: string): Uint8Array | undefined {
    const record = this.#records.get(fileId);
    return record === undefined ? undefined : this.#bytes.get(record.uniqueId);
  }

  /** The bytes under an address of the file server. */
  bytesAt(path: string): Uint8Array | undefined {
    for (const [uniqueId, known] of this.#paths) {
      if (known === path) {
        return this.#bytes.get(uniqueId);
      }
    }
    return undefined;
  }

  #keep(uniqueId: string, bytes: Uint8Array): void {
    this.#bytesKept += bytes.length - (this.#bytes.get(uniqueId)?.length ?? 0);
    this.#bytes.delete(uniqueId);
    this.#bytes.set(uniqueId, bytes);
  }

  #bound(): void {
    for (const [uniqueId, bytes] of this.#bytes) {
      if (this.#bytesKept <= MAX_FILE_BYTES_KEPT || this.#bytes.size === 1) {
        break;
      }
      this.#bytes.delete(uniqueId);
      this.#bytesKept -= bytes.length;
    }
    for (const fileId of this.#records.keys()) {
      if (this.#records.size <= MAX_FILES_KEPT) {
        break;
      }
      this.#records.delete(fileId);
    }
    for (const uniqueId of this.#paths.keys()) {
      if (this.#paths.size <= MAX_FILES_KEPT) {
        break;
      }
      this.#paths.delete(uniqueId);
    }
  }
}

/** A short name for these bytes or this text, the same for the same ones. */
export function digest(source: Uint8Array | string): string {
  return createHash('sha256').update(source).digest('base64url');
}
