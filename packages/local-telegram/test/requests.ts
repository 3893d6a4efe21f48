import { request, type IncomingHttpHeaders } from 'node:http';
import sharp from 'sharp';
import type { LocalTelegram } from 'local-telegram';

export const TOKEN = '7000000001:a-token-for-tests';

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** A plain HTTP request; rejects where the connection breaks. */
export function send(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer; signal?: AbortSignal } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { method = 'POST', headers = {}, body, signal } = options;
    const call = request(url, { method, headers, ...(signal === undefined ? {} : { signal }) }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(parts) });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** What a method of the Bot API answered. */
export interface Reply {
  readonly ok: boolean;
  readonly result?: unknown;
  readonly error_code?: number;
  readonly description?: string;
  readonly parameters?: { readonly retry_after?: number };
}

/** Calls a method with a JSON body. */
export async function call(
  telegram: LocalTelegram,
  method: string,
  fields: Record<string, unknown> = {},
  options: { token?: string; signal?: AbortSignal } = {},
): Promise<Reply> {
  const answer = await send(`${telegram.root}/bot${options.token ?? TOKEN}/${method}`, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  return JSON.parse(answer.bytes.toString('utf8')) as Reply;
}

export interface FormFile {
  readonly filename: string;
  readonly bytes: Uint8Array;
}

/** Calls a method with a multipart body. */
export async function callWithForm(
  telegram: LocalTelegram,
  method: string,
  fields: Record<string, string | FormFile>,
): Promise<Reply> {
  const boundary = 'boundary-of-a-test';
  const parts = Object.entries(fields).map(([name, value]) => {
    const file = typeof value === 'string' ? '' : `; filename="${value.filename}"`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return Buffer.concat([
      Buffer.from(head),
      Buffer.from(typeof value === 'string' ? value : value.bytes),
      Buffer.from('\r\n'),
    ]);
  });
  const answer = await send(`${telegram.root}/bot${TOKEN}/${method}`, {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
  });
  return JSON.parse(answer.bytes.toString('utf8')) as Reply;
}

/** A JPEG of one colour, a different one for another `hue`. */
export async function photo(width: number, height: number, hue = 0): Promise<Uint8Array> {
  const background = { r: (hue * 40) % 256, g: 120, b: 200 };
  const jpeg = await sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();
  return new Uint8Array(jpeg);
}
