import type { MessageView } from '../../protocol.js';
import { element } from '../dom/element.js';
import { summary } from '../messages/summary.js';
import type { Store } from '../store.js';
import type { Speech } from '../words/speech.js';

const MAX_SPOKEN = 200;

/** Reads new messages of others out to screen readers, whichever chat is open. */
export function createAnnouncer(store: Store, speech: Speech): HTMLElement {
  const node = element('div', { class: 'visually-hidden', attributes: { 'aria-live': 'polite' } });
  store.on('message', ({ message, isNew }) => {
    if (!isNew || store.isOwn(message)) return;
    node.replaceChildren(element('p', {}, spoken(message, speech)));
  });
  return node;
}

function spoken(message: MessageView, speech: Speech): string {
  return `${message.from.name}: ${summary(message, speech.words)}`.slice(0, MAX_SPOKEN);
}
