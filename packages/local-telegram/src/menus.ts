import { scopeKey } from './methods/profile.js';
import type { Room } from './room.js';
import type { User } from './wire.js';
import type { World } from './world.js';

/** One line of a menu. */
export interface Command {
  readonly command: string;
  readonly description: string;
}

type Scope = readonly [type: string, chatId?: number, userId?: number];

/** From the narrowest to the widest: https://core.telegram.org/bots/api#determining-list-of-commands */
function scopesOf(room: Room, user: User): Scope[] {
  const { id, type } = room.chat;
  if (type === 'private') {
    return [['chat', id], ['all_private_chats'], ['default']];
  }
  const admin = room.isAdmin(user.id);
  return [
    ['chat_member', id, user.id],
    ...(admin ? [['chat_administrators', id] as const] : []),
    ['chat', id],
    ...(admin ? [['all_chat_administrators'] as const] : []),
    ['all_group_chats'],
    ['default'],
  ];
}

/** Telegram asks for the person's language, then for none. */
function languagesOf(user: User): string[] {
  return [(user.language_code ?? '').slice(0, 2), ''];
}

/** The commands of the first scope and language that has some. */
export function menuFor(world: World, room: Room, user: User): readonly Command[] {
  for (const [type, chatId, userId] of scopesOf(room, user)) {
    for (const language of languagesOf(user)) {
      const commands = world.profile.commands.get(scopeKey(type, language, chatId, userId));
      if (commands !== undefined && commands.length > 0) {
        return commands as readonly Command[];
      }
    }
  }
  return [];
}

/** What the bot says of itself in the language of a person, or to everybody. */
export function descriptionFor(world: World, user: User): string {
  const { descriptions } = world.profile;
  return (
    languagesOf(user)
      .map((language) => descriptions.get(language))
      .find((text) => text !== undefined) ?? ''
  );
}
