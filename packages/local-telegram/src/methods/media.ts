import { extname } from 'node:path';
import type { Document, Message } from '../bot-api.js';
import { badRequest } from '../errors.js';
import { digest, type FileKind, type FileStore } from '../files.js';
import { checkPhoto, keepPhoto } from '../pictures.js';
import type { Payload } from '../payload.js';

/**
 * The photo or the document that a field gives: an upload, or the identifier of a file that was sent before.
 *
 * @throws ApiFailure 400 in Telegram's words
 */
export async function mediaOf(
  files: FileStore,
  payload: Payload,
  value: unknown,
  kind: 'photo' | 'document',
): Promise<Partial<Message>> {
  const upload = payload.uploadOf(value);
  if (upload !== undefined) {
    if (upload.upload.length === 0) throw badRequest('file must be non-empty');
    if (kind === 'photo') {
      await checkPhoto(upload.upload);
      return { photo: await keepPhoto(files, upload.upload) };
    }
    return { document: keepDocument(files, upload.upload, { fileName: upload.filename, mimeType: upload.mimeType }) };
  }
  if (typeof value !== 'string' || value === '') throw badRequest(`there is no ${kind} in the request`);
  const record = files.get(value);
  if (record === undefined) throw badRequest('wrong file identifier/HTTP URL specified');
  if (record.kind !== kind || record.media === undefined) {
    throw badRequest(`can't use file of type ${title(record.kind)} as ${title(kind)}`);
  }
  return record.media;
}

function title(kind: FileKind): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

/** Keeps a file and describes it as Telegram does. `size` is what Telegram is to name, in bytes. */
export function keepDocument(
  files: FileStore,
  bytes: Uint8Array,
  options: { fileName: string; mimeType: string; size?: number | undefined },
): Document {
  const record = files.add('document', bytes, {
    extension: extname(options.fileName),
    ...(options.size === undefined ? {} : { size: options.size, source: `${digest(bytes)} ${options.size}` }),
  });
  const document: Document = {
    file_id: record.fileId,
    file_unique_id: record.uniqueId,
    file_name: options.fileName,
    mime_type: options.mimeType,
    file_size: record.size,
  };
  record.media = { document };
  return document;
}

/** Whether what is sent is covered. */
export function spoilerOf(payload: Payload): Partial<Message> {
  return payload.flag('has_spoiler') ? { has_media_spoiler: true } : {};
}
