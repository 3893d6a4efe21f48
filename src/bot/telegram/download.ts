import fetch from 'node-fetch';
import type { RequestInit, Response } from 'node-fetch';
import { AnalysisError } from '../../analysis/reasons.js';
import { TelegramFailure } from './client.js';
import type { TelegramClient } from './client.js';
import { withRetries } from './retry.js';

/** Telegram gives bots files up to this size (Bot API, getFile); a local Bot API server would give more. */
export const MAX_FILE_BYTES = 20 * 2 ** 20;

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

/** What no second try would change. */
function finalAnswer(response: Response): AnalysisError | null {
  if (response.ok) return null;
  const { status } = response;
  const message = `The file was answered with status ${status}.`;
  if (status === 400 || status === 404) return new AnalysisError('photo-gone', message);
  if (status < 500 && status !== 429) return new AnalysisError('telegram', message);
  throw new Error(message);
}

async function fetchOnce(address: string, signal: AbortSignal): Promise<Uint8Array | AnalysisError> {
  // Its types know only the polyfill of a signal.
  const ended = signal as unknown as NonNullable<RequestInit['signal']>;
  const response = await fetch(address, { signal: ended, size: MAX_FILE_BYTES });
  const refused = finalAnswer(response);
  if (refused !== null) return refused;
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (!(error instanceof Error && 'type' in error && error.type === 'max-size')) throw error;
    return new AnalysisError('too-large', 'The file is larger than Telegram said it would be.');
  }
}

/**
 * Fetches a file of at most 20 MB by its file id.
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
    onRetry: () => undefined,
  }).catch((error: unknown) => {
    // The message of node-fetch holds the address; its type does not.
    const type = error instanceof Error && 'type' in error ? String(error.type) : 'no answer';
    return new AnalysisError('telegram', `The file could not be fetched (${type}).`);
  });
  if (fetched instanceof AnalysisError) throw fetched;
  return fetched;
}
