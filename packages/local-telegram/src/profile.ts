import type { BotCommand, User } from './bot-api.js';
import type { Room } from './room.js';

export type Scope = readonly [type: string, chatId?: number];

/** What a bot says of itself, by language; the empty one is for everybody else. */
export class BotProfile {
  readonly description = new Map<string, string>();
  readonly short_description = new Map<string, string>();
  readonly #commands = new Map<string, readonly BotCommand[]>();

  /** The commands of one scope in one language, none where they were not set. */
  commands(scope: Scope, language: string): readonly BotCommand[] {
    return this.#commands.get(JSON.stringify([scope, language])) ?? [];
  }

  setCommands(scope: Scope, language: string, commands: readonly BotCommand[]): void {
    this.#commands.set(JSON.stringify([scope, language]), commands);
  }

  /** What a person is shown in a chat: the commands of the first scope and language that has some. */
  menuFor(room: Room, user: User): readonly BotCommand[] {
    for (const scope of scopesOf(room, user)) {
      for (const language of languagesOf(user)) {
        const commands = this.commands(scope, language);
        if (commands.length > 0) return commands;
      }
    }
    return [];
  }

  descriptionFor(user: User): string {
    const [own = '', all = ''] = languagesOf(user);
    return this.description.get(own) ?? this.description.get(all) ?? '';
  }
}

/** From the narrowest to the widest: https://core.telegram.org/bots/api#determining-list-of-commands */
function scopesOf(room: Room, user: User): Scope[] {
  const { id, type } = room.chat;
  if (type === 'private') return [['chat', id], ['all_private_chats'], ['default']];
  const admins: Scope[] = room.isAdmin(user.id) ? [['all_chat_administrators']] : [];
  return [['chat', id], ...admins, ['all_group_chats'], ['default']];
}

/** Telegram asks for the person's language, then for none. */
function languagesOf(user: User): string[] {
  return [(user.language_code ?? '').slice(0, 2), ''];
}
