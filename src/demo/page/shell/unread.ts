import type { ChatKey } from '../../protocol.js';
import { Emitter } from '../dom/emitter.js';
import type { Store } from '../store.js';
import type { OpenChat } from './open-chat.js';

/** How many messages nobody has looked at, a chat; loading the page reads all of them. */
export class Unread extends Emitter<{ changed: undefined }> {
  readonly #counts: Record<ChatKey, number> = { private: 0, group: 0, topic: 0 };
  readonly #open: OpenChat;
  readonly #isSeen: (chat: ChatKey) => boolean;

  constructor(store: Store, open: OpenChat, isSeen: (chat: ChatKey) => boolean) {
    super();
    this.#open = open;
    this.#isSeen = isSeen;
    store.on('message', ({ message, isNew }) => {
      if (!isNew || store.isOwn(message) || isSeen(message.chat)) return;
      this.#counts[message.chat] += 1;
      this.emit('changed', undefined);
    });
    const look = (): void => {
      this.#look();
    };
    open.on('changed', look);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('resize', look);
  }

  of(chat: ChatKey): number {
    return this.#counts[chat];
  }

  get total(): number {
    return this.#counts.private + this.#counts.group + this.#counts.topic;
  }

  #look(): void {
    if (!this.#isSeen(this.#open.key) || this.#counts[this.#open.key] === 0) return;
    this.#counts[this.#open.key] = 0;
    this.emit('changed', undefined);
  }
}
