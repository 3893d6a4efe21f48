import type { Message } from 'local-telegram';
import type { Cast } from '../cast.js';

/** Whether a message holds a still picture that the bot can look at. */
export function hasPicture({ photo, document, sticker }: Message): boolean {
  return photo !== undefined || sticker !== undefined || (document?.mime_type?.startsWith('image/') ?? false);
}

/**
 * The message with the photo that a heatmap lies over: the one it replies to, or the one that the command it replies to
 * was about. Of an album each heatmap belongs to the photo in the same place, where none is missing. Null for any other
 * message, and where it is not certain.
 */
export function explainedBy(cast: Cast, message: Message): number | null {
  if (message.from?.id !== cast.telegram.bot.id || !isHeatmap(message)) return null;
  const subject = subjectOf(cast, message);
  if (subject === undefined) return null;
  if (subject.media_group_id === undefined || message.media_group_id === undefined) return subject.message_id;
  const [photos, heatmaps] = [albumOf(cast, subject), albumOf(cast, message)];
  const place = heatmaps.findIndex(({ message_id: id }) => id === message.message_id);
  return photos.length === heatmaps.length ? (photos[place]?.message_id ?? null) : null;
}

/** The bot sends no other pictures. */
function isHeatmap({ photo, document }: Message): boolean {
  return photo !== undefined || (document?.mime_type?.startsWith('image/') ?? false);
}

function subjectOf(cast: Cast, message: Message): Message | undefined {
  const replied = repliedTo(cast, message);
  if (replied === undefined || hasPicture(replied)) return replied;
  const behind = repliedTo(cast, replied);
  return behind !== undefined && hasPicture(behind) && behind.from?.id !== cast.telegram.bot.id ? behind : undefined;
}

/** As it is now; replies hold the state of when they were sent. */
function repliedTo(cast: Cast, { chat, reply_to_message: replied }: Message): Message | undefined {
  return replied === undefined ? undefined : cast.telegram.messageOf(chat, replied.message_id);
}

function albumOf(cast: Cast, { chat, media_group_id: album }: Message): readonly Message[] {
  return cast.telegram.messagesOf(chat).filter((message) => message.media_group_id === album);
}
