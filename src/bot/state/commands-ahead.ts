import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Kept, Store } from '../../analysis/store.js';
import type { Command } from '../addressing.js';

/**
 * A forward with a comment comes as two messages, the comment first. By polling the second is seen when the same updates
 * may be asked for again, which is after 600 ms.
 */
const PHOTO_WITHIN_MS = 900;

/** Far longer than a command waits: one that was forgotten before would pass for taken, and nobody would answer it. */
const KEPT_S = 600;

/** More than come within a second. */
const WAITING = 5000;

/**
 * Commands that name no photo, and wait a moment for the one that they came ahead of, whoever handles it. One a chat, the
 * newest.
 */
export class CommandsAhead {
  readonly #waiting: Kept<Command>;
  /** By chat, the name of the newest command. */
  readonly #newest: Kept<string>;

  constructor(store: Store) {
    const briefly = { limit: WAITING, ttlSeconds: KEPT_S };
    this.#waiting = store.kept('command-ahead', briefly);
    this.#newest = store.kept('newest-command-ahead', briefly);
  }

  /** Whether a photo of the same chat takes the command, once that is known. */
  async isTaken(chatId: number, command: Command): Promise<boolean> {
    const name = randomUUID();
    // Together, so that a photo which comes at once finds both.
    await Promise.all([this.#waiting.set(name, command), this.#newest.set(String(chatId), name)]);
    await wait(PHOTO_WITHIN_MS);
    return !(await this.#waiting.delete(name));
  }

  /** The command that a photo which has just come is asked with; null where none waits. */
  async take(chatId: number): Promise<Command | null> {
    const name = await this.#newest.get(String(chatId));
    if (name === undefined) return null;
    const command = await this.#waiting.get(name);
    return command !== undefined && (await this.#waiting.delete(name)) ? command : null;
  }
}
