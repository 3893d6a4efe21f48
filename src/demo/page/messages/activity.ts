import type { ChatKey, ToPage } from '../../protocol.js';
import { Emitter } from '../dom/emitter.js';
import type { Store } from '../store.js';
import type { Speech } from '../words/speech.js';

type Doing = Extract<ToPage, { kind: 'action' }>['action'];

/** As long as Telegram shows one. */
const SHOWN_MS = 5000;

/** What the bot is doing in each chat right now: gone at its next message there, or after five seconds. */
export class Activity extends Emitter<{ changed: ChatKey }> {
  readonly #store: Store;
  readonly #speech: Speech;
  readonly #doing = new Map<ChatKey, { readonly action: Doing; readonly timer: number }>();

  constructor(store: Store, speech: Speech) {
    super();
    this.#store = store;
    this.#speech = speech;
    store.on('action', ({ chat, action }) => {
      this.#end(chat);
      const timer = setTimeout(() => {
        this.#end(chat);
      }, SHOWN_MS);
      this.#doing.set(chat, { action, timer });
      this.emit('changed', chat);
    });
    store.on('message', ({ message, isNew }) => {
      if (isNew && message.from.bot) this.#end(message.chat);
    });
    store.on('hello', () => {
      for (const chat of [...this.#doing.keys()]) this.#end(chat);
    });
  }

  /** "Sorot is sending a photo", without dots; null where it does nothing. */
  sentence(chat: ChatKey): string | null {
    const doing = this.#doing.get(chat);
    return doing === undefined ? null : this.#speech.words.action[doing.action](this.#store.bot.name);
  }

  #end(chat: ChatKey): void {
    const doing = this.#doing.get(chat);
    if (doing === undefined) return;
    clearTimeout(doing.timer);
    this.#doing.delete(chat);
    this.emit('changed', chat);
  }
}
