import type { MessageEntity } from './bot-api.js';
import { sorted } from './entities.js';
import { badRequest, type ApiFailure } from './errors.js';

const TYPES: Readonly<Record<string, MessageEntity['type'] | undefined>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  a: 'text_link',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
};

const NAMED: Readonly<Record<string, string | undefined>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

const START_TAG = /^<([^\s>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/;
const HREF = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))/i;

interface OpenTag {
  readonly name: string;
  readonly type: MessageEntity['type'];
  readonly offset: number;
  readonly href: string | undefined;
}

/**
 * Reads text in Telegram's HTML style, without its attributes but a link's address.
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
    if (rest.startsWith('</')) {
      const tag = /^<\/([^\s>]*)\s*>/.exec(rest);
      const last = open.pop();
      if (last === undefined) throw refusal('Unexpected end tag', source, at);
      const name = (tag?.[1] ?? '').toLowerCase();
      if (tag === null || (name !== '' && name !== last.name)) {
        throw refusal('Unmatched end tag', source, at, `, expected "</${last.name}>", found "</${name}>"`);
      }
      entities.push(...close(last, text));
      at += tag[0].length;
    } else if (rest.startsWith('<')) {
      const [length, tag] = startTag(source, at, text.length);
      open.push(tag);
      at += length;
    } else {
      const next = rest.indexOf('<');
      const plain = next === -1 ? rest : rest.slice(0, next);
      text += withoutReferences(plain);
      at += plain.length;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    throw badRequest(`can't parse entities: Can't find end tag corresponding to start tag "${unclosed.name}"`);
  }
  return { text, entities: sorted(entities) };
}

function startTag(source: string, at: number, offset: number): [length: number, tag: OpenTag] {
  const tag = START_TAG.exec(source.slice(at));
  if (tag === null) throw refusal('Unclosed start tag', source, at);
  const name = (tag[1] ?? '').toLowerCase();
  const type = TYPES[name];
  if (type === undefined) throw refusal(`Unsupported start tag "${name}"`, source, at);
  const href = HREF.exec(tag[2] ?? '');
  return [tag[0].length, { name, type, offset, href: href?.[1] ?? href?.[2] ?? href?.[3] }];
}

function close({ type, offset, href }: OpenTag, text: string): MessageEntity[] {
  const length = text.length - offset;
  if (length === 0) return [];
  if (type !== 'text_link') return [{ type, offset, length }];
  const url = href === undefined ? text.slice(offset) : withoutReferences(href);
  return /^(https?|tg|mailto|tel):/i.test(url) ? [{ type, offset, length, url }] : [];
}

/** Puts the characters in the place of `&lt;`, `&#60;` and `&#x3c;`; what is no reference stays. */
function withoutReferences(text: string): string {
  return text.replace(
    /&(?:([a-z]{2,4})|#x([0-9a-f]{1,6})|#(\d{1,7}));/gi,
    (whole: string, name?: string, hexadecimal?: string, decimal?: string) => {
      if (name !== undefined) return NAMED[name] ?? whole;
      const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function refusal(reason: string, source: string, at: number, more = ''): ApiFailure {
  const bytes = Buffer.byteLength(source.slice(0, at), 'utf8');
  return badRequest(`can't parse entities: ${reason} at byte offset ${bytes}${more}`);
}
