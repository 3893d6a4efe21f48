import type { Room } from './room.js';
import type { Message } from './wire.js';
import type { World } from './world.js';

/**
 * Whether a message reaches the bot. Everything does in a private chat, with privacy mode off, and where the bot is
 * admin; else only service messages, commands meant for it, and replies to its messages and to those commands.
 */
export function isForBot(world: World, room: Room, message: Message): boolean {
  if (!room.isMember(world.bot.id)) {
    return false;
  }
  if (message.from?.is_bot === true && message.sender_chat === undefined) {
    return false;
  }
  if (room.chat.type === 'private' || !world.privacy || room.isAdmin(world.bot.id)) {
    return true;
  }
  return isService(message) || isCommandForBot(world, room, message) || isReplyForBot(world, room, message);
}

function isService(message: Message): boolean {
  return (
    message.new_chat_members !== undefined ||
    message.left_chat_member !== undefined ||
    message.new_chat_title !== undefined ||
    message.forum_topic_created !== undefined ||
    message.pinned_message !== undefined
  );
}

/** A plain command belongs to the bot that posted last, or to the only bot. */
function isCommandForBot(world: World, room: Room, message: Message): boolean {
  const text = message.text ?? message.caption ?? '';
  const commands = (message.entities ?? message.caption_entities ?? []).filter(({ type }) => type === 'bot_command');
  return commands.some(({ offset, length }) => {
    const [, username] = text.slice(offset, offset + length).split('@');
    if (username !== undefined) {
      return username.toLowerCase() === world.bot.username?.toLowerCase();
    }
    return offset === 0 && (room.lastBot === world.bot.id || isOnlyBot(world, room));
  });
}

function isOnlyBot(world: World, room: Room): boolean {
  return ![...room.members.values()].some(
    ({ user }) => user.is_bot && user.id !== world.bot.id && room.isMember(user.id),
  );
}

function isReplyForBot(world: World, room: Room, message: Message): boolean {
  const replied = message.reply_to_message;
  if (replied === undefined || replied.forum_topic_created !== undefined) {
    return false;
  }
  return replied.from?.id === world.bot.id || room.meantForBot.has(replied.message_id);
}
