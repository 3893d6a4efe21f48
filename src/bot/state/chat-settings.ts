import * as v from 'valibot';
import { LANGUAGES } from '../../languages.js';
import type { Language } from '../../languages.js';
import type { Kept, Store } from '../../analysis/store.js';
import { COLOUR_MAPS } from '../../vision/image/colour-maps.js';

/** Chats whose settings are kept: some 200 bytes each; the one changed or asked for longest ago is forgotten. */
const CHATS = 10_000;

const SETTINGS = v.object({
  /** Absent: in a private chat that of the person's Telegram, in a group that of whoever wrote there first. */
  language: v.optional(v.picklist(LANGUAGES)),
  /** Whether the first class' heatmap follows a prediction by itself. */
  heatmaps: v.optional(v.boolean()),
  /** Whether every photo of the group is answered. */
  auto: v.optional(v.boolean()),
  colours: v.optional(v.picklist(COLOUR_MAPS)),
});

/** What a chat has chosen; absent: as it comes. */
export type ChatSettings = Readonly<v.InferOutput<typeof SETTINGS>>;

const NONE: ChatSettings = {};

/** The settings of every chat. */
export class Settings {
  readonly #chats: Kept<ChatSettings>;
  readonly #groupLanguages: Kept<Language>;

  constructor(store: Store) {
    this.#chats = store.kept('settings', { limit: CHATS, lasting: (value) => v.is(SETTINGS, value) });
    const isLanguage = (value: unknown): boolean => v.is(v.picklist(LANGUAGES), value);
    this.#groupLanguages = store.kept('group-language', { limit: CHATS, lasting: isLanguage });
  }

  async of(chatId: number): Promise<ChatSettings> {
    return (await this.#chats.get(String(chatId))) ?? NONE;
  }

  async change(chatId: number, change: ChatSettings): Promise<void> {
    await this.#chats.set(String(chatId), { ...(await this.of(chatId)), ...change });
  }

  /** The language of a group that has chosen none: that of whoever wrote there first, the same for all from then on. */
  async groupLanguage(chatId: number, first: Language): Promise<Language> {
    await this.#groupLanguages.add(String(chatId), first);
    return (await this.#groupLanguages.get(String(chatId))) ?? first;
  }

  /** A group became a supergroup, with another number. */
  async move(from: number, to: number): Promise<void> {
    await this.change(to, await this.of(from));
    await this.#chats.delete(String(from));
    const language = await this.#groupLanguages.get(String(from));
    if (language !== undefined) await this.#groupLanguages.add(String(to), language);
  }
}
