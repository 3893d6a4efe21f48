import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { finished } from 'node:stream/promises';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context } from 'hono';
import { readFields } from './body.js';
import type { ApiCall, CallLog, LoggedCall } from './calls.js';
import { ApiFailure, badRequest, usualFailure } from './errors.js';
import type { FaultKind, Faults } from './faults.js';
import { MAX_DRAIN_MS } from './limits.js';
import { methodNamed } from './methods/index.js';
import type { Api } from './methods/method.js';
import { decodeFields, Payload } from './payload.js';

/** A connection stays open between calls for as long as at Telegram, so that none closes under a client's hand. */
const KEEP_ALIVE_MS = 75_000;

export interface ServerParts extends Api {
  readonly token: string;
  readonly calls: CallLog;
  readonly faults: Faults;
  /** Aborted when everything ends. */
  readonly closing: AbortSignal;
}

type Request = Context<{ Bindings: HttpBindings }>;

/** The HTTP server of the local Bot API, not yet listening. */
export function createApiServer(parts: ServerParts): Server {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.all('/file/:bot/*', (context) => serveFile(parts, context));
  app.all('/:bot/:method', (context) => serveMethod(parts, context));
  app.notFound((context) => failed(context, usualFailure(404)));
  app.onError((error, context) => failed(context, asFailure(error)));
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

async function serveMethod(parts: ServerParts, context: Request): Promise<Response> {
  const { incoming, outgoing } = context.env;
  checkToken(parts, context);
  const name = context.req.param('method') ?? '';
  const method = methodNamed(name);
  const fields = await readBody(context);
  if (fields instanceof Response) {
    return fields;
  }
  const payload = new Payload(decodeFields(fields));
  const call = parts.calls.add(method?.name ?? name, payload.fields);
  const fault = parts.faults.take(call.method, payload.fields);
  try {
    await before(call.method, fault, parts.closing);
    if (fault !== undefined && 'drop' in fault && fault.drop === 'before') {
      return dropped(incoming);
    }
    if (method === undefined) {
      throw usualFailure(404, 'Not Found: method not found');
    }
    const result = await method.run(parts, payload, whenGone(outgoing));
    if (fault !== undefined && 'drop' in fault) {
      parts.calls.settle(call, { result });
      return dropped(incoming);
    }
    if (fault !== undefined && 'brokenBody' in fault) {
      parts.calls.settle(call, { result });
      return brokenOff(outgoing, Buffer.from(JSON.stringify({ ok: true, result })), fault.brokenBody);
    }
    settleOnceSent(parts, outgoing, call, { status: 200, result });
    return context.json({ ok: true, result });
  } catch (error) {
    return refuse(parts, context, call, asFailure(error));
  }
}

async function serveFile(parts: ServerParts, context: Request): Promise<Response> {
  const { incoming, outgoing } = context.env;
  checkToken(parts, context);
  const path = context.req.path.split('/').slice(3).join('/');
  const call = parts.calls.add('file', { path });
  const fault = parts.faults.take('file', { path });
  try {
    await before('file', fault, parts.closing);
    if (fault !== undefined && 'drop' in fault) {
      return dropped(incoming);
    }
    const bytes = parts.world.files.bytesAt(path);
    if (bytes === undefined) {
      throw usualFailure(404);
    }
    if (fault !== undefined && ('truncate' in fault || 'brokenBody' in fault)) {
      const [broken, length] = 'truncate' in fault ? [true as const, fault.truncate] : [fault.brokenBody, undefined];
      return brokenOff(outgoing, bytes, broken, length);
    }
    settleOnceSent(parts, outgoing, call, { status: 200, result: undefined });
    return context.body(new Uint8Array(bytes), 200, { 'content-type': 'application/octet-stream' });
  } catch (error) {
    return refuse(parts, context, call, asFailure(error));
  }
}

function checkToken(parts: ServerParts, context: Request): void {
  const bot = context.req.param('bot') ?? '';
  if (!bot.startsWith('bot')) {
    throw usualFailure(404);
  }
  const token = bot.slice(3);
  if (token !== parts.token) {
    throw usualFailure(401, token.includes(':') ? undefined : 'Unauthorized: invalid token specified');
  }
}

async function readBody(context: Request): Promise<Record<string, unknown> | Response> {
  try {
    return await readFields(context.env.incoming);
  } catch (error) {
    // A client that is still writing would meet a closed connection instead of the answer.
    await drained(context.env.incoming);
    context.header('connection', 'close');
    return failed(context, asFailure(error));
  }
}

/** Resolves once the rest of a body is read and forgotten, or after a while. */
async function drained(incoming: IncomingMessage): Promise<void> {
  incoming.resume();
  await finished(incoming, { signal: AbortSignal.timeout(MAX_DRAIN_MS) }).catch(() => undefined);
}

/** What a fault does before the call takes effect. */
async function before(method: string, fault: FaultKind | undefined, closing: AbortSignal): Promise<void> {
  if (fault === undefined) {
    return;
  }
  if ('status' in fault) {
    throw usualFailure(fault.status, fault.description, fault.retryAfter);
  }
  if ('missing' in fault) {
    throw method === 'file' ? usualFailure(404) : badRequest('wrong file_id or the file is temporarily unavailable');
  }
  if ('delayMs' in fault) {
    const { delayMs } = fault;
    let timer: NodeJS.Timeout | undefined;
    await unlessClosed(
      closing,
      new Promise((resolve) => {
        timer = setTimeout(resolve, delayMs);
      }),
    );
    clearTimeout(timer);
  }
  if ('hold' in fault) {
    await unlessClosed(closing, typeof fault.hold === 'function' ? fault.hold() : fault.hold);
  }
}

async function unlessClosed(closing: AbortSignal, wait: Promise<void>): Promise<void> {
  const waited = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const options = { signal: waited.signal };
      closing.addEventListener(
        'abort',
        () => {
          resolve();
        },
        options,
      );
      wait.then(resolve, reject);
    });
  } finally {
    waited.abort();
  }
}

