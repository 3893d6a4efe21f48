import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../bot-api.js';
import { badRequest } from '../errors.js';
import type { Payload } from '../payload.js';
import { now, without, type Room } from '../room.js';
import type { World } from '../world.js';
import { captionedMediaOf, inputMediaOf } from './media.js';
import type { Method } from './index.js';
import { keyboardOf, roomOf } from './target.js';
import { captionOf, textOf } from './text.js';

const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';

/** What a message with other media has no more, unless it is given again. */
const MEDIA_FIELDS = ['photo', 'document', 'caption', 'caption_entities', 'has_media_spoiler', 'reply_markup'] as const;

const editMessageText: Method = ({ world }, payload) => {
  const { room, message } = toEdit(world, payload);
  if (message.text === undefined) throw badRequest('there is no text in the message to edit');
  return edit(world, room, message, ['text', 'entities', 'reply_markup'], {
    ...textOf(payload),
    ...keyboardOf(payload),
  });
};

const editMessageCaption: Method = ({ world }, payload) => {
  const { room, message } = toEdit(world, payload);
  if (!hasMedia(message)) throw badRequest('there is no caption in the message to edit');
  return edit(world, room, message, ['caption', 'caption_entities', 'reply_markup'], {
    ...captionOf(payload),
    ...keyboardOf(payload),
  });
};

const editMessageReplyMarkup: Method = ({ world }, payload) => {
  const { room, message } = toEdit(world, payload);
  return edit(world, room, message, ['reply_markup'], keyboardOf(payload));
};

const editMessageMedia: Method = async ({ world }, payload) => {
  const { room, message } = toEdit(world, payload);
  if (!hasMedia(message)) throw badRequest('there is no media in the message to edit');
  const { kind, fields } = inputMediaOf(payload, payload.fields['media']);
  const media = await captionedMediaOf(world.files, fields, kind, fields.fields['media']);
  return edit(world, room, message, MEDIA_FIELDS, { ...media, ...keyboardOf(payload) });
};

function hasMedia({ photo, document }: Message): boolean {
  return photo !== undefined || document !== undefined;
}

function toEdit(world: World, payload: Payload): { room: Room; message: Message } {
  const room = roomOf(world, payload);
  const message = room.message(payload.integer('message_id') ?? 0);
  if (message === undefined) throw badRequest('message to edit not found');
  if (message.from?.id !== world.bot.id) throw badRequest("message can't be edited");
  return { room, message };
}

/** Takes the fields away, puts the new ones in. What is not given again is gone, the keyboard too. */
function edit(
  world: World,
  room: Room,
  message: Message,
  fields: readonly (keyof Message)[],
  content: Partial<Message>,
): Message {
  const edited: Message = { ...without(message, ...fields), ...content };
  if (isDeepStrictEqual(edited, message)) throw badRequest(NOT_MODIFIED);
  const dated: Message = { ...edited, edit_date: now() };
  room.replace(dated);
  world.changes.announce();
  return dated;
}

export const EDITING = { editMessageText, editMessageCaption, editMessageReplyMarkup, editMessageMedia };
