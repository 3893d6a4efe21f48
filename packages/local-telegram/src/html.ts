import { sorted } from './entities.js';
import { badRequest } from './errors.js';
import type { MessageEntity } from './wire.js';

const TYPES: Partial<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  'tg-emoji': 'custom_emoji',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
};

const NAMED: Partial<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

interface OpenTag {
  readonly name: string;
  readonly type: string;
  readonly offset: number;
  readonly attributes: Partial<Record<string, string>>;
}

/**
 * Reads text in Telegram's HTML style.
 *
 * @throws ApiFailure 400 "can't parse entities: ..." with Telegram's reason
 */
export function parseHtml(source: string): { text: string; entities: MessageEntity[] } {
  const open: OpenTag[] = [];
  const entities: MessageEntity[] = [];
  let text = '';
  let at = 0;
  while (at < source.length) {
    const rest = source.slice(at);
    if (rest.startsWith('&')) {
      const { character, length } = characterReference(rest);
      text += character;
      at += length;
    } else if (rest.startsWith('</')) {
      const tag = /^<\/([^\s>]*)\s*>/.exec(rest);
      const last = open.pop();
      if (last === undefined) {
        throw refusal(`Unexpected end tag at byte offset ${byteOffset(source, at)}`);
      }
      const name = (tag?.[1] ?? '').toLowerCase();
      if (tag === null || (name !== '' && name !== last.name)) {
        throw refusal(
          `Unmatched end tag at byte offset ${byteOffset(source, at)}, expected "</${last.name}>", found "</${name}>"`,
        );
      }
      entities.push(...close(last, text));
      at += tag[0].length;
    } else if (rest.startsWith('<')) {
      const tag = startTag(source, at, text.length);
      open.push(tag.opened);
      at += tag.length;
    } else {
      const next = /[<&]/.exec(rest)?.index ?? rest.length;
      text += rest.slice(0, next);
      at += next;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    throw refusal(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  }
  return { text, entities: sorted(withLanguages(entities)) };
}

function startTag(source: string, at: number, offset: number): { opened: OpenTag; length: number } {
  const tag = /^<([^\s>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/.exec(source.slice(at));
  if (tag === null) {
    throw refusal(`Unclosed start tag at byte offset ${byteOffset(source, at)}`);
  }
  const name = (tag[1] ?? '').toLowerCase();
  const attributes = readAttributes(tag[2] ?? '');
  const type = name === 'span' && attributes['class'] === 'tg-spoiler' ? 'spoiler' : TYPES[name];
  if (type === undefined) {
    if (name === 'span') {
      throw refusal(`Tag "span" must have class "tg-spoiler" at byte offset ${byteOffset(source, at)}`);
    }
    throw refusal(`Unsupported start tag "${name}" at byte offset ${byteOffset(source, at)}`);
  }
  return { opened: { name, type, offset, attributes }, length: tag[0].length };
}

function readAttributes(source: string): Partial<Record<string, string>> {
  const attributes: Partial<Record<string, string>> = {};
  for (const match of source.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/g)) {
    const value = match[2] ?? match[3] ?? match[4] ?? '';
    attributes[(match[1] ?? '').toLowerCase()] = value.replace(/&[^;]{1,10};/g, (reference) => {
      return characterReference(reference).character;
    });
  }
  return attributes;
}

function close(tag: OpenTag, text: string): MessageEntity[] {
  const range = { offset: tag.offset, length: text.length - tag.offset };
  if (range.length === 0) {
    return [];
  }
  if (tag.type === 'text_link') {
    const url = tag.attributes['href'] ?? text.slice(tag.offset);
    return /^(https?|tg|mailto|tel):/i.test(url) ? [{ type: 'text_link', ...range, url }] : [];
  }
  if (tag.type === 'custom_emoji') {
    return [{ type: 'custom_emoji', ...range, custom_emoji_id: tag.attributes['emoji-id'] ?? '' }];
  }
  if (tag.type === 'blockquote' && 'expandable' in tag.attributes) {
    return [{ type: 'expandable_blockquote', ...range }];
  }
  const language = /^language-(.+)$/.exec(tag.attributes['class'] ?? '')?.[1];
  return [{ type: tag.type, ...range, ...(tag.type === 'code' && language !== undefined ? { language } : {}) }];
}

/** `<pre><code class="language-x">` is one entity, and code alone has no language. */
function withLanguages(entities: readonly MessageEntity[]): MessageEntity[] {
  const merged: MessageEntity[] = [];
  for (const entity of entities) {
    const inner = entities.find(
      (other) => other.type === 'code' && other.offset === entity.offset && other.length === entity.length,
    );
    const outer = entities.find(
      (other) => other.type === 'pre' && other.offset === entity.offset && other.length === entity.length,
    );
    if (entity.type === 'pre' && inner?.language !== undefined) {
      merged.push({ ...entity, language: inner.language });
    } else if (entity.type !== 'code') {
      merged.push(entity);
    } else if (outer === undefined) {
      merged.push({ type: 'code', offset: entity.offset, length: entity.length });
    }
  }
  return merged;
}

function characterReference(source: string): { character: string; length: number } {
  const named = /^&([a-z]{2,4});/.exec(source);
  const character = named === null ? undefined : NAMED[named[1] ?? ''];
  if (named !== null && character !== undefined) {
    return { character, length: named[0].length };
  }
  const numbered = /^&#(?:x([0-9a-f]{1,6})|(\d{1,7}));/i.exec(source);
  if (numbered !== null) {
    const code = numbered[1] === undefined ? Number(numbered[2]) : Number.parseInt(numbered[1], 16);
    if (code > 0 && code <= 0x10ffff) {
      return { character: String.fromCodePoint(code), length: numbered[0].length };
    }
  }
  return { character: '&', length: 1 };
}

function byteOffset(source: string, at: number): number {
  return Buffer.byteLength(source.slice(0, at), 'utf8');
}

function refusal(reason: string): Error {
  return badRequest(`can't parse entities: ${reason}`);
}
