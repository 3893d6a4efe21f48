import type { ChatKey } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { Activity } from '../messages/activity.js';
import type { Store } from '../store.js';
import type { Speech } from '../words/speech.js';
import { chatSign } from './chat-list.js';
import type { OpenChat } from './open-chat.js';

interface Parts {
  readonly store: Store;
  readonly speech: Speech;
  readonly open: OpenChat;
  readonly activity: Activity;
  /** Shown in groups only, and on narrow screens on demand. */
  readonly groupSettings: HTMLElement;
}

/** The line over the messages: which chat it is, who is in it, the way back to the list. */
export function createChatHead({ store, speech, open, activity, groupSettings }: Parts): HTMLElement {
  const back = element('a', { class: 'icon-button back', attributes: { href: '#' } }, icon('back'));
  speech.attribute(back, 'aria-label', ({ backToChats }) => backToChats);
  const sign = element('span', { class: 'head-sign' });
  const title = element('h1');
  const people = element('p');
  const settings = button(
    {
      class: 'icon-button settings-opener',
      attributes: { 'aria-controls': 'group-settings', 'aria-expanded': 'false' },
    },
    [icon('settings')],
    () => {
      const shown = groupSettings.classList.toggle('asked');
      settings.setAttribute('aria-expanded', String(shown));
    },
  );
  speech.attribute(settings, 'aria-label', ({ groupSettings: name }) => name);

  const draw = (): void => {
    const chat = store.chat(open.key);
    const inGroup = open.key !== 'private';
    sign.replaceChildren(chatSign(open.key));
    title.textContent = chat?.title ?? 'Sorot';
    people.textContent = line(open.key);
    settings.hidden = !inGroup;
    groupSettings.hidden = !inGroup;
  };
  const line = (key: ChatKey): string => {
    const { words } = speech;
    const doing = activity.sentence(key);
    if (doing !== null) return `${doing}…`;
    if (key === 'private') return words.bot;
    return words.members(store.chat(key)?.people.map(({ name }) => name) ?? [], store.bot.name);
  };
  for (const event of ['hello', 'people'] as const) store.on(event, draw);
  open.on('changed', draw);
  activity.on('changed', draw);
  speech.on('changed', draw);
  draw();
  return element(
    'header',
    { class: 'chat-head' },
    back,
    sign,
    element('div', { class: 'chat-names' }, title, people),
    settings,
  );
}
