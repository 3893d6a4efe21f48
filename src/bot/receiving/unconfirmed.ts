import { EventEmitter } from 'node:events';

/** Telegram gives so many updates at most from the offset on: those behind them are not seen before it moves. */
const SPAN = 100;

/**
 * An update that keeps others from being seen is waited for no longer than this, in milliseconds: less where most of those
 * behind it are answered, because then it waits for something of its own, such as its chat's pace.
 */
const PATIENCE_MS = { usual: 20_000, overtaken: 1000 } as const;

interface Held {
  state: 'under way' | 'again' | 'answered';
  readonly since: number;
}

/**
 * The updates that Telegram still keeps for the bot: from the oldest that is not answered to the newest. Those behind it
 * that are answered are known, because Telegram gives them again with it. Says `moved` when the oldest has changed.
 */
export class Unconfirmed extends EventEmitter<{ moved: [] }> {
  /** In the order in which they came: after a week without updates Telegram begins anew, at any number. */
  readonly #held = new Map<number, Held>();
  #next = 0;

  /** The oldest update that is not answered, else the one after the newest: all before it are confirmed by it. */
  get offset(): number {
    const [oldest] = this.#held.keys();
    return oldest ?? this.#next;
  }

  /** Whether an update is to be handled: it has not come before, or was not answered then. */
  take(id: number): boolean {
    const known = this.#held.get(id);
    if (known !== undefined && known.state !== 'again') return false;
    if (known === undefined) this.#next = id + 1;
    this.#held.set(id, { state: 'under way', since: known?.since ?? performance.now() });
    return true;
  }

  /** An update was answered, or is to be handled again when Telegram gives it the next time. */
  settle(id: number, outcome: 'answered' | 'again'): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    held.state = outcome;
    this.#confirm();
  }

  /** Makes room where one update has kept others from being seen for too long; returns those given up. */
  giveUp(now = performance.now()): number[] {
    if (this.#held.size < SPAN) return [];
    const open = [...this.#held].filter(([, { state }]) => state !== 'answered');
    const patience = open.length < SPAN / 2 ? PATIENCE_MS.overtaken : PATIENCE_MS.usual;
    const late = open.filter(([, { since }]) => now - since > patience);
    for (const [id] of late) this.settle(id, 'answered');
    return late.map(([id]) => id);
  }

  #confirm(): void {
    const before = this.#held.size;
    for (const [id, { state }] of this.#held) {
      if (state !== 'answered') break;
      this.#held.delete(id);
    }
    if (this.#held.size !== before) this.emit('moved');
  }
}
