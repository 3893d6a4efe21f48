import type { Message } from 'local-telegram';
import type { Cast } from '../cast.js';
import type { ButtonView, MessageView, TextView } from '../protocol.js';
import { explainedBy } from './explaining.js';

/** What browsers show: of other pictures, TIFF for one, the page names the file. */
export const SHOWN_IMAGES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'];

/** Where the page gets files. Each start has addresses of its own: identifiers begin anew with each. */
export type FileAddress = (fileId: string) => string;

/** A message as the page shows it. */
export function messageView(cast: Cast, message: Message, addressOf: FileAddress): MessageView {
  const explains = explainedBy(cast, message);
  const replied = message.reply_to_message;
  const text = textOf(message);
  return {
    id: message.message_id,
    from: {
      id: message.from?.id ?? 0,
      name: message.from?.first_name ?? '',
      bot: message.from?.is_bot ?? false,
    },
    date: message.date,
    ...(text !== null && { text }),
    ...contentOf(message, addressOf),
    ...(message.media_group_id !== undefined && { album: message.media_group_id }),
    ...(replied !== undefined && replied.forum_topic_created === undefined && { replyTo: replied.message_id }),
    buttons: (message.reply_markup?.inline_keyboard ?? []).map((row) => row.flatMap(buttonView)),
    ...(explains !== null && { explains }),
  };
}

function textOf({ text, entities, caption, caption_entities }: Message): TextView | null {
  const said = text ?? caption;
  if (said === undefined) return null;
  const marked = (text === undefined ? caption_entities : entities) ?? [];
  return {
    text: said,
    entities: marked.map(({ type, offset, length }) => ({
      type,
      offset,
      length,
    })),
  };
}

function contentOf(
  { photo, document, sticker }: Message,
  addressOf: FileAddress,
): Pick<MessageView, 'photo' | 'document'> {
  const largest = photo?.toSorted((a, b) => a.width - b.width).at(-1);
  const picture = largest ?? sticker;
  if (picture !== undefined) {
    return { photo: { url: addressOf(picture.file_id), width: picture.width, height: picture.height } };
  }
  if (document === undefined) return {};
  return {
    document: {
      url: addressOf(document.file_id),
      name: document.file_name ?? '',
      bytes: document.file_size ?? 0,
      image: SHOWN_IMAGES.includes(document.mime_type ?? ''),
    },
  };
}

/** Sorot's buttons all ask it something; one that led to a website would have no data. */
function buttonView({ text, callback_data: data }: { text: string; callback_data?: string }): ButtonView[] {
  return data === undefined ? [] : [{ text, data }];
}
