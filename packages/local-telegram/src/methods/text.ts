import { findEntities, trimmed } from '../entities.js';
import { badRequest } from '../errors.js';
import { parseHtml } from '../html.js';
import { MAX_CAPTION_LENGTH, MAX_TEXT_LENGTH } from '../limits.js';
import { Payload } from '../payload.js';
import type { MessageEntity } from '../wire.js';

interface Formatted {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

/**
 * A text field with its entities: given, or from HTML, and those Telegram finds by itself.
 *
 * @throws ApiFailure 400 where the format cannot be read
 */
function formatted(payload: Payload, field: string, entitiesField: string): Formatted {
  const source = payload.text(field);
  const mode = payload.text('parse_mode').toLowerCase();
  if (mode !== '' && mode !== 'html') {
    // The bot that this stands in for writes HTML only; the two Markdown styles are not read.
    throw badRequest('unsupported parse_mode');
  }
  const given = (payload.list(entitiesField) ?? []) as readonly MessageEntity[];
  const parsed = mode === 'html' ? parseHtml(source) : { text: source, entities: [...given] };
  const short = trimmed(parsed.text, parsed.entities);
  return { text: short.text, entities: findEntities(short.text, short.entities) };
}

/** @throws ApiFailure 400 for empty or too long text */
export function textOf(payload: Payload): { text: string; entities?: readonly MessageEntity[] } {
  const { text, entities } = formatted(payload, 'text', 'entities');
  if (text === '') {
    throw badRequest('message text is empty');
  }
  if (text.length > MAX_TEXT_LENGTH) {
    throw badRequest('message is too long');
  }
  return { text, ...(entities.length === 0 ? {} : { entities }) };
}

/** @throws ApiFailure 400 for a caption that is too long */
export function captionOf(payload: Payload): { caption?: string; caption_entities?: readonly MessageEntity[] } {
  const { text, entities } = formatted(payload, 'caption', 'caption_entities');
  if (text.length > MAX_CAPTION_LENGTH) {
    throw badRequest('message caption is too long');
  }
  if (text === '') {
    return {};
  }
  return { caption: text, ...(entities.length === 0 ? {} : { caption_entities: entities }) };
}
