import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { routes } from './http-routes.js';
import type { RouteOptions } from './http-routes.js';

export type { Readiness } from './http-routes.js';

export interface ServerOptions extends RouteOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Absent: every address of this machine. */
  readonly host?: string;
}

export interface HttpServer {
  /** The port it listens on. */
  readonly port: number;
  /** From here on updates are refused with 503, so that Telegram keeps them, and it is not ready. */
  stopAccepting(): void;
  /** Ends listening and every connection; answers in flight are given a moment. */
  close(): Promise<void>;
}

/** The port cannot be listened on. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  constructor(
    readonly code: 'port-taken' | 'cannot-listen',
    message: string,
    options: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Connections at a time: Telegram opens 40 by default, the rest is for health and metrics. */
const MAX_CONNECTIONS = 128;

/** Milliseconds that a request may take to arrive; an update is small. */
const ARRIVE_WITHIN = 10_000;

/** Milliseconds between two looks for requests that take longer. */
const CHECK_EVERY = 5_000;

/** Milliseconds that answers in flight are given when the server closes; none of them waits for work. */
const CLOSE_WITHIN = 1_000;

/**
 * Starts the server of health, readiness and metrics, and of updates in webhook mode.
 *
 * @throws ListenError `port-taken` or `cannot-listen`.
 */
export async function startServer(options: ServerOptions): Promise<HttpServer> {
  let stopping = false;
  const app = routes(options, () => stopping);
  // The rest of the process keeps Node's own Request and Response; probes that name no host are answered too.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false, hostname: 'localhost' });
  const server = createServer(
    { requestTimeout: ARRIVE_WITHIN, headersTimeout: ARRIVE_WITHIN, connectionsCheckingInterval: CHECK_EVERY },
    (request, response) => void listener(request, response),
  );
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, options.port, options.host);
  // Such as too many open files: the next connection may well come through.
  server.on('error', (error) => {
    options.log.error({ err: error }, 'a connection could not be taken');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('The server listens on no port.');
  options.log.info({ port: address.port, host: address.address }, 'listening');

  return {
    port: address.port,
    stopAccepting() {
      stopping = true;
    },
    async close() {
      stopping = true;
      await closed(server);
    },
  };
}

async function listen(server: Server, port: number, host: string | undefined): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const where = host === undefined ? `port ${port}` : `port ${port} of ${host}`;
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new ListenError('port-taken', `Another process listens on ${where}; set PORT to another.`, {
        cause: error,
      });
    }
    throw new ListenError('cannot-listen', `Cannot listen on ${where}; see PORT and HOST.`, { cause: error });
  }
}

/** Idle connections end now, the others after their answer, and what is still there after a moment is cut. */
function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      server.closeAllConnections();
    }, CLOSE_WITHIN);
    // An error here says that it was closed before.
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
