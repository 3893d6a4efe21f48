import type { Room } from './room.js';
import type { Message } from './bot-api.js';
import type { World } from './world.js';

/**
 * Whether a message reaches the bot. Everything does in a private chat, with privacy mode off, and where the bot is
 * admin; else only service messages, commands meant for it, and replies to its messages and to those commands.
 */
export function isForBot(world: World, room: Room, message: Message): boolean {
  if (!room.isMember(world.bot.id)) return false;
  if (message.from?.is_bot === true && message.sender_chat === undefined) return false;
  if (room.chat.type === 'private' || !world.privacy || room.isAdmin(world.bot.id)) return true;
  return isService(message) || isCommandForBot(world, room, message) || isReplyForBot(world, room, message);
}

/** Whether somebody names the bot in a chat that it is not in, and it takes that as a query. */
export function isGuestQuery(world: World, room: Room, message: Message): boolean {
  if (!world.guestQueries || room.roleOf(world.bot.id) !== 'left' || message.from?.is_bot === true) return false;
  return marked(message, 'mention').some(({ words }) => isNameOfBot(world, words.slice(1)));
}

function isService({ new_chat_members, left_chat_member, forum_topic_created }: Message): boolean {
  return (new_chat_members ?? left_chat_member ?? forum_topic_created) !== undefined;
}

/** A plain command belongs to the bot that posted last, or to the only bot. */
function isCommandForBot(world: World, room: Room, message: Message): boolean {
  return marked(message, 'bot_command').some(({ offset, words }) => {
    const [, username] = words.split('@');
    if (username !== undefined) return isNameOfBot(world, username);
    return offset === 0 && (room.lastBot === world.bot.id || isOnlyBot(world, room));
  });
}

/** What of a message's words is of a kind. */
function marked(message: Message, kind: 'bot_command' | 'mention'): { offset: number; words: string }[] {
  const text = message.text ?? message.caption ?? '';
  const entities = (message.entities ?? message.caption_entities ?? []).filter(({ type }) => type === kind);
  return entities.map(({ offset, length }) => ({ offset, words: text.slice(offset, offset + length) }));
}

function isNameOfBot({ bot }: World, username: string): boolean {
  return username.toLowerCase() === bot.username?.toLowerCase();
}

function isOnlyBot(world: World, room: Room): boolean {
  return !world.peopleOf(room).some(({ id, is_bot }) => is_bot && id !== world.bot.id && room.isMember(id));
}

function isReplyForBot(world: World, room: Room, message: Message): boolean {
  const replied = message.reply_to_message;
  if (replied === undefined || replied.forum_topic_created !== undefined) return false;
  return replied.from?.id === world.bot.id || room.meantForBot.has(replied.message_id);
}
