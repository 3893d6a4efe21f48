import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import { readBody } from '../../read-body.js';
import { CHAT_KEYS } from '../cast.js';
import { RefusedError } from '../errors.js';
import type { FaultName, Requests } from '../protocol.js';

/** The longest text, of 4096 characters, with every one of them escaped. */
const MAX_JSON_BYTES = 64 * 1024;

/** Telegram's limits. */
const MAX_TEXT = 4096;
const MAX_CALLBACK_DATA = 64;

/** A class's name; classifiers have them up to 200 characters. */
const MAX_LABEL = 200;

const FAULT_NAMES = [
  'crash',
  'deadline',
  'memory',
  'off',
  'rate-limit',
  'slow-file',
  'file-gone',
  'unreachable',
] as const satisfies readonly FaultName[];

const chat = v.picklist(CHAT_KEYS);
const id = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const text = v.pipe(v.string(), v.regex(/\S/), v.maxLength(MAX_TEXT));
const language = v.picklist(['en', 'id']);
const writing = { chat, from: id, replyTo: v.exactOptional(id) };

/** What each request's body has to be. */
export const BODIES = {
  '/api/text': v.strictObject({ ...writing, text }),
  '/api/example': v.strictObject({ ...writing, name: v.string() }),
  '/api/press': v.strictObject({ chat, from: id, id, data: v.pipe(v.string(), v.maxLength(MAX_CALLBACK_DATA)) }),
  '/api/language': v.strictObject({ person: id, language }),
  '/api/group': v.strictObject({ privacy: v.exactOptional(v.boolean()), botIsAdmin: v.exactOptional(v.boolean()) }),
  '/api/fault': v.strictObject({ name: v.nullable(v.picklist(FAULT_NAMES)) }),
  '/api/map': v.strictObject({ chat, photo: id, label: v.exactOptional(v.pipe(v.string(), v.maxLength(MAX_LABEL))) }),
} as const satisfies { readonly [Path in keyof Requests]: v.GenericSchema<unknown, Requests[Path]> };

const whole = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number), id);

/** The fields of the form that files come with. */
export const FORM = v.strictObject({
  chat,
  from: whole,
  replyTo: v.exactOptional(whole),
  caption: v.exactOptional(v.string()),
  as: v.picklist(['photo', 'file']),
});

/** @throws RefusedError `bad-request` or `too-large` */
export async function jsonBody<S extends v.GenericSchema>(
  request: IncomingMessage,
  schema: S,
): Promise<v.InferOutput<S>> {
  // A form of another website can send text, but not this type.
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new RefusedError('bad-request', 'The body is not said to be JSON.');
  }
  const body = await readBody(request, MAX_JSON_BYTES);
  if (body === 'too-large') throw new RefusedError('too-large', 'The body is too large.');
  if (body === 'incomplete') throw new RefusedError('bad-request', 'The body broke off.');
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch (error) {
    throw new RefusedError('bad-request', 'The body is no JSON.', { cause: error });
  }
  return checked(schema, value);
}

/** @throws RefusedError `bad-request` */
export function checked<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw new RefusedError('bad-request', result.issues.map(({ message }) => message).join('; '));
}
