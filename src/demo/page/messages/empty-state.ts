import type { ExampleView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { lamp } from '../dom/icons.js';
import type { OpenChat } from '../shell/open-chat.js';
import type { Store } from '../store.js';
import type { Speech } from '../words/speech.js';

export interface EmptyParts {
  readonly store: Store;
  readonly speech: Speech;
  readonly open: OpenChat;
  readonly start: () => void;
  readonly sendExample: (example: ExampleView) => void;
}

/** What an empty chat shows: what the bot is, and the shortest way to see it work. */
export function createEmptyState(parts: EmptyParts): HTMLElement {
  const { store, speech, open } = parts;
  const node = element('section', { class: 'empty' });
  const draw = (): void => {
    node.replaceChildren(...(open.key === 'private' ? privateHints(parts) : groupHints(parts, open.key)));
  };
  for (const event of ['hello', 'people'] as const) store.on(event, draw);
  open.on('changed', draw);
  speech.on('changed', draw);
  return node;
}

function privateHints({ store, speech, start, sendExample }: EmptyParts): Node[] {
  const { words } = speech;
  const { name, description } = store.bot;
  return [
    lamp(),
    element('h2', {}, name),
    element('p', { class: 'description' }, description),
    button({ class: 'primary' }, [words.start], start),
    element('h3', {}, words.tryPicture),
    examples(store, speech, sendExample),
    element('p', { class: 'hint' }, words.dropHint),
  ];
}

function groupHints({ store, speech, sendExample }: EmptyParts, chat: 'group' | 'topic'): Node[] {
  const { words } = speech;
  return [
    lamp(),
    element('h2', {}, words.emptyGroup[chat]),
    element('ol', { class: 'steps' }, ...words.emptyGroupSteps.map((step) => element('li', {}, step))),
    element('h3', {}, words.tryPicture),
    examples(store, speech, sendExample),
  ];
}

function examples(store: Store, speech: Speech, send: EmptyParts['sendExample']): HTMLElement {
  return element(
    'div',
    { class: 'examples' },
    ...store.examples.map((example) => {
      const title = example.title[speech.language];
      const image = element('img', { attributes: { alt: '', src: example.url, draggable: 'false' } });
      return button({ class: 'example' }, [image, element('span', {}, title)], () => {
        send(example);
      });
    }),
  );
}
