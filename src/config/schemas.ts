import * as v from 'valibot';
import { findModel } from '../models.js';
import { METHODS, methodWord } from '../vision/cam/methods.js';
import { VisionError } from '../vision/vision-error.js';
import { EXPECTED_RANGE, parsePixelRange } from '../vision/pixel-range.js';

/** Numbers written with digits only; no `1e3`, no `0x10`, no `5s`. */
export function wholeNumber(least: number, most: number) {
  return v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number), v.minValue(least), v.maxValue(most));
}

/** One of these words, whatever its case. */
export function oneOf<const Word extends string>(words: readonly Word[]) {
  return v.pipe(
    v.string(),
    v.transform((text) => text.toLowerCase()),
    v.picklist(words),
  );
}

export function method() {
  return v.pipe(v.string(), v.transform(methodWord), v.picklist(METHODS));
}

export function onOrOff() {
  return v.pipe(
    v.string(),
    v.transform((text) => text.toLowerCase()),
    v.picklist(['on', 'off', 'true', 'false', '1', '0', 'yes', 'no']),
    v.transform((word) => ['on', 'true', '1', 'yes'].includes(word)),
  );
}

/** Telegram's ids, separated by commas or spaces; those of groups are negative. */
export function ids(allowed: 'people' | 'chats') {
  const id = v.pipe(v.string(), v.regex(allowed === 'people' ? /^[1-9]\d{0,15}$/ : /^-?[1-9]\d{0,15}$/));
  return v.pipe(
    v.string(),
    v.transform((text) => text.split(/[\s,]+/).filter((part) => part !== '')),
    v.array(v.pipe(id, v.transform(Number), v.safeInteger())),
    v.minLength(1),
    v.transform((numbers): ReadonlySet<number> => new Set(numbers)),
  );
}

/** `lo,hi`, two different numbers, the name of a preprocessing, or `mean/deviation`. */
export function range() {
  return v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const parsed = parsePixelRange(dataset.value);
      if (parsed !== null) return parsed;
      addIssue({ message: `Expected ${EXPECTED_RANGE}` });
      return NEVER;
    }),
  );
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Ports that Telegram calls webhooks on; '' is 443. */
const WEBHOOK_PORTS = ['', '80', '88', '8443'];

function url() {
  return v.pipe(
    v.string(),
    v.check((text) => URL.canParse(text)),
    v.transform((text) => new URL(text)),
    v.check(({ username, password, hash }) => username === '' && password === '' && hash === ''),
  );
}

/** An address that Telegram can call, or one on this machine. */
export function webhookUrl(reserved: readonly string[], defaultPath: string) {
  return v.pipe(
    url(),
    v.check(({ protocol, hostname, port }) =>
      LOOPBACK.test(hostname)
        ? protocol === 'http:' || protocol === 'https:'
        : protocol === 'https:' && WEBHOOK_PORTS.includes(port),
    ),
    v.transform((address) => {
      if (address.pathname === '/') address.pathname = defaultPath;
      return address;
    }),
    v.check(({ pathname }) => !reserved.includes(pathname)),
  );
}

/** An http or https address without a slash at its end. */
export function apiRoot() {
  return v.pipe(
    url(),
    v.check(({ protocol, href }) => ['http:', 'https:'].includes(protocol) && !href.includes('?')),
    v.transform(({ href }) => href.replace(/\/+$/, '')),
  );
}

/** The address of a Redis, perhaps with a user, a password and the number of a database. */
export function redisUrl() {
  return v.pipe(v.string(), v.check(isRedisUrl));
}

function isRedisUrl(text: string): boolean {
  try {
    const { protocol, hostname, pathname, hash, username, password } = new URL(text);
    // These are percent-encoded, or the connection could not be made.
    decodeURIComponent(username + password);
    return /^rediss?:$/.test(protocol) && hostname !== '' && /^(?:\/\d{0,4})?$/.test(pathname) && hash === '';
  } catch {
    return false;
  }
}

export function matching(pattern: RegExp) {
  return v.pipe(v.string(), v.regex(pattern));
}

/** A model that is there. */
export function model() {
  return v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return findModel(dataset.value);
      } catch (error) {
        if (!(error instanceof VisionError)) throw error;
        addIssue({ message: error.message });
        return NEVER;
      }
    }),
  );
}
