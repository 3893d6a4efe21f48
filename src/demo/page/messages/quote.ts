import type { MessageView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import type { Speech } from '../words/speech.js';
import type { MessageActions } from './message-actions.js';
import { summary } from './summary.js';

/** The message that is answered, in short; a click leads to it. Null is one that was deleted. */
export function quote(quoted: MessageView | null, speech: Speech, actions: MessageActions): HTMLElement {
  const { words } = speech;
  if (quoted === null) return element('p', { class: 'quote gone' }, words.deletedMessage);
  const line = summary(quoted, words);
  return button(
    { class: 'quote', attributes: { 'aria-label': words.inReplyTo(quoted.from.name, line) } },
    [thumbnail(quoted), quoteText(quoted.from.name, line)],
    () => {
      actions.jumpTo(quoted.id);
    },
  );
}

/** A small picture of what a message shows, where it shows one. */
export function thumbnail({ photo, document: file }: MessageView): HTMLElement | null {
  const url = photo?.url ?? (file?.image === true ? file.url : undefined);
  if (url === undefined) return null;
  const image = element('img', { class: 'quote-picture', attributes: { alt: '', src: url, draggable: 'false' } });
  image.addEventListener('error', () => {
    image.remove();
  });
  return image;
}

/** Name over line, as previews have it. */
export function quoteText(name: string, line: string): HTMLElement {
  return element(
    'span',
    { class: 'quote-text' },
    element('span', { class: 'quote-name' }, name),
    element('span', { class: 'quote-line' }, line),
  );
}
