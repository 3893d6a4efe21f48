import { LocalTelegramError } from './errors.js';
import { MAX_FAULTS } from './limits.js';
import type { Fields } from './payload.js';

export type FaultKind =
  /** Refused with this status; the call has no effect. */
  | { readonly status: number; readonly description?: string; readonly retryAfter?: number }
  /** The connection breaks before or after the call took effect, without an answer. */
  | { readonly drop: 'before' | 'after' }
  /**
   * The call takes effect, the answer breaks off in its body: after a `content-length`, as Telegram sends it (node-fetch
   * 2 does not notice and waits for its own timeout), or chunked.
   */
  | { readonly brokenBody: true | 'chunked' }
  /** Slow: nothing happens for so long, then everything as usual. */
  | { readonly delayMs: number }
  /** Nothing happens until the promise resolves, then everything as usual; a function is called for each call it meets. */
  | { readonly hold: Promise<void> | (() => Promise<void>) }
  /** Of a file only so many bytes arrive, then the connection breaks. */
  | { readonly truncate: number }
  /** The file is not there. */
  | { readonly missing: true };

export interface FaultRule {
  /** `*` is every method but getUpdates, which is under way all the time and would take each fault; `file` a download. */
  readonly method: string;
  /** How often; once where nothing is said. */
  readonly times?: number;
  readonly kind: FaultKind;
  readonly match?: (payload: Fields) => boolean;
}

/** A rule that was switched on. */
export interface Fault {
  /** How many calls it met. */
  readonly used: number;
  remove(): void;
}

interface Active {
  readonly rule: FaultRule;
  used: number;
}

/** Faults on demand, the first that fits wins. */
export class Faults {
  readonly #active = new Set<Active>();

  add(rule: FaultRule): Fault {
    if (this.#active.size >= MAX_FAULTS) {
      throw new LocalTelegramError('too-many', `More than ${MAX_FAULTS} faults are switched on.`);
    }
    const active: Active = { rule, used: 0 };
    this.#active.add(active);
    return {
      get used() {
        return active.used;
      },
      remove: () => {
        this.#active.delete(active);
      },
    };
  }

  /** The fault that this call meets, which is used up by one. */
  take(method: string, payload: Fields): FaultKind | undefined {
    for (const active of this.#active) {
      const { rule } = active;
      const named = rule.method === method || (rule.method === '*' && method !== 'getUpdates' && method !== 'file');
      if (named && (rule.match?.(payload) ?? true)) {
        active.used += 1;
        if (active.used >= (rule.times ?? 1)) {
          this.#active.delete(active);
        }
        return rule.kind;
      }
    }
    return undefined;
  }
}
