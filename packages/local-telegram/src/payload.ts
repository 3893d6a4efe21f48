import { isUpload } from './calls.js';
import { badRequest } from './errors.js';
import type { Upload } from './wire.js';

const INTEGERS = new Set([
  'chat_id',
  'from_chat_id',
  'user_id',
  'message_id',
  'message_thread_id',
  'offset',
  'limit',
  'timeout',
  'max_connections',
  'cache_time',
]);

const FLAGS = new Set([
  'allow_paid_broadcast',
  'disable_content_type_detection',
  'disable_notification',
  'drop_pending_updates',
  'has_spoiler',
  'protect_content',
  'return_bots',
  'show_alert',
  'show_caption_above_media',
]);

const STRUCTURES = new Set([
  'allowed_updates',
  'caption_entities',
  'commands',
  'entities',
  'link_preview_options',
  'media',
  'menu_button',
  'message_ids',
  'reply_markup',
  'reply_parameters',
  'scope',
]);

/**
 * Gives fields the types they have in JSON: in a form or an address everything is text. What cannot be read stays as
 * it came, for the method to refuse.
 */
export function decodeFields(fields: Record<string, unknown>): Record<string, unknown> {
  const decoded: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name !== 'method') {
      decoded[name] = typeof value === 'string' ? decode(name, value) : value;
    }
  }
  return decoded;
}

function decode(name: string, value: string): unknown {
  if (INTEGERS.has(name) && /^-?\d{1,16}$/.test(value)) {
    return Number(value);
  }
  if (FLAGS.has(name) && /^(true|false|1|0)$/i.test(value)) {
    return /^(true|1)$/i.test(value);
  }
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
    if (typeof value === 'string') {
      return value;
    }
    return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
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
    if (!this.has(name)) {
      return undefined;
    }
    return asObject(this.fields[name], title);
  }

  /** @throws ApiFailure 400 where the field is there and is no array */
  list(name: string, title = name.replaceAll('_', ' ')): readonly unknown[] | undefined {
    if (!this.has(name)) {
      return undefined;
    }
    const value = this.fields[name];
    if (typeof value === 'string') {
      throw badRequest(`can't parse ${title} JSON object`);
    }
    if (!Array.isArray(value)) {
      throw badRequest(`array expected as ${title}`);
    }
    return value as readonly unknown[];
  }

  /** The upload of a field, or the one its `attach://` address names. */
  upload(name: string): Upload | undefined {
    return this.uploadOf(this.fields[name]);
  }

  /** The upload that a value is or names. */
  uploadOf(value: unknown): Upload | undefined {
    const named = typeof value === 'string' && value.startsWith('attach://') ? this.fields[value.slice(9)] : value;
    return isUpload(named) ? named : undefined;
  }
}

/** @throws ApiFailure 400 where the value is no object */
export function asObject(value: unknown, title: string): Fields {
  if (typeof value === 'string') {
    throw badRequest(`can't parse ${title} JSON object`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badRequest(`object expected as ${title}`);
  }
  return value as Fields;
}
