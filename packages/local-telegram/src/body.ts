import type { IncomingMessage } from 'node:http';
import { Busboy } from '@fastify/busboy';
import { ApiFailure, badRequest } from './errors.js';
import { asObject, type Fields } from './payload.js';

/** What one request may carry. Telegram takes files of 50 MB; the fields around one need a little more. */
const MAX_BODY_BYTES = 50 * 1024 * 1024 + 256 * 1024;

/** Ten album items with a thumbnail each, and every field a method knows. */
const MAX_FORM_PARTS = 100;

/**
 * The fields of a request, from its address and its body: JSON, URL-encoded or multipart. Files are uploads.
 *
 * @throws ApiFailure 413 above the size limit, 400 for a body that cannot be read
 */
export async function readFields(request: IncomingMessage, address: URL): Promise<Fields> {
  const type = request.headers['content-type'] ?? '';
  const body = await readBytes(request);
  return { ...Object.fromEntries(address.searchParams), ...(await fieldsOf(body, type)) };
}

async function fieldsOf(body: Buffer, type: string): Promise<Fields> {
  if (type.startsWith('multipart/form-data')) {
    try {
      return await readForm(body, type);
    } catch (error) {
      throw badRequest('wrong multipart body', { cause: error });
    }
  }
  if (type.startsWith('application/json')) return parseObject(body.toString('utf8'));
  return type.startsWith('application/x-www-form-urlencoded')
    ? Object.fromEntries(new URLSearchParams(body.toString('utf8')))
    : {};
}

/** The rest of a body that is too large is read and forgotten, so that the client gets as far as the answer. */
async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= MAX_BODY_BYTES) {
      parts.push(part);
    } else {
      parts.length = 0;
    }
  }
  if (length > MAX_BODY_BYTES) throw new ApiFailure(413, 'Request Entity Too Large');
  return Buffer.concat(parts);
}

function parseObject(text: string): Fields {
  let value: unknown;
  try {
    value = text.trim() === '' ? {} : JSON.parse(text);
  } catch (error) {
    throw badRequest("can't parse request JSON object", { cause: error });
  }
  return asObject(value, 'request');
}

function readForm(body: Buffer, type: string): Promise<Fields> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, unknown> = {};
    const form = new Busboy({
      headers: { 'content-type': type },
      limits: { parts: MAX_FORM_PARTS, fieldSize: MAX_BODY_BYTES },
      isPartAFile: (_field, _type, fileName) => fileName !== undefined,
    });
    form.on('field', (name, value) => {
      fields[name] = value;
    });
    form.on('file', (name, stream, filename, _encoding, mimeType) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        fields[name] = { upload: new Uint8Array(Buffer.concat(parts)), filename, mimeType };
      });
    });
    form.on('partsLimit', () => {
      reject(new Error('too many parts'));
    });
    form.on('finish', () => {
      resolve(fields);
    });
    form.on('error', reject);
    form.end(body);
  });
}
