import { badRequest } from '../errors.js';
import { MAX_ALBUM, MIN_ALBUM } from '../limits.js';
import { asObject, Payload } from '../payload.js';
import type { Content, Message } from '../wire.js';
import { mediaOf } from './media.js';
import type { Method } from './method.js';
import { postAsBot, roomOf, targetOf } from './target.js';
import { captionOf, textOf } from './text.js';

const ACTIONS = new Set([
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
]);

const sendMessage: Method = ({ world }, payload) => {
  const content = textOf(payload);
  return postAsBot(world, targetOf(world, payload, 'text'), content);
};

const sendPhoto: Method = async ({ world }, payload) => {
  const caption = { ...captionOf(payload), ...mediaFlags(payload) };
  const target = targetOf(world, payload, 'photos');
  const photo = await mediaOf(world.files, payload, payload.fields['photo'], 'photo');
  return postAsBot(world, target, { ...photo, ...caption });
};

const sendDocument: Method = async ({ world }, payload) => {
  const caption = captionOf(payload);
  const target = targetOf(world, payload, 'documents');
  const document = await mediaOf(world.files, payload, payload.fields['document'], 'document');
  return postAsBot(world, target, { ...document, ...caption });
};

const sendMediaGroup: Method = async ({ world }, payload) => {
  const items = payload.list('media') ?? [];
  if (items.length < MIN_ALBUM) {
    throw badRequest(items.length === 0 ? 'there are no messages to send' : 'too few messages to send as an album');
  }
  if (items.length > MAX_ALBUM) {
    throw badRequest('too many messages to send as an album');
  }
  const kinds = items.map((item) => asObject(item, 'InputMedia')['type']);
  const kind = kinds[0];
  if ((kind !== 'photo' && kind !== 'document') || kinds.some((other) => other !== kind)) {
    throw badRequest("can't parse InputMedia: photos and documents are known here, one kind in an album");
  }
  const target = targetOf(world, payload, kind === 'photo' ? 'photos' : 'documents');
  const contents: Content[] = [];
  for (const item of items) {
    const fields = new Payload({ ...payload.fields, ...asObject(item, 'InputMedia') });
    const media = await mediaOf(world.files, fields, fields.fields['media'], kind);
    contents.push({ ...media, ...captionOf(fields), ...mediaFlags(fields) });
  }
  const media_group_id = world.newAlbum();
  return contents.map((content): Message => postAsBot(world, target, { ...content, media_group_id }));
};

const sendChatAction: Method = ({ world }, payload) => {
  if (!ACTIONS.has(payload.text('action'))) {
    throw badRequest('wrong parameter action in request');
  }
  roomOf(world, payload);
  return true;
};

function mediaFlags(payload: Payload): Content {
  return {
    ...(payload.flag('has_spoiler') ? { has_media_spoiler: true } : {}),
    ...(payload.flag('show_caption_above_media') ? { show_caption_above_media: true } : {}),
  };
}

export const SENDING = { sendMessage, sendPhoto, sendDocument, sendMediaGroup, sendChatAction };
