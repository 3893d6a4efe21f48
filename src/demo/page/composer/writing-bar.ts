import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import { quoteText, thumbnail } from '../messages/quote.js';
import { summary } from '../messages/summary.js';
import type { OpenChat } from '../shell/open-chat.js';
import type { Store } from '../store.js';
import type { Speech } from '../words/speech.js';
import type { Drafts } from './drafts.js';

interface Parts {
  readonly store: Store;
  readonly speech: Speech;
  readonly open: OpenChat;
  readonly drafts: Drafts;
  readonly cancel: () => void;
}

/** Over the text: which message is answered or edited, and a way out. */
export function createWritingBar({ store, speech, open, drafts, cancel }: Parts): HTMLElement {
  const node = element('div', { class: 'writing-bar' });
  const draw = (): void => {
    const { words } = speech;
    const { replyTo, editing } = drafts.of(open.key);
    const id = editing ?? replyTo;
    const message = id === null ? undefined : store.message(open.key, id);
    node.hidden = message === undefined;
    if (message === undefined) return;
    const title = editing === null ? words.replyTo(message.from.name) : words.editing;
    const { cancel: name } = words;
    node.replaceChildren(
      icon(editing === null ? 'reply' : 'edit'),
      thumbnail(message) ?? '',
      quoteText(title, summary(message, words)),
      button({ class: 'icon-button', attributes: { 'aria-label': name, title: name } }, [icon('close')], cancel),
    );
  };
  drafts.on('changed', draw);
  open.on('changed', draw);
  speech.on('changed', draw);
  store.on('message', ({ message, isNew }) => {
    if (!isNew && message.chat === open.key) draw();
  });
  draw();
  return node;
}
