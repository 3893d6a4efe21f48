import type { ChatKey, ChatView } from '../../protocol.js';
import { element } from '../dom/element.js';
import { icon, lamp } from '../dom/icons.js';
import type { Activity } from '../messages/activity.js';
import { serviceSentence } from '../messages/service.js';
import { summary } from '../messages/summary.js';
import type { Store } from '../store.js';
import { clock } from '../words/figures.js';
import type { Speech } from '../words/speech.js';
import type { OpenChat } from './open-chat.js';
import type { Unread } from './unread.js';

interface Parts {
  readonly store: Store;
  readonly speech: Speech;
  readonly open: OpenChat;
  readonly unread: Unread;
  readonly activity: Activity;
}

/** The chats with their last line; each is a link, so that it can be opened by its address. */
export function createChatList(parts: Parts): HTMLElement {
  const { store, speech, open, unread, activity } = parts;
  const list = element('ul', { class: 'chat-list' });
  const node = speech.attribute(element('nav', { class: 'chats' }, list), 'aria-label', ({ chats }) => chats);
  const links = new Map<ChatKey, HTMLAnchorElement>();

  const draw = (): void => {
    for (const chat of store.chats) {
      const link = links.get(chat.key) ?? newLink(chat.key);
      fill(link, chat, parts);
    }
  };
  const newLink = (key: ChatKey): HTMLAnchorElement => {
    const link = element('a', { class: `chat-link chat-${key}`, attributes: { href: `#${key}` } });
    links.set(key, link);
    list.append(element('li', {}, link));
    return link;
  };

  for (const event of ['hello', 'message', 'deleted', 'people'] as const) store.on(event, draw);
  open.on('changed', draw);
  unread.on('changed', draw);
  activity.on('changed', draw);
  speech.on('changed', draw);
  return node;
}

function fill(link: HTMLAnchorElement, chat: ChatView, { store, speech, open, unread, activity }: Parts): void {
  const last = store.messages(chat.key).at(-1);
  const count = unread.of(chat.key);
  const doing = activity.sentence(chat.key);
  if (open.key === chat.key) link.setAttribute('aria-current', 'page');
  else link.removeAttribute('aria-current');
  link.replaceChildren(
    chatSign(chat.key),
    element('span', { class: 'chat-title' }, chat.title),
    element('span', { class: 'chat-time' }, last === undefined ? '' : clock(last.date, speech.language)),
    element(
      'span',
      { class: doing === null ? 'chat-line' : 'chat-line doing' },
      doing === null ? lastLine(chat, store, speech) : `${doing}…`,
    ),
    ...(count === 0 ? [] : [unreadCount(count, speech)]),
  );
}

function unreadCount(count: number, { words }: Speech): HTMLElement {
  return element(
    'span',
    { class: 'unread' },
    element('span', { attributes: { 'aria-hidden': 'true' } }, String(count)),
    element('span', { class: 'visually-hidden' }, words.unread(count)),
  );
}

/** The round sign of a chat. */
export function chatSign(key: ChatKey): HTMLElement {
  const drawing = { private: lamp, group: () => icon('people'), topic: () => icon('topic') };
  return element('span', { class: `sign sign-${key}`, attributes: { 'aria-hidden': 'true' } }, drawing[key]());
}

function lastLine(chat: ChatView, store: Store, { words }: Speech): string {
  const last = store.messages(chat.key).at(-1);
  if (last === undefined) return words.nothingYet;
  const service = serviceSentence(last, words, store.bot.name);
  if (service !== null) return service;
  const line = summary(last, words);
  return chat.key === 'private' && last.from.bot ? line : `${last.from.name}: ${line}`;
}
