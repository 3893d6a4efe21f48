import type { Message } from 'telegraf/types';
import { repliedTo } from './addressing.js';
import type { Services } from './context.js';
import { photoIn } from './photo-in-message.js';
import type { RememberedPhoto } from './state/recall.js';

/** The photo in a message. */
export function photoOf(message: Message): RememberedPhoto | null {
  const found = photoIn(message);
  return found.kind === 'photo' ? { photo: found.photo, messageId: message.message_id } : null;
}

/** The photo a message of the bot is about: as remembered, else as Telegram tells what it replied to. */
export async function photoBehind(services: Services, message: Message): Promise<RememberedPhoto | null> {
  const remembered = await services.recall.photoOf(message.chat.id, message.message_id);
  if (remembered !== undefined) return remembered;
  const replied = repliedTo(message);
  return replied === null ? null : photoOf(replied);
}
