import { Agent as HttpAgent, get as httpGet } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';
import { AnalysisError } from '../../analysis/reasons.js';
import { MAX_FILE_BYTES } from '../../limits.js';
import { readBody } from '../../read-body.js';
import { TelegramFailure } from './client.js';
import type { TelegramClient } from './client.js';
import { withRetries } from './retry.js';

/** Where files are fetched from. The address holds the token: it is neither logged nor put into an error. */
export interface FileRoot {
  readonly apiRoot: string;
  readonly token: string;
}

function refusal(failure: TelegramFailure): AnalysisError {
  if (/too big/i.test(failure.description)) return new AnalysisError('too-large', failure.message);
  if (failure.code === 'refused') return new AnalysisError('photo-gone', failure.message);
  return new AnalysisError('telegram', failure.message);
}

/** Connections to Telegram's files are kept for the next one: a new one costs several round trips. */
const AGENT_OPTIONS = { keepAlive: true, maxSockets: 8 } as const;
const HTTP_AGENT = new HttpAgent(AGENT_OPTIONS);
const HTTPS_AGENT = new HttpsAgent(AGENT_OPTIONS);

/** A connection on which nothing comes for so long is dead; the next try gets another. */
const IDLE_MS = 8000;

function open(address: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { signal, timeout: IDLE_MS };
    const request = address.startsWith('https:')
      ? httpsGet(address, { ...options, agent: HTTPS_AGENT }, resolve)
      : httpGet(address, { ...options, agent: HTTP_AGENT }, resolve);
    request.on('timeout', () => {
      request.destroy(new Error('Nothing came for too long.'));
    });
    // Not once: a second error that nobody listens to would end the process.
    request.on('error', reject);
  });
}

/** What no second try would change. */
function finalAnswer(status: number): AnalysisError | null {
  if (status === 200) return null;
  const message = `The file was answered with status ${status}.`;
  if (status === 400 || status === 404) return new AnalysisError('photo-gone', message);
  if (status < 500 && status !== 429) return new AnalysisError('telegram', message);
  throw new Error(message);
}

/**
 * Not by node-fetch, which telegraf uses: its second version never notices that a body with a stated length broke off,
 * and nothing but the deadline would end the wait.
 */
async function fetchOnce(address: string, signal: AbortSignal): Promise<Uint8Array | AnalysisError> {
  const response = await open(address, signal);
  try {
    const refused = finalAnswer(response.statusCode ?? 0);
    if (refused !== null) return refused;
    const body = await readBody(response, MAX_FILE_BYTES);
    if (body === 'too-large') return new AnalysisError('too-large', 'The file is larger than Telegram said.');
    if (body === 'incomplete') throw new Error('The file broke off.');
    return body;
  } finally {
    // One that was read to its end has given its connection back and is not touched by this.
    response.destroy();
  }
}

/**
 * Fetches a file by its file id.
 *
 * @throws AnalysisError `too-large`, `photo-gone` or `telegram`.
 */
export async function download(
  client: TelegramClient,
  root: FileRoot,
  fileId: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const file = await client.call('getFile', { file_id: fileId }, signal).catch((error: unknown) => {
    throw error instanceof TelegramFailure ? refusal(error) : error;
  });
  if (file.file_path === undefined) throw new AnalysisError('photo-gone', 'Telegram names no path for the file.');
  const address = `${root.apiRoot}/file/bot${root.token}/${file.file_path}`;
  const fetched = await withRetries((ended) => fetchOnce(address, ended), {
    repeatable: true,
    signal,
    timeout: Infinity,
    onRetry: () => undefined,
  }).catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
    return new AnalysisError('telegram', `The file could not be fetched (${why}).`);
  });
  if (fetched instanceof AnalysisError) throw fetched;
  return fetched;
}
