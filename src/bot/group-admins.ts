import type { Chat, ChatMember, User } from 'telegraf/types';
import type { Services } from './context.js';

/** Who wrote a message or pressed a button, and where. */
export interface Writer {
  readonly chat: Chat;
  readonly from?: User;
  /** The chat in whose name it was written. */
  readonly sender_chat?: Chat;
}

function isAdmin({ status }: ChatMember): boolean {
  return status === 'creator' || status === 'administrator';
}

/**
 * Whether somebody may change a group's settings: its admins, those who write in the group's name, and
 * everybody in a private chat.
 *
 * @throws TelegramFailure
 */
export async function maySet(services: Services, writer: Writer): Promise<boolean> {
  const { chat, from, sender_chat: senderChat } = writer;
  if (chat.type === 'private' || senderChat?.id === chat.id) return true;
  if (from === undefined || senderChat !== undefined) return false;
  // Of others than itself a bot may only ask who the admins are, unless it is one.
  const admins = await services.client.call('getChatAdministrators', { chat_id: chat.id });
  return admins.some(({ user }) => user.id === from.id);
}

/**
 * Whether the bot sees photos of a group that are not meant for it: privacy mode is off, or the bot is an admin.
 *
 * @throws TelegramFailure
 */
export async function seesEverything(
  services: Services,
  chatId: number,
  bot: { readonly id: number; readonly can_read_all_group_messages: boolean },
): Promise<boolean> {
  if (bot.can_read_all_group_messages) return true;
  return isAdmin(await services.client.call('getChatMember', { chat_id: chatId, user_id: bot.id }));
}
