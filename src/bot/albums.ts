import type { Message } from 'telegraf/types';
import { MAX_ALBUM } from '../limits.js';

/** Telegram sends an album's photos one after the other, within a few hundred milliseconds. */
const QUIET_MS = 400;

/** Albums being gathered at once; with more, photos are answered one by one. */
const OPEN_LIMIT = 500;

interface OpenAlbum<T> {
  readonly items: T[];
  readonly answered: Promise<void>;
  readonly end: (answered: Promise<void>) => void;
  timer: NodeJS.Timeout;
}

/** Gathers the photos of an album, which arrive as messages of their own with a common group id. */
export class Albums<T extends { readonly message: Message }> {
  readonly #open = new Map<string, OpenAlbum<T>>();
  readonly #close: (items: readonly T[]) => Promise<void>;
  #ended = false;

  /** @param close is given each album once, its messages in order, and ends with its answer. */
  constructor(close: (items: readonly T[]) => Promise<void>) {
    this.#close = close;
  }

  /** Takes a message of an album, and ends with the album's answer; null where it has to be answered by itself. */
  take(item: T): Promise<void> | null {
    const { message } = item;
    if (this.#ended || !('media_group_id' in message)) return null;
    const key = `${message.chat.id} ${message.media_group_id}`;
    const open = this.#open.get(key);
    if (open === undefined) {
      if (this.#open.size >= OPEN_LIMIT) return null;
      let end: OpenAlbum<T>['end'] = () => undefined;
      const answered = new Promise<void>((resolve) => (end = resolve));
      this.#open.set(key, { items: [item], answered, end, timer: this.#timer(key) });
      return answered;
    }
    clearTimeout(open.timer);
    open.items.push(item);
    if (open.items.length >= MAX_ALBUM) this.#finish(key);
    else open.timer = this.#timer(key);
    return open.answered;
  }

  /** Ends every album being gathered, with what there is of it; what comes later is not waited for. */
  end(): void {
    this.#ended = true;
    for (const key of [...this.#open.keys()]) this.#finish(key);
  }

  #timer(key: string): NodeJS.Timeout {
    return setTimeout(() => {
      this.#finish(key);
    }, QUIET_MS);
  }

  #finish(key: string): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    clearTimeout(open.timer);
    this.#open.delete(key);
    open.end(this.#close(open.items.toSorted((a, b) => a.message.message_id - b.message.message_id)));
  }
}
