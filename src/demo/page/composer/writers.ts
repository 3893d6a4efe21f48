import { element } from '../dom/element.js';
import type { OpenChat } from '../shell/open-chat.js';
import type { Store } from '../store.js';
import type { Speech } from '../words/speech.js';
import type { Drafts } from './drafts.js';

interface Parts {
  readonly store: Store;
  readonly speech: Speech;
  readonly open: OpenChat;
  readonly drafts: Drafts;
}

/** In a group: which of its people writes. */
export function createWriters({ store, speech, open, drafts }: Parts): HTMLElement {
  const legend = speech.text(element('span', { class: 'writers-name' }), ({ writeAs }) => writeAs);
  const choices = element('div', { class: 'choices' });
  const node = element('div', { class: 'writers', attributes: { role: 'radiogroup' } }, legend, choices);
  speech.attribute(node, 'aria-label', ({ writeAs }) => writeAs);

  const draw = (): void => {
    const people = store.chat(open.key)?.people ?? [];
    node.hidden = people.length < 2;
    const writer = drafts.writer(open.key);
    const focused = choices.contains(document.activeElement);
    choices.replaceChildren(
      ...people.map(({ id, name }) => {
        const input = element('input', { attributes: { type: 'radio', name: 'writer', value: id } });
        input.checked = id === writer?.id;
        input.addEventListener('change', () => {
          drafts.change(open.key, { from: id });
        });
        return element('label', {}, input, element('span', {}, name));
      }),
    );
    if (focused) choices.querySelector<HTMLInputElement>('input:checked')?.focus();
  };
  for (const event of ['hello', 'people'] as const) store.on(event, draw);
  open.on('changed', draw);
  let from = drafts.of(open.key).from;
  drafts.on('changed', () => {
    if (drafts.of(open.key).from === from) return;
    ({ from } = drafts.of(open.key));
    draw();
  });
  draw();
  return node;
}
