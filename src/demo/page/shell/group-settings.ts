import type { GroupView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { ask } from '../requests.js';
import type { Store } from '../store.js';
import type { Speech, Words } from '../words/speech.js';
import type { Toasts } from './toasts.js';

/** The two things that decide what the bot sees of a group, each with what it does now. */
export function createGroupSettings(store: Store, speech: Speech, toasts: Toasts): HTMLElement {
  const parts = { store, speech, toasts };
  const node = element(
    'div',
    { class: 'group-settings', attributes: { role: 'group', id: 'group-settings' } },
    groupSwitch(parts, {
      field: 'privacy',
      name: ({ privacyMode }) => privacyMode,
      says: (on, words) => (on ? words.privacyOn : words.privacyOff),
    }),
    groupSwitch(parts, {
      field: 'botIsAdmin',
      name: ({ botIsAdmin }) => botIsAdmin,
      says: (on, words) => (on ? words.adminOn : words.adminOff),
    }),
  );
  return speech.attribute(node, 'aria-label', ({ groupSettings }) => groupSettings);
}

interface Setting {
  readonly field: keyof GroupView;
  readonly name: (words: Words) => string;
  readonly says: (on: boolean, words: Words) => string;
}

function groupSwitch(
  { store, speech, toasts }: { readonly store: Store; readonly speech: Speech; readonly toasts: Toasts },
  { field, name, says }: Setting,
): HTMLElement {
  const id = `setting-${field}`;
  const sentence = element('p', { attributes: { id } });
  const node = button({ class: 'switch', attributes: { role: 'switch', 'aria-describedby': id } }, [], () => {
    void toasts.succeeds(ask('/api/group', { [field]: !store.group[field] }));
  });
  node.append(
    speech.text(element('span'), name),
    element('span', { class: 'knob', attributes: { 'aria-hidden': 'true' } }),
  );
  const draw = (): void => {
    node.setAttribute('aria-checked', String(store.group[field]));
    sentence.textContent = says(store.group[field], speech.words);
  };
  for (const event of ['hello', 'group'] as const) store.on(event, draw);
  speech.on('changed', draw);
  draw();
  return element('div', { class: 'setting' }, node, sentence);
}
