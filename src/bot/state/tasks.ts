import { TelegramFailure } from '../telegram/client.js';
import type { Log } from '../../log.js';

/**
 * Answers under way at most. Each holds some kilobytes while it waits; the analysis says "busy" long before, so that
 * only answers which Telegram does not take can pile up here.
 */
const LIMIT = 2000;

/**
 * Work that goes on after its update was taken: updates are taken fast, so that the next ones are seen, and the work
 * behind them goes through queues of its own.
 */
export class Tasks {
  readonly #running = new Set<Promise<void>>();

  get size(): number {
    return this.#running.size;
  }

  /** Starts work whose failure is logged and is nobody else's. */
  start(log: Log, work: () => Promise<void>): void {
    if (this.#running.size >= LIMIT) {
      log.error({ running: this.#running.size }, 'too much under way, update dropped');
      return;
    }
    const task = work()
      .catch((error: unknown) => {
        if (error instanceof TelegramFailure) {
          // Being blocked is the person's choice, and no trouble of the operator's.
          const { code, method, description: why } = error;
          log[code === 'blocked' ? 'info' : 'warn']({ code, method, why }, 'answer not delivered');
        } else {
          log.error({ err: error }, 'answer failed');
        }
      })
      .finally(() => this.#running.delete(task));
    this.#running.add(task);
  }

  /** Resolves with true once everything has ended, or with false after so many milliseconds. */
  async settled(milliseconds: number): Promise<boolean> {
    const late = Symbol('late');
    const timers = new Set<NodeJS.Timeout>();
    const deadline = new Promise<typeof late>((resolve) => timers.add(setTimeout(resolve, milliseconds, late)));
    try {
      while (this.#running.size > 0) {
        if ((await Promise.race([Promise.all(this.#running), deadline])) === late) return false;
      }
      return true;
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }
}
