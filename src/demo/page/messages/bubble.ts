import type { MessageView, TextView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { Store } from '../store.js';
import { clock } from '../words/figures.js';
import type { Speech } from '../words/speech.js';
import type { MessageBlock } from './blocks.js';
import { formatted } from './entities.js';
import { keyboard } from './keyboard.js';
import { albumMedia, media } from './media.js';
import type { MessageActions } from './message-actions.js';
import { openMenu } from './message-menu.js';
import { quote } from './quote.js';
import { swipesToReply } from './swipe.js';

export interface BubbleParts {
  readonly store: Store;
  readonly speech: Speech;
  readonly actions: MessageActions;
}

/** Colours of people's names, taken in turn. */
const NAME_COLOURS = 5;

/** One message, or one album, with everything that belongs to it. */
export function bubble(block: MessageBlock, parts: BubbleParts): HTMLLIElement {
  const { store, speech, actions } = parts;
  const { words, language } = speech;
  const [message] = block.messages;
  const own = store.isOwn(message);
  const named = message.chat !== 'private' && !own && block.first;
  const carried =
    block.messages.length > 1 ? albumMedia(block.messages, speech, actions) : media(message, speech, actions);
  const texts = block.messages.flatMap(({ text }) => (text === undefined || text.text === '' ? [] : [text]));

  const article = element(
    'article',
    {
      class: ['bubble', carried === null ? '' : 'carries', texts.length === 0 ? 'bare' : ''].join(' ').trim(),
      attributes: {
        tabindex: '-1',
        'aria-label': words.messageFrom(message.from.name, clock(message.date, language)),
      },
    },
    named ? sender(message) : null,
    block.quoted === undefined ? null : quote(block.quoted, speech, actions),
    carried,
    ...texts.map((text) => textNode(message, text, parts)),
    meta(block.messages, speech),
  );
  const row = element(
    'li',
    {
      class: ['row', own ? 'own' : 'other', block.first ? 'first' : '', `from-${kindOf(message)}`].join(' ').trim(),
      attributes: { 'data-message': message.id },
    },
    element('div', { class: 'stack' }, article, keyboard(block.messages, words, actions)),
    tools(message, parts),
  );
  if (message.photo !== undefined) {
    const { width, height } = message.photo;
    row.style.setProperty('--ratio', String(width / height));
  }
  article.addEventListener('dblclick', (event) => {
    if (event.target instanceof Element && event.target.closest('button, a') !== null) return;
    getSelection()?.removeAllRanges();
    actions.reply(message);
  });
  article.addEventListener('keydown', (event) => {
    if (event.target === article && event.key === 'Enter') row.querySelector<HTMLElement>('.tool-more')?.click();
  });
  swipesToReply(row, () => {
    actions.reply(message);
  });
  return row;
}

function textNode({ chat }: MessageView, text: TextView, { speech, actions }: BubbleParts): HTMLElement {
  const command = (written: string): void => {
    actions.command(chat, written);
  };
  return element('div', { class: 'text' }, formatted(text, { words: speech.words, command }));
}

function kindOf({ from, chat }: MessageView): string {
  return from.bot ? 'bot' : chat === 'private' ? 'person' : `person name-${from.id % NAME_COLOURS}`;
}

function sender({ from }: MessageView): HTMLElement {
  return element('p', { class: 'sender' }, from.name);
}

function meta(messages: MessageBlock['messages'], { words, language }: Speech): HTMLElement {
  const [{ date }] = messages;
  const edited = messages.some((message) => message.edited);
  return element(
    'p',
    { class: 'meta' },
    edited ? element('span', {}, words.edited) : null,
    element('time', { attributes: { datetime: new Date(date * 1000).toISOString() } }, clock(date, language)),
  );
}

function tools(message: MessageView, { speech, actions }: BubbleParts): HTMLElement {
  const { words } = speech;
  const reply = button(
    { class: 'tool tool-reply', attributes: { 'aria-label': words.reply, title: words.reply, tabindex: '-1' } },
    [icon('reply')],
    () => {
      actions.reply(message);
    },
  );
  const more = button(
    {
      class: 'tool tool-more',
      attributes: { 'aria-label': words.more, title: words.more, 'aria-haspopup': 'menu', tabindex: '-1' },
    },
    [icon('more')],
    () => {
      openMenu({ message, opener: more, words, actions });
    },
  );
  return element('div', { class: 'tools' }, reply, more);
}
