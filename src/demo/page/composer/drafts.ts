import type { ChatKey, PersonView } from '../../protocol.js';
import { Emitter } from '../dom/emitter.js';
import type { Store } from '../store.js';

/** What is being written in a chat. */
export interface Draft {
  readonly text: string;
  readonly files: readonly File[];
  readonly asFile: boolean;
  readonly replyTo: number | null;
  readonly editing: number | null;
  /** Who writes; the first of the chat where nobody was chosen. */
  readonly from: number | null;
}

const BLANK: Draft = { text: '', files: [], asFile: false, replyTo: null, editing: null, from: null };

/** A draft for each chat, so that looking into another one loses nothing. */
export class Drafts extends Emitter<{ changed: ChatKey }> {
  readonly #store: Store;
  readonly #drafts: Record<ChatKey, Draft> = { private: BLANK, group: BLANK, topic: BLANK };

  constructor(store: Store) {
    super();
    this.#store = store;
    store.on('deleted', ({ chat, id }) => {
      const { replyTo, editing } = this.of(chat);
      if (replyTo === id) this.change(chat, { replyTo: null });
      if (editing === id) this.change(chat, { editing: null, text: '' });
    });
    // After a restart of the demo the same numbers are other messages.
    store.on('hello', () => {
      for (const chat of ['private', 'group', 'topic'] as const) {
        this.change(chat, { replyTo: null, editing: null });
      }
    });
  }

  of(chat: ChatKey): Draft {
    return this.#drafts[chat];
  }

  change(chat: ChatKey, change: Partial<Draft>): void {
    this.#drafts[chat] = { ...this.#drafts[chat], ...change };
    this.emit('changed', chat);
  }

  /** Begins anew after something was sent; who writes stays. */
  clear(chat: ChatKey): void {
    this.change(chat, { ...BLANK, from: this.of(chat).from });
  }

  /** Who writes in a chat; undefined before anything is known of it. */
  writer(chat: ChatKey): PersonView | undefined {
    const people = this.#store.chat(chat)?.people ?? [];
    return people.find(({ id }) => id === this.of(chat).from) ?? people[0];
  }
}
