import { AbortError } from 'p-retry';
import { refused } from './refused.js';

const MOST_REDIRECTS = 5;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

function isTrusted({ protocol, hostname }: URL, localHttp: boolean): boolean {
  return protocol === 'https:' || (localHttp && protocol === 'http:' && LOOPBACK.includes(hostname));
}

/**
 * A text as an address, or null where it is none.
 *
 * @throws VisionError `invalid-argument` for addresses that are not downloaded from.
 */
export function addressOf(text: string, localHttp: boolean): URL | null {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && isTrusted(url, localHttp)) return url;
  throw refused('Only https addresses are downloaded from.');
}

/**
 * Asks for a file. Redirections are followed here: each address on the way must be one that is downloaded from.
 *
 * @throws AbortError with a VisionError where another try would end the same.
 */
export async function request(from: URL, headers: Headers, localHttp: boolean, signal: AbortSignal): Promise<Response> {
  let url = from;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const response = await fetch(url, { signal, headers, redirect: 'manual' });
    const location = response.headers.get('location');
    if (!REDIRECTS.includes(response.status) || location === null) return response;
    await response.body?.cancel();
    if (!URL.canParse(location, url.href)) throw new AbortError(refused(`${url.host} leads on to no address.`));
    url = new URL(location, url);
    if (!isTrusted(url, localHttp)) {
      throw new AbortError(refused(`${from.host} leads on to an address without https.`));
    }
  }
  throw new AbortError(refused(`${from.host} leads on more than ${MOST_REDIRECTS} times.`));
}

function numberIn(text: string | null | undefined): number | null {
  return text !== null && text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** Bytes of the file in all, where the server says. */
export function totalOf({ headers }: Response): number | null {
  return numberIn(headers.get('content-length'));
}

/** The entity tag, or the date of the last change: what `If-Range` takes (RFC 9110, section 13.1.5). */
export function validatorOf({ headers }: Response): string | null {
  const tag = headers.get('etag');
  return tag !== null && !tag.startsWith('W/') ? tag : headers.get('last-modified');
}

/** Whether an answer goes on exactly where so many bytes end, in a file of the same length. */
export function continues({ status, headers }: Response, bytes: number, known: number | null): boolean {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '') ?? [];
  const sameTotal = known === null || numberIn(total) === null || numberIn(total) === known;
  return status === 206 && Number(start) === bytes && sameTotal;
}