function refuse(parts: ServerParts, context: Request, call: LoggedCall, failure: ApiFailure): Response {
  const cause = failure.cause instanceof Error ? ` (${failure.cause.message})` : '';
  const description = failure.description + cause;
  settleOnceSent(parts, context.env.outgoing, call, { status: failure.code, description });
  return failed(context, failure);
}

/** A call counts as answered once the answer has left; where nobody is there to take it, it never is. */
function settleOnceSent(
  parts: ServerParts,
  outgoing: ServerResponse,
  call: LoggedCall,
  outcome: Partial<Pick<ApiCall, 'status' | 'result' | 'description'>>,
): void {
  const settle = (status: number | undefined) => {
    outgoing.off('finish', sent);
    outgoing.off('close', gone);
    parts.calls.settle(call, { ...outcome, ...(status === undefined ? {} : { status }) });
  };
  const sent = () => {
    settle(undefined);
  };
  const gone = () => {
    settle(0);
  };
  if (outgoing.destroyed || outgoing.closed) {
    gone();
  } else {
    outgoing.once('finish', sent);
    outgoing.once('close', gone);
  }
}

function failed(context: Context, failure: ApiFailure): Response {
  const { code, description, retryAfter } = failure;
  const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
  return new Response(JSON.stringify({ ok: false, error_code: code, description, ...parameters }), {
    status: code,
    headers: {
      'content-type': 'application/json',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
      ...(context.res.headers.get('connection') === 'close' ? { connection: 'close' } : {}),
    },
  });
}

function asFailure(error: unknown): ApiFailure {
  return error instanceof ApiFailure
    ? error
    : new ApiFailure(500, 'Internal Server Error', undefined, { cause: error });
}

function dropped(incoming: IncomingMessage): Response {
  incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** Promises the whole body and sends a part of it. */
function brokenOff(
  outgoing: ServerResponse,
  body: Uint8Array,
  broken: true | 'chunked',
  length = Math.floor(body.length / 2),
): Response {
  outgoing.writeHead(200, {
    'content-type': 'application/json',
    ...(broken === 'chunked' ? {} : { 'content-length': body.length }),
  });
  outgoing.write(body.subarray(0, length), () => {
    outgoing.socket?.destroy();
  });
  return RESPONSE_ALREADY_SENT;
}

function whenGone(outgoing: ServerResponse): AbortSignal {
  const gone = new AbortController();
  outgoing.once('close', () => {
    gone.abort();
  });
  return gone.signal;
}
