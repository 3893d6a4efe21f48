import type { Answers, Refused, Requests, Writing } from '../protocol.js';

/** Why a request came to nothing: what the server said, or that there was none to say anything. */
export type RefusalCode = Refused['error'] | 'unreachable';

const CODES: ReadonlySet<string> = new Set<Refused['error']>([
  'bad-request',
  'too-large',
  'empty-file',
  'unknown',
  'not-a-member',
  'busy',
  'no-map',
  'failed',
]);

/** The server did not do what was asked. */
export class RequestRefused extends Error {
  readonly code: RefusalCode;

  constructor(code: RefusalCode, options?: ErrorOptions) {
    super(`The request was refused: ${code}`, options);
    this.name = 'RequestRefused';
    this.code = code;
  }
}

export interface FilesToSend {
  readonly writing: Writing;
  readonly caption: string;
  readonly as: 'photo' | 'file';
  readonly files: readonly File[];
}

/**
 * Asks the server.
 *
 * @throws RequestRefused
 */
export async function ask<Path extends keyof Requests>(path: Path, body: Requests[Path]): Promise<Answers[Path]> {
  const answer = await post(path, JSON.stringify(body), { 'content-type': 'application/json' });
  return answer as Answers[Path];
}

/**
 * Sends one to ten files, as one album where they are several.
 *
 * @throws RequestRefused
 */
export async function sendFiles({ writing, caption, as, files }: FilesToSend): Promise<void> {
  const form = new FormData();
  form.append('chat', writing.chat);
  form.append('from', String(writing.from));
  if (writing.replyTo !== undefined) form.append('replyTo', String(writing.replyTo));
  if (caption !== '') form.append('caption', caption);
  form.append('as', as);
  for (const file of files) form.append('file', file, file.name);
  await post('/api/files', form);
}

async function post(path: string, body: BodyInit, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const response = await reach(path, { method: 'POST', body, headers });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;
  throw new RequestRefused(codeOf(answer));
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (cause) {
    throw new RequestRefused('unreachable', { cause });
  }
}

function codeOf(answer: unknown): RefusalCode {
  const error: unknown = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : undefined;
  return typeof error === 'string' && CODES.has(error) ? (error as Refused['error']) : 'failed';
}
