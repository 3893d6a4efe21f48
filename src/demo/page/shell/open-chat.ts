import type { ChatKey } from '../../protocol.js';
import { Emitter } from '../dom/emitter.js';

const CHATS: readonly ChatKey[] = ['private', 'group', 'topic'];

/**
 * Which chat is open. It stands in the address behind `#`, so that the browser's own back leads from a chat to the list
 * on a narrow screen, where an address without one is the list.
 */
export class OpenChat extends Emitter<{ changed: ChatKey }> {
  #key: ChatKey = 'private';
  #onList = true;

  constructor() {
    super();
    this.#read();
    window.addEventListener('hashchange', () => {
      this.#read();
      this.emit('changed', this.#key);
    });
  }

  /** The open chat; behind the list on a narrow screen, the one opened last. */
  get key(): ChatKey {
    return this.#key;
  }

  /** Whether a narrow screen shows the list. */
  get onList(): boolean {
    return this.#onList;
  }

  #read(): void {
    const asked = CHATS.find((key) => `#${key}` === location.hash);
    this.#onList = asked === undefined;
    this.#key = asked ?? this.#key;
    document.body.dataset['screen'] = this.#onList ? 'list' : 'chat';
  }
}
