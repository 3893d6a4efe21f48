import type { MessageView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon, type IconName } from '../dom/icons.js';
import type { Words } from '../words/speech.js';
import type { MessageActions } from './message-actions.js';

interface MenuParts {
  readonly message: MessageView;
  readonly opener: HTMLElement;
  readonly words: Words;
  readonly actions: MessageActions;
}

interface Entry {
  readonly sign: IconName;
  readonly name: string;
  readonly run: () => void;
}

/** Room kept to the edges of the window. */
const MARGIN = 8;

/** The menu on a message, under the button that opens it; it goes with a choice, Escape or a click elsewhere. */
export function openMenu(parts: MenuParts): void {
  const { opener } = parts;
  const menu = element('div', { class: 'menu', attributes: { role: 'menu', popover: 'auto' } });
  const items = entries(parts).map(({ sign, name, run }) =>
    button({ attributes: { role: 'menuitem', tabindex: '-1' } }, [icon(sign), name], () => {
      menu.hidePopover();
      run();
    }),
  );
  menu.append(...items);
  menu.addEventListener('keydown', (event) => {
    const at = items.findIndex((item) => item === document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1, Tab: null }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (to === null) menu.hidePopover();
    else items.at(to % items.length)?.focus();
  });
  menu.addEventListener('toggle', (event) => {
    if (event.newState !== 'closed') return;
    if (menu.contains(document.activeElement)) opener.focus();
    opener.removeAttribute('aria-expanded');
    menu.remove();
  });
  document.body.append(menu);
  menu.showPopover();
  opener.setAttribute('aria-expanded', 'true');
  place(menu, opener.getBoundingClientRect());
  items[0]?.focus();
}

function entries({ message, words, actions }: MenuParts): Entry[] {
  const all: Entry[] = [
    {
      sign: 'reply',
      name: words.reply,
      run: () => {
        actions.reply(message);
      },
    },
  ];
  if (message.from.bot) return all;
  const hasText = message.text !== undefined || message.photo !== undefined || message.document !== undefined;
  if (hasText) {
    all.push({
      sign: 'edit',
      name: words.edit,
      run: () => {
        actions.edit(message);
      },
    });
  }
  all.push({
    sign: 'remove',
    name: words.remove,
    run: () => {
      actions.remove(message);
    },
  });
  return all;
}

function place(menu: HTMLElement, { left, top, bottom }: DOMRect): void {
  const { offsetWidth, offsetHeight } = menu;
  const below = bottom + offsetHeight + MARGIN < innerHeight;
  menu.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - offsetWidth - MARGIN))}px`;
  menu.style.top = `${below ? bottom : Math.max(MARGIN, top - offsetHeight)}px`;
}
