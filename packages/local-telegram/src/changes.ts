import { EventEmitter, once } from 'node:events';
import { LocalTelegramError } from './errors.js';

/** Tells whoever waits that something is different now. */
export class Changes {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  #closed = false;

  /** Calls `listener` after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#emitter.on('change', listener);
    return () => {
      this.#emitter.off('change', listener);
    };
  }

  announce(): void {
    this.#emitter.emit('change');
  }

  /**
   * What `find` finds, looked for now and after every change.
   *
   * @throws LocalTelegramError `timeout` after `timeoutMs` with what `report` says, `closed` when there will be no more
   */
  async until<Found>(find: () => Found | undefined, timeoutMs: number, report: () => string): Promise<Found> {
    const signal = AbortSignal.timeout(timeoutMs);
    for (;;) {
      if (this.#closed) throw new LocalTelegramError('closed', `Closed while somebody waited. ${report()}`);
      const found = find();
      if (found !== undefined) return found;
      await once(this.#emitter, 'change', { signal }).catch(() => {
        throw new LocalTelegramError('timeout', `Nothing of the kind within ${timeoutMs} ms. ${report()}`);
      });
    }
  }

  /** Ends every wait. */
  close(): void {
    this.#closed = true;
    this.announce();
  }
}
