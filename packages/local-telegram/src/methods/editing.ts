import { isDeepStrictEqual } from 'node:util';
import { badRequest } from '../errors.js';
import { Payload } from '../payload.js';
import { now, type Room } from '../room.js';
import type { Content, Message } from '../wire.js';
import type { World } from '../world.js';
import { mediaOf } from './media.js';
import type { Method } from './method.js';
import { keyboardOf, roomOf } from './target.js';
import { captionOf, textOf } from './text.js';

const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';

const CAPTIONED = ['photo', 'document', 'animation', 'audio', 'video', 'voice'] as const;

const editMessageText: Method = ({ world }, payload) => {
  const { room, message } = toEdit(world, payload);
  if (message.text === undefined) {
    throw badRequest('there is no text in the message to edit');
  }
  const content = textOf(payload);
  return edit(world, room, message, ['text', 'entities', 'reply_markup'], { ...content, ...keyboardOf(payload) });
};

const editMessageCaption: Method = ({ world }, payload) => {
  const { room, message } = toEdit(world, payload);
  if (!CAPTIONED.some((kind) => message[kind] !== undefined)) {
    throw badRequest('there is no caption in the message to edit');
  }
  const content = captionOf(payload);
  return edit(world, room, message, ['caption', 'caption_entities', 'reply_markup'], {
    ...content,
    ...keyboardOf(payload),
  });
};

const editMessageReplyMarkup: Method = ({ world }, payload) => {
  const { room, message } = toEdit(world, payload);
  return edit(world, room, message, ['reply_markup'], keyboardOf(payload));
};

const editMessageMedia: Method = async ({ world }, payload) => {
  const { room, message } = toEdit(world, payload);
  if (message.photo === undefined && message.document === undefined) {
    throw badRequest('there is no media in the message to edit');
  }
  const item = payload.object('media', 'InputMedia') ?? {};
  const kind = item['type'];
  if (kind !== 'photo' && kind !== 'document') {
    throw badRequest("can't parse InputMedia: photos and documents are known here");
  }
  const fields = new Payload({ ...payload.fields, ...item });
  const content: Content = {
    ...(await mediaOf(world.files, fields, fields.fields['media'], kind)),
    ...captionOf(fields),
  };
  return edit(world, room, message, ['photo', 'document', 'caption', 'caption_entities', 'reply_markup'], {
    ...content,
    ...keyboardOf(payload),
  });
};

const deleteMessage: Method = ({ world }, payload) => {
  const room = roomOf(world, payload);
  const message = room.message(payload.integer('message_id') ?? 0);
  if (message === undefined) {
    throw badRequest('message to delete not found');
  }
  const allowed = room.chat.type === 'private' || message.from?.id === world.bot.id || room.isAdmin(world.bot.id);
  if (!allowed) {
    throw badRequest("message can't be deleted");
  }
  room.delete(message.message_id);
  world.changes.announce();
  return true;
};

function toEdit(world: World, payload: Payload): { room: Room; message: Message } {
  const room = roomOf(world, payload);
  const message = room.message(payload.integer('message_id') ?? 0);
  if (message === undefined) {
    throw badRequest('message to edit not found');
  }
  if (message.from?.id !== world.bot.id) {
    throw badRequest("message can't be edited");
  }
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
  const kept = { ...message };
  for (const field of fields) {
    Reflect.deleteProperty(kept, field);
  }
  const edited: Message = { ...kept, ...content };
  if (isDeepStrictEqual(edited, message)) {
    throw badRequest(NOT_MODIFIED);
  }
  const dated: Message = { ...edited, edit_date: now() };
  room.replace(dated);
  world.changes.announce();
  return dated;
}

export const EDITING = { editMessageText, editMessageCaption, editMessageReplyMarkup, editMessageMedia, deleteMessage };
