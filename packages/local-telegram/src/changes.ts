import { LocalTelegramError } from './errors.js';

/** Tells whoever waits that something in this world is different now. */
export class Changes {
  readonly #listeners = new Set<() => void>();
  readonly #ending = new Set<() => void>();
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
   * Resolves once `check` holds, looked at now and after every change.
   *
   * @throws LocalTelegramError `timeout` after `timeoutMs` with what `report` says, `closed` when the world ends
   */
  until(check: () => boolean, timeoutMs: number, report: () => string): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        unsubscribe();
        this.#ending.delete(end);
        settle();
      };
      const look = () => {
        try {
          if (check()) {
            finish(resolve);
          }
        } catch (error) {
          finish(() => {
            reject(error instanceof Error ? error : new Error(String(error)));
          });
        }
      };
      const end = () => {
        finish(() => {
          reject(new LocalTelegramError('closed', `The local Bot API was closed while waiting. ${report()}`));
        });
      };
      const timer = setTimeout(() => {
        finish(() => {
          reject(new LocalTelegramError('timeout', `Nothing of the kind within ${timeoutMs} ms. ${report()}`));
        });
      }, timeoutMs);
      const unsubscribe = this.subscribe(look);
      this.#ending.add(end);
      if (this.#closed) {
        end();
      } else {
        look();
      }
    });
  }

  close(): void {
    this.#closed = true;
    for (const end of [...this.#ending]) {
      end();
    }
  }
}
