import type { IncomingMessage } from 'node:http';

/**
 * Reads the body of a request or an answer, and no further once it is seen to have more bytes than the limit.
 *
 * From Node's own stream: a web stream over it, which Hono's body limit reads, keeps 4 MB more resident.
 *
 * @returns `incomplete` where the sender went away before its end
 */
export async function readBody(
  message: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | 'too-large' | 'incomplete'> {
  if (Number(message.headers['content-length'] ?? 0) > maxBytes) return 'too-large';
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Not destroyed where it is too large: the connection is still needed for saying so.
    for await (const chunk of message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) return 'too-large';
      chunks.push(chunk);
    }
  } catch {
    return 'incomplete';
  }
  return Buffer.concat(chunks);
}
