import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readFields } from './body.js';
import type { CallLog, LoggedCall, Outcome } from './calls.js';
import { ApiFailure, badRequest, usualFailure } from './errors.js';
import type { FaultKind, Faults } from './faults.js';
import { methodNamed, type Api } from './methods/index.js';
import { decodeFields, Payload, type Fields } from './payload.js';
import type { SendLimits } from './send-limits.js';

/** A connection stays open between calls for as long as at Telegram, so that none closes under a client's hand. */
const KEEP_ALIVE_MS = 75_000;

export interface ServerParts extends Api {
  readonly token: string;
  readonly calls: CallLog;
  readonly faults: Faults;
  readonly limits: SendLimits | undefined;
}

/** One request, and the way back. */
interface Exchange extends ServerParts {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** What a call is answered with where nothing goes wrong. */
interface Answer {
  readonly result: unknown;
  readonly type: 'application/json' | 'application/octet-stream';
  readonly body: Uint8Array;
}

const METHOD_PATH = /^\/bot([^/]*)\/([^/]+)$/;
const FILE_PATH = /^\/file\/bot([^/]*)\/(.+)$/;

/** The HTTP server of the local Bot API, not yet listening. */
export function createApiServer(parts: ServerParts): Server {
  return createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
    const exchange: Exchange = { ...parts, incoming, outgoing };
    serve(exchange).catch((error: unknown) => {
      refuse(exchange, asFailure(error));
    });
  });
}

async function serve(exchange: Exchange): Promise<void> {
  const { incoming, calls, faults } = exchange;
  const address = new URL(incoming.url ?? '/', 'http://localhost');
  const file = FILE_PATH.exec(address.pathname);
  const [, token, named = ''] = file ?? METHOD_PATH.exec(address.pathname) ?? [];
  if (token === undefined) throw usualFailure(404);
  if (token !== exchange.token) {
    throw usualFailure(401, token.includes(':') ? undefined : 'Unauthorized: invalid token specified');
  }
  const method = file === null ? (methodNamed(named)?.name ?? named) : 'file';
  const fields = file === null ? decodeFields(await readFields(incoming, address)) : { path: named };
  const call = calls.add(method, fields);
  const fault = faults.take(method, fields);
  try {
    await before(method, fault);
    if (fault !== undefined && 'drop' in fault && fault.drop === 'before') {
      incoming.socket.destroy();
    } else {
      const answer = file === null ? await resultOf(exchange, method, fields) : bytesOf(exchange, named);
      send(exchange, call, fault, answer);
    }
  } catch (error) {
    refuse(exchange, asFailure(error), call);
  }
}

async function resultOf(exchange: Exchange, name: string, fields: Fields): Promise<Answer> {
  const method = methodNamed(name);
  if (method === undefined) throw usualFailure(404, 'Not Found: method not found');
  const gone = new AbortController();
  exchange.outgoing.once('close', () => {
    if (!exchange.outgoing.writableFinished) gone.abort();
  });
  const payload = new Payload(fields);
  const chat = exchange.world.find(payload.integer('chat_id') ?? 0)?.chat;
  if (chat !== undefined) exchange.limits?.check(method.name, chat.id, payload);
  const result = await method.run(exchange, payload, gone.signal);
  return { result, type: 'application/json', body: Buffer.from(JSON.stringify({ ok: true, result })) };
}

function bytesOf({ world }: Exchange, path: string): Answer {
  const body = world.files.bytesAt(path);
  if (body === undefined) throw usualFailure(404);
  return { result: undefined, type: 'application/octet-stream', body };
}

/** What a fault does before the call takes effect. */
async function before(method: string, fault: FaultKind | undefined): Promise<void> {
  if (fault === undefined) return;
  if ('status' in fault) throw usualFailure(fault.status, fault.description, fault.retryAfter);
  if ('missing' in fault) {
    throw method === 'file' ? usualFailure(404) : badRequest('wrong file_id or the file is temporarily unavailable');
  }
  // The process need not live as long.
  if ('delayMs' in fault) await sleep(fault.delayMs, undefined, { ref: false });
  if ('hold' in fault) await (typeof fault.hold === 'function' ? fault.hold() : fault.hold);
}

/** Sends an answer, or what a fault leaves of it. */
function send(exchange: Exchange, call: LoggedCall, fault: FaultKind | undefined, answer: Answer): void {
  const { incoming, outgoing, calls } = exchange;
  const { result, type, body } = answer;
  if (fault !== undefined && 'drop' in fault) {
    calls.settle(call, { result });
    incoming.socket.destroy();
  } else if (fault !== undefined && ('brokenBody' in fault || 'truncate' in fault)) {
    calls.settle(call, { result });
    const chunked = 'brokenBody' in fault && fault.brokenBody === 'chunked';
    const length = 'truncate' in fault ? fault.truncate : Math.floor(body.length / 2);
    outgoing.writeHead(200, { 'content-type': type, ...(chunked ? {} : { 'content-length': body.length }) });
    outgoing.write(body.subarray(0, length), () => {
      outgoing.socket?.destroy();
    });
  } else {
    settleOnceSent(exchange, call, { status: 200, result });
    outgoing.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body);
  }
}

function refuse(exchange: Exchange, failure: ApiFailure, call?: LoggedCall): void {
  const { code, description, retryAfter, cause } = failure;
  if (call !== undefined) {
    const why = cause instanceof Error ? ` (${cause.message})` : '';
    settleOnceSent(exchange, call, { status: code, description: description + why });
  }
  const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
  exchange.outgoing
    .writeHead(code, {
      'content-type': 'application/json',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    })
    .end(JSON.stringify({ ok: false, error_code: code, description, ...parameters }));
}

/** A call counts as answered once the answer has left; where nobody is there to take it, it never is. */
function settleOnceSent({ outgoing, calls }: Exchange, call: LoggedCall, outcome: Outcome): void {
  const settle = () => {
    calls.settle(call, outgoing.writableFinished ? outcome : { ...outcome, status: 0 });
  };
  if (outgoing.destroyed) settle();
  else outgoing.once('close', settle);
}

function asFailure(error: unknown): ApiFailure {
  return error instanceof ApiFailure
    ? error
    : new ApiFailure(500, 'Internal Server Error', undefined, { cause: error });
}
