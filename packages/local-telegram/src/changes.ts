import { LocalTelegramError } from './errors.js';

/** Tells whoever waits that something is different now. */
export class Changes {
  readonly #listeners = new Set<() => void>();
  #closed = false;

  /** Calls `listener` after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  announce(): void {
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }

  /**
   * What `find` finds, looked for now and after every change.
   *
   * @throws LocalTelegramError `timeout` after `timeoutMs` with what `report` says, `closed` when there will be no more
   */
  until<Found>(find: () => Found | undefined, timeoutMs: number, report: () => string): Promise<Found> {
    return new Promise((resolve, reject) => {
      const settle = (how: () => void) => {
        clearTimeout(timer);
        unsubscribe();
        how();
      };
      const fail = (reason: unknown) => {
        settle(() => {
          reject(reason instanceof Error ? reason : new Error(String(reason)));
        });
      };
      const look = () => {
        try {
          if (this.#closed) throw new LocalTelegramError('closed', `Closed while somebody waited. ${report()}`);
          const found = find();
          if (found === undefined) return;
          settle(() => {
            resolve(found);
          });
        } catch (error) {
          fail(error);
        }
      };
      const timer = setTimeout(() => {
        fail(new LocalTelegramError('timeout', `Nothing of the kind within ${timeoutMs} ms. ${report()}`));
      }, timeoutMs);
      const unsubscribe = this.subscribe(look);
      look();
    });
  }

  /** Ends every wait. */
  close(): void {
    this.#closed = true;
    this.announce();
  }
}
