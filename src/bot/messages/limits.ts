/** What Telegram takes, in UTF-16 units after entities parsing (https://core.telegram.org/bots/api). */
export const MESSAGE_LIMIT = 4096;
export const CAPTION_LIMIT = 1024;
export const CALLBACK_ANSWER_LIMIT = 200;
export const COMMAND_DESCRIPTION_LIMIT = 256;
export const DESCRIPTION_LIMIT = 512;
export const SHORT_DESCRIPTION_LIMIT = 120;

/** Telegram names no limit for a button's text; a phone shows less than this. */
export const BUTTON_LIMIT = 64;

const ELLIPSIS = '…';

/** Where one character as people see it ends: an emoji of several code points is never torn. */
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** A tag, an entity, or a run of plain text. */
const TOKENS = /<(?<close>\/?)(?<tag>[a-z-]+)[^>]*>|&(?:[a-z]+|#\d+);|[^<&]+/g;

/**
 * Plain text of at most `limit` UTF-16 units; what is cut is cut after a whole character and ends in an ellipsis.
 *
 * @param limit 1 or more
 */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return wholeCharacters(text, limit - ELLIPSIS.length).trimEnd() + ELLIPSIS;
}

/**
 * Well-formed Telegram HTML of at most `limit` visible UTF-16 units. Tags and entities stay whole, and tags that were
 * open at the cut are closed.
 *
 * @param limit 1 or more
 */
export function cutHtml(html: string, limit: number): string {
  if (visibleLength(html) <= limit) return html;
  const open: string[] = [];
  let room = limit - ELLIPSIS.length;
  let kept = '';
  for (const { 0: token, groups } of html.matchAll(TOKENS)) {
    const tag = groups?.['tag'];
    if (tag !== undefined) {
      if (groups?.['close'] === '/') open.pop();
      else open.push(tag);
      kept += token;
      continue;
    }
    const length = visibleLength(token);
    if (length > room) {
      if (!token.startsWith('&')) kept += wholeCharacters(token, room).trimEnd();
      break;
    }
    kept += token;
    room -= length;
  }
  return (
    kept +
    ELLIPSIS +
    open
      .reverse()
      .map((tag) => `</${tag}>`)
      .join('')
  );
}

/** How many UTF-16 units of Telegram HTML are seen. */
export function visibleLength(html: string): number {
  return html.replaceAll(/<[^>]*>/g, '').replaceAll(/&(?:[a-z]+|#\d+);/g, '.').length;
}

/** The start of a text that is longer than `limit` units. */
function wholeCharacters(text: string, limit: number): string {
  // Whether the unit at `limit` belongs to a character that began before it is decided by its code point, of two units at
  // most: a long text is not read to its end.
  return text.slice(0, segmenter.segment(text.slice(0, limit + 2)).containing(limit)?.index);
}
