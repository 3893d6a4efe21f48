import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Shares } from '../../analysis/shares.js';
import { TelegramFailure } from '../telegram/client.js';
import type { Log } from '../../log.js';

/**
 * Answers under way at which no further updates are taken. Each holds some kilobytes while it waits; the analysis says
 * "busy" long before, so that only answers which Telegram does not take can pile up here.
 */
const LIMIT = 2000;

/**
 * Work that goes on after its update was taken: updates are taken fast, so that the next ones are seen, and the work
 * behind them goes through queues of its own.
 */
export class Tasks {
  /** Answers of each person that are not out yet. */
  readonly open = new Shares();
  readonly #limit: number;
  readonly #running = new Set<Promise<void>>();

  constructor(limit = LIMIT) {
    this.#limit = limit;
  }

  /** Whether so much is under way that updates had better wait where they are. */
  isFull(): boolean {
    return this.#running.size >= this.#limit;
  }

  /** Resolves once it is not full, or at the signal. */
  async room(signal: AbortSignal): Promise<void> {
    if (!this.isFull()) return;
    const heard = new AbortController();
    const aborted = once(signal, 'abort', { signal: heard.signal }).catch(() => undefined);
    while (this.isFull() && !signal.aborted) await Promise.race([...this.#running, aborted]);
    heard.abort();
  }

  /** Starts work whose failure is logged and is nobody else's; resolves when it has ended, however it does. */
  start(log: Log, work: () => Promise<void>): Promise<void> {
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
    return task;
  }

  /** Resolves with true once everything has ended, or with false after so many milliseconds. */
  async settled(milliseconds: number): Promise<boolean> {
    const late = Symbol('late');
    const ended = new AbortController();
    const deadline = wait(milliseconds, late, { signal: ended.signal }).catch(() => late);
    try {
      while (this.#running.size > 0) {
        if ((await Promise.race([Promise.all(this.#running), deadline])) === late) return false;
      }
      return true;
    } finally {
      ended.abort();
    }
  }
}
