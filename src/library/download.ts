import { mkdir, open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import pRetry, { AbortError } from 'p-retry';
import type { VisionError } from '../vision/vision-error.js';
import { isSystemError, refused } from './refused.js';
import { continues, request, totalOf, validatorOf } from './http-file.js';

/** What a download may take. */
export interface DownloadLimits {
  readonly bytes: number;
  /** Milliseconds in all. */
  readonly milliseconds: number;
  /** Milliseconds in which a connection must bring `leastBytes`, else it is given up. */
  readonly window: number;
  readonly leastBytes: number;
  /** How many times a connection that was given up or cut off is taken up again. */
  readonly retries: number;
  /** Milliseconds before the first of those; each further wait is twice as long. */
  readonly retryAfter: number;
}

export const DOWNLOAD_LIMITS: DownloadLimits = {
  // The largest file that is read.
  bytes: 640 * 2 ** 20,
  milliseconds: 2 * 60 * 60_000,
  // A telephone line brings twice that.
  window: 30_000,
  leastBytes: 64 * 2 ** 10,
  retries: 4,
  retryAfter: 500,
};

/** Who watches a download: bytes so far, and in all where the server says. */
export type DownloadWatcher = (bytes: number, total: number | null) => void;

export interface DownloadOptions {
  readonly limits: DownloadLimits;
  /** Whether http is allowed to this machine: for tests, which have no certificate. */
  readonly localHttp: boolean;
  readonly onProgress: DownloadWatcher;
  readonly signal: AbortSignal | undefined;
}

/** Answers after which another try may fare better: timeouts, too many requests, a file that is not what it was. */
const PASSING: readonly number[] = [206, 408, 416, 425, 429];

/** What is on the disk so far, and what tells whether it is still the same file on the server. */
interface Part {
  readonly bytes: number;
  readonly total: number | null;
  readonly validator: string | null;
}

const NOTHING: Part = { bytes: 0, total: null, validator: null };

/** One file on its way from a server, over as many connections as it takes. */
class Download {
  readonly #url: URL;
  readonly #file: string;
  readonly #options: DownloadOptions;
  #part = NOTHING;

  constructor(url: URL, file: string, options: DownloadOptions) {
    this.#url = url;
    this.#file = file;
    this.#options = options;
  }

  /** One connection: appends to what is there where the server can and has the same file still, else begins again. */
  async connect(ended: AbortSignal): Promise<void> {
    const slow = new AbortController();
    const { window, leastBytes } = this.#options.limits;
    let inWindow = 0;
    const timer = setInterval(() => {
      if (inWindow < leastBytes) slow.abort();
      inWindow = 0;
    }, window);
    try {
      const { body } = await this.#ask(AbortSignal.any([slow.signal, ended]));
      const chunks: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? [];
      const file = await open(this.#file, this.#part.bytes > 0 ? 'a' : 'w');
      try {
        for await (const chunk of chunks) {
          await file.writeFile(chunk);
          inWindow += chunk.length;
          this.#count(chunk.length);
        }
      } finally {
        await file.close();
      }
    } catch (error) {
      if (slow.signal.aborted) throw refused(`${this.#url.host} sends too little: the connection stalled.`, error);
      throw isSystemError(error) && ['open', 'write'].includes(error.syscall ?? '') ? new AbortError(error) : error;
    } finally {
      clearInterval(timer);
    }
    const { bytes, total } = this.#part;
    if (total === null || bytes === total) return;
    if (bytes < total) throw refused(`The connection to ${this.#url.host} was cut off.`);
    this.#part = NOTHING;
    throw refused(`${this.#url.host} sends more than the file has.`);
  }

  /** Sends the request, and decides from the answer where in the file what follows belongs. */
  async #ask(signal: AbortSignal): Promise<Response> {
    const headers = new Headers({ 'accept-encoding': 'identity' });
    const { bytes, validator, total: known } = this.#part;
    if (bytes > 0 && validator !== null) {
      headers.set('range', `bytes=${bytes}-`);
      headers.set('if-range', validator);
    }
    const response = await request(this.#url, headers, this.#options.localHttp, signal);
    if (continues(response, bytes, known)) return response;
    this.#part = NOTHING;
    if (response.status !== 200) {
      await response.body?.cancel();
      const error = refused(`The server ${this.#url.host} answered ${response.status}.`);
      throw response.status >= 500 || PASSING.includes(response.status) ? error : new AbortError(error);
    }
    if ((response.headers.get('content-encoding') ?? 'identity') !== 'identity') {
      throw new AbortError(refused(`${this.#url.host} sends the file compressed, against what was asked for.`));
    }
    const total = totalOf(response);
    if ((total ?? 0) > this.#options.limits.bytes) throw new AbortError(this.#tooLarge());
    this.#part = { bytes: 0, total, validator: validatorOf(response) };
    return response;
  }

  /** Counts what is on the disk. */
  #count(bytes: number): void {
    this.#part = { ...this.#part, bytes: this.#part.bytes + bytes };
    if (this.#part.bytes > this.#options.limits.bytes) throw new AbortError(this.#tooLarge());
    this.#options.onProgress(this.#part.bytes, this.#part.total);
  }

  #tooLarge(): VisionError {
    return refused(`The file is larger than ${this.#options.limits.bytes / 2 ** 20} MB.`);
  }
}

/** What the server calls the file, where that is a plain name: a model is called after it. */
function fileNameOf({ pathname }: URL): string {
  const name = basename(pathname);
  return /^\w[\w.-]{0,99}$/.test(name) ? name : 'model';
}

/**
 * Downloads a file into a folder. A connection that is cut off or stalls is taken up again where it stopped, if the
 * server can and the file is still the same; what is there of another file is thrown away.
 *
 * @returns the file's path
 * @throws VisionError `invalid-argument`, saying what is wrong; the signal's reason where that is aborted.
 */
export async function download(url: URL, folder: string, options: DownloadOptions): Promise<string> {
  const { limits, signal } = options;
  await mkdir(folder);
  const file = join(folder, fileNameOf(url));
  const overdue = AbortSignal.timeout(limits.milliseconds);
  const ended = AbortSignal.any(signal === undefined ? [overdue] : [overdue, signal]);
  const running = new Download(url, file, options);
  try {
    const { retries, retryAfter } = limits;
    await pRetry(() => running.connect(ended), { retries, minTimeout: retryAfter, signal: ended });
  } catch (error) {
    signal?.throwIfAborted();
    if (overdue.aborted) throw refused(`The download took longer than ${limits.milliseconds / 60_000} minutes.`, error);
    if ((error instanceof Error && error.name === 'VisionError') || isSystemError(error)) throw error;
    const cause = error instanceof Error ? error.cause : undefined;
    const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
    throw refused(`${url.host} cannot be reached, or the connection was cut off again and again${why}.`, error);
  }
  return file;
}
