import type { Language } from '../../languages.js';
import { BoundedCache } from '../../analysis/cache.js';

/** Chats whose settings are kept: some 200 bytes each; the one changed or asked for longest ago is forgotten. */
const CHATS = 10_000;

/** What a chat has chosen; absent: as it comes. */
export interface ChatSettings {
  readonly language?: Language;
  /** Whether the first class' heatmap follows a prediction by itself. */
  readonly heatmaps?: boolean;
  /** Whether every photo of the group is answered. */
  readonly auto?: boolean;
}

const NONE: ChatSettings = {};

/** The settings of every chat, in memory: they are lost with the process. */
export class Settings {
  readonly #chats = new BoundedCache<ChatSettings>({ limit: CHATS });

  of(chatId: number): ChatSettings {
    return this.#chats.get(String(chatId)) ?? NONE;
  }

  change(chatId: number, change: ChatSettings): void {
    this.#chats.set(String(chatId), { ...this.of(chatId), ...change });
  }

  /** A group became a supergroup, with another number. */
  move(from: number, to: number): void {
    this.change(to, this.of(from));
    this.#chats.delete(String(from));
  }

  close(): void {
    this.#chats.close();
  }
}
