import type { Command } from '../addressing.js';

/**
 * A forward with a comment comes as two messages, the comment first. By polling the second is seen when the same updates
 * may be asked for again, which is after 600 ms.
 */
const PHOTO_WITHIN_MS = 900;

interface Waiting {
  readonly command: Command;
  readonly end: (taken: boolean) => void;
}

/** Commands that name no photo, and wait a moment for the one that they came ahead of. One a chat, the newest. */
export class CommandsAhead {
  readonly #waiting = new Map<number, Waiting>();

  /** Whether a photo of the same chat takes the command, once that is known. */
  isTaken(chatId: number, command: Command): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (taken: boolean): void => {
        clearTimeout(timer);
        if (this.#waiting.get(chatId) === waiting) this.#waiting.delete(chatId);
        resolve(taken);
      };
      const waiting = { command, end };
      const timer = setTimeout(end, PHOTO_WITHIN_MS, false);
      this.#waiting.set(chatId, waiting);
    });
  }

  /** The command that a photo which has just come is asked with; null where none waits. */
  take(chatId: number): Command | null {
    const waiting = this.#waiting.get(chatId);
    waiting?.end(true);
    return waiting?.command ?? null;
  }
}
