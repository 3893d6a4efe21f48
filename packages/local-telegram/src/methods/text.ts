import type { Message, MessageEntity } from '../bot-api.js';
import { asCaption, asText, findEntities, trimmed, type Formatted } from '../entities.js';
import { badRequest } from '../errors.js';
import { parseHtml } from '../html.js';
import type { Payload } from '../payload.js';

const MAX_TEXT_LENGTH = 4096;
const MAX_CAPTION_LENGTH = 1024;

/**
 * A text field with its entities: given, or from HTML, and those Telegram finds by itself.
 *
 * @throws ApiFailure 400 where the format cannot be read
 */
function formatted(payload: Payload, field: string, entitiesField: string): Formatted {
  const source = payload.text(field);
  const mode = payload.text('parse_mode').toLowerCase();
  if (mode !== '' && mode !== 'html') {
    throw badRequest('unsupported parse_mode (of the formats, HTML alone is read here)');
  }
  const given = (payload.list(entitiesField) ?? []) as readonly MessageEntity[];
  const parsed = mode === 'html' ? parseHtml(source) : { text: source, entities: given };
  const short = trimmed(parsed);
  return { text: short.text, entities: findEntities(short.text, short.entities) };
}

/** @throws ApiFailure 400 for empty or too long text */
export function textOf(payload: Payload): Partial<Message> {
  const content = formatted(payload, 'text', 'entities');
  if (content.text === '') throw badRequest('message text is empty');
  if (content.text.length > MAX_TEXT_LENGTH) throw badRequest('message is too long');
  return asText(content);
}

/** @throws ApiFailure 400 for a caption that is too long */
export function captionOf(payload: Payload): Partial<Message> {
  const content = formatted(payload, 'caption', 'caption_entities');
  if (content.text.length > MAX_CAPTION_LENGTH) throw badRequest('message caption is too long');
  return asCaption(content);
}
