import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { ListenError } from '../../http/http-server.js';
import type { Web } from './security.js';

export interface PageServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Streams of all pages, what they load, and some more. */
const MAX_CONNECTIONS = 128;

/** Milliseconds in which a request has to arrive whole: ten files of 20 MB, from this machine. */
const ARRIVE_WITHIN_MS = 60_000;

/** Ports that are tried after the first. */
const MORE_PORTS = 10;

const LAST_PORT = 65_535;

/**
 * Serves the page on loopback, on this port or, where it is taken, on the next that is free.
 *
 * @param port 0 takes any free one
 * @throws ListenError where none of them can be had
 */
export async function serveLocally(app: Hono<Web>, port: number): Promise<PageServer> {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false, hostname: 'localhost' });
  const server = createServer(
    { requestTimeout: ARRIVE_WITHIN_MS },
    (request, response) => void listener(request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, port);
  server.on('error', () => undefined);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The server listens on no port.');
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, first: number): Promise<void> {
  const last = first === 0 ? 0 : Math.min(first + MORE_PORTS, LAST_PORT);
  for (let port = first; ; port++) {
    server.listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      return;
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (taken && port < last) continue;
      const ports = first === last ? `port ${first}` : `any port from ${first} to ${last}`;
      throw new ListenError(
        taken ? 'port-taken' : 'cannot-listen',
        `The page cannot be opened on ${ports} of 127.0.0.1; set PORT to another.`,
        { cause: error },
      );
    }
  }
}
