import { extname } from 'node:path';
import type { Document, Message } from '../bot-api.js';
import { badRequest } from '../errors.js';
import { digest, type FileKind, type FileStore } from '../files.js';
import { checkPhoto, keepPhoto } from '../pictures.js';
import { asObject, Payload } from '../payload.js';
import { captionOf } from './text.js';

/**
 * The photo or the document that a field gives: an upload, or the identifier of a file that was sent before.
 *
 * @throws ApiFailure 400 in Telegram's words
 */
async function mediaOf(
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

/**
 * What a send of one photo or document shows: `fields` are those of the call, or of an item within it.
 *
 * @throws ApiFailure 400 in Telegram's words
 */
export async function captionedMediaOf(
  files: FileStore,
  fields: Payload,
  kind: 'photo' | 'document',
  value: unknown,
): Promise<Partial<Message>> {
  const caption = captionOf(fields);
  const cover = fields.flag('has_spoiler') ? { has_media_spoiler: true } : {};
  return { ...(await mediaOf(files, fields, value, kind)), ...caption, ...cover };
}

/**
 * An InputMedia of a call: what kind it is, and its fields among those of the call, where uploads are.
 *
 * @throws ApiFailure 400 for a kind that is not known here
 */
export function inputMediaOf(payload: Payload, item: unknown): { kind: 'photo' | 'document'; fields: Payload } {
  const fields = asObject(item, 'InputMedia');
  const kind = fields['type'];
  if (kind !== 'photo' && kind !== 'document') {
    throw badRequest("can't parse InputMedia: photos and documents are known here");
  }
  return { kind, fields: new Payload({ ...payload.fields, ...fields }) };
}
