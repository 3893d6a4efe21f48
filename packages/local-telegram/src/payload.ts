import { FLAGS, INTEGERS, STRUCTURES } from './bot-api.js';
import { isUpload, type Upload } from './calls.js';
import { badRequest } from './errors.js';

/**
 * Gives fields the types they have in JSON: in a form or an address everything is text. What cannot be read stays as
 * it came, for the method to refuse. In a form of telegraf the method is a field too.
 */
export function decodeFields(fields: Fields): Record<string, unknown> {
  const given = Object.entries(fields).filter(([name]) => name !== 'method');
  return Object.fromEntries(
    given.map(([name, value]) => [name, typeof value === 'string' ? decode(name, value) : value]),
  );
}

function decode(name: string, value: string): unknown {
  if (INTEGERS.has(name) && /^-?\d{1,16}$/.test(value)) return Number(value);
  if (FLAGS.has(name) && /^(true|false|1|0)$/i.test(value)) return /^(true|1)$/i.test(value);
  if (STRUCTURES.has(name)) {
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }
  return value;
}

export type Fields = Readonly<Record<string, unknown>>;

/** The fields of one call, read by name and refused in Telegram's words where they have another type. */
export class Payload {
  constructor(readonly fields: Fields) {}

  has(name: string): boolean {
    const value = this.fields[name];
    return value !== undefined && value !== null && value !== '';
  }

  /** Text as it came; numbers count as text, as in a form. */
  text(name: string): string {
    const value = this.fields[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  }

  integer(name: string): number | undefined {
    const value = this.fields[name];
    return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
  }

  flag(name: string): boolean {
    return this.fields[name] === true;
  }

  /** @throws ApiFailure 400 where the field is there and is no object */
  object(name: string, title = name.replaceAll('_', ' ')): Fields | undefined {
    return this.has(name) ? asObject(this.fields[name], title) : undefined;
  }

  /** @throws ApiFailure 400 where the field is there and is no array */
  list(name: string): readonly unknown[] | undefined {
    if (!this.has(name)) return undefined;
    const value = this.fields[name];
    if (!Array.isArray(value)) throw badRequest(`can't parse ${name.replaceAll('_', ' ')} JSON object`);
    return value as readonly unknown[];
  }

  /** The upload that a value is or names, as `attach://` and the name of another field. */
  uploadOf(value: unknown): Upload | undefined {
    const named = typeof value === 'string' && value.startsWith('attach://') ? this.fields[value.slice(9)] : value;
    return isUpload(named) ? named : undefined;
  }
}

/** @throws ApiFailure 400 where the value is no object */
export function asObject(value: unknown, title: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(`can't parse ${title} JSON object`);
  }
  return value as Fields;
}
