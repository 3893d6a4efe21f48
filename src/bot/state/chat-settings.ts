import type { Language } from '../../languages.js';
import type { Kept, Store } from '../../analysis/store.js';

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

/** The settings of every chat. */
export class Settings {
  readonly #chats: Kept<ChatSettings>;

  constructor(store: Store) {
    this.#chats = store.kept('settings', { limit: CHATS });
  }

  async of(chatId: number): Promise<ChatSettings> {
    return (await this.#chats.get(String(chatId))) ?? NONE;
  }

  async change(chatId: number, change: ChatSettings): Promise<void> {
    await this.#chats.set(String(chatId), { ...(await this.of(chatId)), ...change });
  }

  /** A group became a supergroup, with another number. */
  async move(from: number, to: number): Promise<void> {
    await this.change(to, await this.of(from));
    await this.#chats.delete(String(from));
  }
}
