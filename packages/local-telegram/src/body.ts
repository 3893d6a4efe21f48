import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { badRequest, tooLarge } from './errors.js';
import { MAX_BODY_BYTES, MAX_FORM_PARTS } from './limits.js';

/**
 * The fields of a request, from its address and its body: JSON, URL-encoded or multipart. Files are uploads.
 *
 * @throws ApiFailure 413 above the size limit, 400 for a body that cannot be read
 */
export async function readFields(request: IncomingMessage): Promise<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of new URL(request.url ?? '/', 'http://localhost').searchParams) {
    fields[name] = value;
  }
  const type = request.headers['content-type'] ?? '';
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) {
    throw tooLarge();
  }
  if (type.startsWith('multipart/form-data')) {
    return { ...fields, ...(await readForm(request, type)) };
  }
  const text = await readText(request);
  if (type.startsWith('application/json')) {
    return { ...fields, ...parseObject(text) };
  }
  for (const [name, value] of new URLSearchParams(type.startsWith('application/x-www-form-urlencoded') ? text : '')) {
    fields[name] = value;
  }
  return fields;
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_BODY_BYTES) {
      throw tooLarge();
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseObject(text: string): Record<string, unknown> {
  if (text.trim() === '') {
    return {};
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw badRequest("can't parse request JSON object", { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest("can't parse request JSON object");
  }
  return value as Record<string, unknown>;
}

function readForm(request: IncomingMessage, type: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, unknown> = {};
    let length = 0;
    const fail = (error: Error) => {
      request.unpipe();
      request.resume();
      reject(error);
    };
    let form: BusboyInstance;
    try {
      form = new Busboy({
        headers: { ...request.headers, 'content-type': type },
        limits: { parts: MAX_FORM_PARTS, fieldSize: MAX_BODY_BYTES },
        isPartAFile: (_field, _type, fileName) => fileName !== undefined,
      });
    } catch (error) {
      fail(badRequest('wrong multipart body', { cause: error }));
      return;
    }
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
      fail(badRequest('too many parts in the request'));
    });
    form.on('finish', () => {
      resolve(fields);
    });
    form.on('error', (error) => {
      fail(badRequest('wrong multipart body', { cause: error }));
    });
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length > MAX_BODY_BYTES) {
        fail(tooLarge());
      }
    });
    request.on('aborted', () => {
      fail(badRequest('the request ended early'));
    });
    request.pipe(form);
  });
}
