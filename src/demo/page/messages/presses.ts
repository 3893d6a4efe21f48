import type { ButtonView, ChatKey, MessageView } from '../../protocol.js';
import { Emitter } from '../dom/emitter.js';
import { ask } from '../requests.js';
import type { Toasts } from '../shell/toasts.js';
import type { Store } from '../store.js';

/** Telegram's own apps stop waiting about then. */
const WAIT_MS = 15_000;

/** Answers that came before the number of their question was known. */
const EARLY_KEPT = 20;

interface Waiting {
  readonly chat: ChatKey;
  readonly id: number;
  readonly data: string;
}

/** Presses of inline buttons that the bot has not answered yet. */
export class Presses extends Emitter<{ changed: { readonly chat: ChatKey; readonly id: number } }> {
  readonly #store: Store;
  readonly #toasts: Toasts;
  readonly #waiting = new Set<Waiting>();
  readonly #byQuery = new Map<string, Waiting>();
  #early: string[] = [];

  constructor(store: Store, toasts: Toasts) {
    super();
    this.#store = store;
    this.#toasts = toasts;
    store.on('pressed', ({ query, text, alert }) => {
      const waiting = this.#byQuery.get(query);
      if (waiting === undefined) this.#early = [...this.#early, query].slice(-EARLY_KEPT);
      else this.#end(waiting);
      if (text === undefined || text === '') return;
      if (alert) toasts.alert(text);
      else toasts.show(text);
    });
    store.on('hello', () => {
      for (const waiting of [...this.#waiting]) this.#end(waiting);
      this.#early = [];
    });
  }

  isWaiting({ chat, id }: MessageView, { data }: ButtonView): boolean {
    return [...this.#waiting].some((one) => one.chat === chat && one.id === id && one.data === data);
  }

  async press({ chat, id }: MessageView, { data }: ButtonView): Promise<void> {
    const { self } = this.#store;
    if (self === undefined || data === undefined) return;
    const waiting: Waiting = { chat, id, data };
    this.#waiting.add(waiting);
    this.emit('changed', waiting);
    setTimeout(() => {
      this.#end(waiting);
    }, WAIT_MS);
    try {
      const { query } = await ask('/api/press', { chat, from: self.id, id, data });
      if (this.#early.includes(query)) this.#end(waiting);
      else this.#byQuery.set(query, waiting);
    } catch (error) {
      this.#end(waiting);
      this.#toasts.refuse(error);
    }
  }

  #end(waiting: Waiting): void {
    for (const [query, one] of this.#byQuery) {
      if (one === waiting) this.#byQuery.delete(query);
    }
    if (this.#waiting.delete(waiting)) this.emit('changed', waiting);
  }
}
