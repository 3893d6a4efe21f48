import type { MessageEntity } from './bot-api.js';
import { sorted, type Formatted } from './entities.js';
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

/** An end tag; a start tag and its attributes; text; or a `<` that begins none of them. */
const TOKEN = /<\/([^\s>]*)\s*>|<([^\s>]*)((?:[^>"']|"[^"]*"|'[^']*')*)>|[^<]+|</g;
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
export function parseHtml(source: string): Formatted {
  const open: OpenTag[] = [];
  const entities: MessageEntity[] = [];
  let text = '';
  for (const { 0: token, 1: ended, 2: started, 3: attributes = '', index } of source.matchAll(TOKEN)) {
    if (ended !== undefined) {
      const last = open.pop();
      if (last === undefined) throw refusal('Unexpected end tag', source, index);
      const name = ended.toLowerCase();
      if (name !== '' && name !== last.name) {
        throw refusal('Unmatched end tag', source, index, `, expected "</${last.name}>", found "</${name}>"`);
      }
      entities.push(...close(last, text));
    } else if (started !== undefined) {
      const name = started.toLowerCase();
      const type = TYPES[name];
      if (type === undefined) throw refusal(`Unsupported start tag "${name}"`, source, index);
      const href = HREF.exec(attributes);
      open.push({ name, type, offset: text.length, href: href?.[1] ?? href?.[2] ?? href?.[3] });
    } else if (token === '<') {
      throw refusal('Unclosed start tag', source, index);
    } else {
      text += withoutReferences(token);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    throw badRequest(`can't parse entities: Can't find end tag corresponding to start tag "${unclosed.name}"`);
  }
  return { text, entities: sorted(entities) };
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
