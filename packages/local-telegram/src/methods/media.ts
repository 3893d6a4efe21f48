import { extname } from 'node:path';
import { badRequest } from '../errors.js';
import { digest, type FileKind, type FileStore, type Media } from '../files.js';
import { checkPhoto, keepPhoto } from '../pictures.js';
import type { Payload } from '../payload.js';
import type { Content, Document } from '../wire.js';

const TITLES: Record<FileKind, string> = {
  photo: 'Photo',
  document: 'Document',
  sticker: 'Sticker',
  other: 'Animation',
};

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
): Promise<Content> {
  const upload = payload.uploadOf(value);
  if (upload !== undefined) {
    if (kind === 'photo') {
      await checkPhoto(upload.upload);
      return { photo: await keepPhoto(files, upload.upload) };
    }
    if (upload.upload.length === 0) {
      throw badRequest('file must be non-empty');
    }
    return { document: keepDocument(files, upload.upload, { fileName: upload.filename, mimeType: upload.mimeType }) };
  }
  if (typeof value !== 'string' || value === '') {
    throw badRequest(`there is no ${kind} in the request`);
  }
  if (/^https?:/i.test(value)) {
    throw badRequest('failed to get HTTP URL content');
  }
  return knownMedia(files, value, kind);
}

function knownMedia(files: FileStore, fileId: string, kind: FileKind): Content {
  const record = files.get(fileId);
  if (record === undefined) {
    throw badRequest('wrong file identifier/HTTP URL specified');
  }
  const media: Media = record.media;
  if (record.kind !== kind || media === undefined) {
    throw badRequest(`can't use file of type ${TITLES[record.kind]} as ${TITLES[kind]}`);
  }
  return media;
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
