import type { IncomingMessage } from 'node:http';

/** What was sent; `incomplete` where the sender went away before its end. */
export type Body = { readonly text: string } | 'too-large' | 'incomplete';

/**
 * Reads a request's body as UTF-8, and no further once it is seen to have more bytes than the limit.
 *
 * From Node's own stream: a web stream over it, which Hono's body limit reads, keeps 4 MB more resident.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  return new Promise((resolve) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      resolve('too-large');
      return;
    }
    const chunks: Buffer[] = [];
    let size = 0;
    function take(chunk: Buffer): void {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      request.off('data', take);
      request.pause();
      resolve('too-large');
    }
    request.on('data', take);
    request.once('end', () => {
      resolve({ text: Buffer.concat(chunks).toString('utf8') });
    });
    request.once('error', () => {
      resolve('incomplete');
    });
  });
}
