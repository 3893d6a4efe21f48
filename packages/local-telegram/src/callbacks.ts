import { MAX_OPEN_CALLBACKS } from './limits.js';

/** Button presses that wait for an answer. */
export class CallbackDesk {
  readonly #open = new Set<string>();
  #count = 0;

  /** A number for a new press. */
  open(): string {
    this.#count += 1;
    const id = String(4_000_000_000_000_000_000n + BigInt(this.#count));
    this.#open.add(id);
    for (const oldest of this.#open) {
      if (this.#open.size <= MAX_OPEN_CALLBACKS) {
        break;
      }
      this.#open.delete(oldest);
    }
    return id;
  }

  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  /** Every press so far becomes too old to answer. */
  expire(): void {
    this.#open.clear();
  }
}
