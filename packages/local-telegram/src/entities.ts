import type { Message, MessageEntity } from './bot-api.js';

const PATTERNS: readonly { type: MessageEntity['type']; pattern: RegExp }[] = [
  { type: 'url', pattern: /\bhttps?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g },
  { type: 'bot_command', pattern: /(?<![\w/@.])\/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{2,31})?(?![\w/@])/g },
  { type: 'mention', pattern: /(?<![\w/@.])@[A-Za-z][A-Za-z0-9_]{3,31}(?!\w)/g },
];

/** Kinds of entity in which Telegram looks for nothing. */
const OPAQUE = new Set(['code', 'pre', 'text_link', 'text_mention']);

/** A text, and what is special in it. */
export interface Formatted {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

/** As a message has it for its text. */
export function asText({ text, entities }: Formatted): Partial<Message> {
  return { text, ...(entities.length === 0 ? {} : { entities }) };
}

/** As a message has it under its media; an empty one is none. */
export function asCaption({ text, entities }: Formatted): Partial<Message> {
  return text === '' ? {} : { caption: text, ...(entities.length === 0 ? {} : { caption_entities: entities }) };
}

/**
 * Adds the entities that Telegram finds by itself: commands, mentions and addresses.
 *
 * @param given those that are there already; nothing is found inside code or links
 */
export function findEntities(text: string, given: readonly MessageEntity[] = []): MessageEntity[] {
  const found = [...given];
  for (const { type, pattern } of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const entity = { type, offset: match.index, length: match[0].length };
      if (!found.some((other) => isInTheWay(other, entity))) found.push(entity);
    }
  }
  return sorted(found);
}

/** By place, the longer first, as Telegram sends them. */
export function sorted(entities: readonly MessageEntity[]): MessageEntity[] {
  return [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
}

/** Takes the white space around a text away, as Telegram does, and moves the entities with it. */
export function trimmed({ text, entities }: Formatted): Formatted {
  const short = text.trim();
  const shift = text.length - text.trimStart().length;
  const moved = entities.flatMap((entity) => {
    const start = Math.max(0, entity.offset - shift);
    const end = Math.min(short.length, entity.offset + entity.length - shift);
    return end > start ? [{ ...entity, offset: start, length: end - start }] : [];
  });
  return { text: short, entities: moved };
}

function isInTheWay(other: MessageEntity, entity: MessageEntity): boolean {
  const overlaps = other.offset < entity.offset + entity.length && entity.offset < other.offset + other.length;
  return overlaps && (OPAQUE.has(other.type) || PATTERNS.some(({ type }) => type === other.type));
}
