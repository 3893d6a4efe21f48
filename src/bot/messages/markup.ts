import { cut } from './cut.js';

/**
 * A name longer than this is shortened: nobody reads on, and lines stay lines. Most of ImageNet's labels, synonyms and
 * all, are within it.
 */
const NAME_LENGTH = 80;

/** What would break a line or turn the reading order of the rest of it, and halves of characters, which Telegram refuses. */
const UNWANTED = /[\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;
const GAPS = /[\s\p{Cc}]+/gu;

/** A text from outside as one line of whole characters. */
export function oneLine(text: string): string {
  return text.replaceAll(UNWANTED, '').replaceAll(GAPS, ' ').trim();
}

/** A label, model or command as one line of 1 to {@link NAME_LENGTH} UTF-16 units. Plain; a name of nothing visible is "?". */
export function shortName(name: string): string {
  return cut(oneLine(name), NAME_LENGTH) || '?';
}

/** Plain text as Telegram HTML (https://core.telegram.org/bots/api#html-style). */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A label, model or command as HTML. */
export function nameHtml(name: string): string {
  return escapeHtml(shortName(name));
}

export function bold(name: string): string {
  return `<b>${nameHtml(name)}</b>`;
}

/** Tapped, it is copied. For what is to be typed with a word after the command, which Telegram's own links leave out. */
export function code(text: string): string {
  return `<code>${nameHtml(text)}</code>`;
}

/**
 * The command that explains this class, as HTML. A label that `/explain` would read as a rank, or that is
 * too long to be typed, gives the command alone.
 *
 * @param command what `/explain` is called in the language of the sentence.
 */
export function explainCommand(label: string, command: string): string {
  const name = shortName(label);
  const typed = name === label && !/^\d+$/.test(name);
  return typed ? code(`/${command} ${name}`) : `/${command}`;
}

/** `@sorot_bot`, as HTML; Telegram makes it a link to a private chat. */
export function mention(bot: string): string {
  return `@${nameHtml(bot.replace(/^@/, ''))}`;
}

/** `/explain@sorot_bot`: the form that reaches a bot in every group. HTML; Telegram makes it a link. */
export function addressed(command: string, bot: string): string {
  return `/${command}${mention(bot)}`;
}
