import { exampleButtons, type ExampleParts } from '../composer/examples.js';
import { button, element } from '../dom/element.js';
import { lamp } from '../dom/icons.js';
import type { OpenChat } from '../shell/open-chat.js';

export interface EmptyParts extends ExampleParts {
  readonly open: OpenChat;
  readonly start: () => void;
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

function privateHints(parts: EmptyParts): Node[] {
  const { words } = parts.speech;
  const { name, description } = parts.store.bot;
  return [
    lamp(),
    element('h2', {}, name),
    element('p', { class: 'description' }, description),
    button({ class: 'primary' }, [words.start], parts.start),
    element('h3', {}, words.tryPicture),
    element('div', { class: 'examples' }, ...exampleButtons(parts)),
    element('p', { class: 'hint' }, words.dropHint),
  ];
}

function groupHints(parts: EmptyParts, chat: 'group' | 'topic'): Node[] {
  const { words } = parts.speech;
  return [
    lamp(),
    element('h2', {}, words.emptyGroup[chat]),
    element('ol', { class: 'steps' }, ...words.emptyGroupSteps.map((step) => element('li', {}, step))),
    element('h3', {}, words.tryPicture),
    element('div', { class: 'examples' }, ...exampleButtons(parts)),
  ];
}
