import type { Message } from '../bot-api.js';
import { badRequest } from '../errors.js';
import { newNumber } from '../room.js';
import { captionedMediaOf, inputMediaOf } from './media.js';
import type { Method } from './index.js';
import { postAsBot, roomOf, targetOf } from './target.js';
import { textOf } from './text.js';

const [MIN_ALBUM, MAX_ALBUM] = [2, 10];

const ACTION =
  /^(typing|choose_sticker|find_location|upload_(photo|document)|(record|upload)_(video|voice|video_note))$/;

const sendMessage: Method = ({ world }, payload) => {
  const content = textOf(payload);
  return postAsBot(world, targetOf(world, payload), content);
};

function sender(kind: 'photo' | 'document'): Method {
  return async ({ world }, payload) => {
    const target = targetOf(world, payload);
    return postAsBot(world, target, await captionedMediaOf(world.files, payload, kind, payload.fields[kind]));
  };
}

const sendMediaGroup: Method = async ({ world }, payload) => {
  const items = payload.list('media') ?? [];
  if (items.length < MIN_ALBUM) {
    throw badRequest(items.length === 0 ? 'there are no messages to send' : 'too few messages to send as an album');
  }
  if (items.length > MAX_ALBUM) throw badRequest('too many messages to send as an album');
  const media = items.map((item) => inputMediaOf(payload, item));
  if (new Set(media.map(({ kind }) => kind)).size > 1) throw badRequest("can't mix photos and documents in an album");
  const target = targetOf(world, payload);
  const contents: Partial<Message>[] = [];
  for (const { kind, fields } of media) {
    contents.push(await captionedMediaOf(world.files, fields, kind, fields.fields['media']));
  }
  const media_group_id = newNumber();
  return contents.map((content): Message => postAsBot(world, target, { ...content, media_group_id }));
};

const sendChatAction: Method = ({ world }, payload) => {
  if (!ACTION.test(payload.text('action'))) throw badRequest('wrong parameter action in request');
  roomOf(world, payload);
  return true;
};

export const SENDING = {
  sendMessage,
  sendPhoto: sender('photo'),
  sendDocument: sender('document'),
  sendMediaGroup,
  sendChatAction,
};
