import type { ButtonView, MessageView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { Words } from '../words/speech.js';
import type { MessageActions } from './message-actions.js';

/** The rows of buttons under a message: the bot's own, and under a heatmap the page's "Compare". */
export function keyboard(
  messages: readonly [MessageView, ...MessageView[]],
  words: Words,
  actions: MessageActions,
): HTMLElement | null {
  const [message] = messages;
  const rows = message.buttons.map((row) => row.map((shown) => botButton(message, shown, actions)));
  if (messages.length === 1 && message.explains !== undefined) {
    const compare = button({ class: 'key compare-key' }, [icon('compare'), words.compare], () => {
      actions.compare(message);
    });
    rows.unshift([compare]);
  }
  if (rows.length === 0) return null;
  return element('div', { class: 'keyboard' }, ...rows.map((row) => element('div', { class: 'key-row' }, ...row)));
}

/** Shows in a drawn message which of its buttons wait, and leaves the focus where it is. */
export function markWaiting(row: HTMLElement, message: MessageView, actions: MessageActions): void {
  const keys = row.querySelectorAll('.key:not(.compare-key)');
  for (const [index, shown] of message.buttons.flat().entries()) {
    if (actions.isWaiting(message, shown)) keys[index]?.setAttribute('aria-busy', 'true');
    else keys[index]?.removeAttribute('aria-busy');
  }
}

function botButton(message: MessageView, shown: ButtonView, actions: MessageActions): HTMLElement {
  if (shown.url !== undefined && /^https?:/i.test(shown.url)) {
    const attributes = { href: shown.url, target: '_blank', rel: 'noopener noreferrer' };
    return element('a', { class: 'key', attributes }, shown.text);
  }
  const waiting = actions.isWaiting(message, shown);
  return button({ class: 'key', attributes: { 'aria-busy': waiting ? 'true' : null } }, [shown.text], () => {
    if (!actions.isWaiting(message, shown)) actions.press(message, shown);
  });
}
