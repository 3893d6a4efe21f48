import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type * as v from 'valibot';
import { MAX_ALBUM, MAX_CAPTION, MAX_FILE_BYTES, MAX_FILE_MB } from '../../limits.js';
import { RefusedError } from '../errors.js';
import { checked, FORM } from './bodies.js';

/** Beside the files: five fields, the longest a caption. */
const MAX_FIELDS = 8;
const MAX_FIELD_BYTES = 8 * 1024;

/** Everything together, with the form's own lines. */
const MAX_BODY_BYTES = MAX_ALBUM * MAX_FILE_BYTES + 64 * 1024;

export interface SentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface SentForm {
  readonly fields: v.InferOutput<typeof FORM>;
  readonly files: readonly SentFile[];
}

/**
 * Reads the form that files come with.
 *
 * @throws RefusedError `bad-request`, `too-large`, `empty-file` or `long-caption`
 */
export async function readForm(request: IncomingMessage): Promise<SentForm> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const fields: Record<string, string> = {};
  const files: SentFile[] = [];
  /** Which of the limits the form is over. */
  const over: string[] = [];
  const busboy = openForm(request);
  busboy.on('field', (name: string, value: string) => {
    fields[name] = value;
  });
  busboy.on('file', (_field, stream, name) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('limit', () => {
      over.push('fileSize');
      // No more of it is needed, but the rest of the form has to be read to be answered.
      chunks.length = 0;
    });
    stream.on('end', () => files.push({ name, bytes: Buffer.concat(chunks) }));
  });
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) busboy.on(limit, () => over.push(limit));
  try {
    await pipeline(request, busboy);
  } catch (error) {
    throw new RefusedError('bad-request', 'The form broke off.', { cause: error });
  }
  if (over.length > 0) throw tooLarge();
  if (files.length === 0) throw new RefusedError('bad-request', 'There is no file in the form.');
  if (files.some(({ bytes }) => bytes.length === 0)) throw new RefusedError('empty-file', 'A file is empty.');
  if ((fields['caption']?.length ?? 0) > MAX_CAPTION)
    throw new RefusedError('long-caption', 'The caption is too long.');
  return { fields: checked(FORM, fields), files };
}

function openForm(request: IncomingMessage): BusboyInstance {
  const type = request.headers['content-type'] ?? '';
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': type },
      limits: { files: MAX_ALBUM, fileSize: MAX_FILE_BYTES, fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES },
      isPartAFile: (_field, _type, name) => name !== undefined,
    });
  } catch (error) {
    throw new RefusedError('bad-request', 'The body is no form.', { cause: error });
  }
}

function tooLarge(): RefusedError {
  return new RefusedError('too-large', `At most ${MAX_ALBUM} files of ${MAX_FILE_MB} MB are taken.`);
}
