import type { ApiCall, Message } from 'local-telegram';

/** Whether a call sends a reply to a message, whose number is its own in its chat only. */
export function repliesTo({ payload }: ApiCall, { chat, message_id: id }: Message): boolean {
  const reply = payload['reply_parameters'] as { message_id?: number } | undefined;
  return reply?.message_id === id && String(payload['chat_id']) === String(chat.id);
}
