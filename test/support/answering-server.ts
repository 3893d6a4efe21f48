import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawAnswer {
  readonly status?: number;
  readonly body: string;
}

export interface RawCall {
  readonly method: string;
  readonly body: string;
}

/** A server that answers each call of the Bot API as told: for answers that no local Telegram gives. */
export async function answeringServer(
  answer: (call: RawCall) => RawAnswer,
): Promise<{ readonly root: string; readonly calls: readonly RawCall[] }> {
  const calls: RawCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = { method: request.url?.split('/').at(-1) ?? '', body: Buffer.concat(chunks).toString() };
      calls.push(call);
      const { status = 200, body } = answer(call);
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { root: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}
