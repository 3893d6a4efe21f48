import type { Message } from '../bot-api.js';
import { badRequest } from '../errors.js';
import { asObject, Payload } from '../payload.js';
import { newNumber } from '../room.js';
import { mediaOf, spoilerOf } from './media.js';
import type { Method } from './index.js';
import { postAsBot, roomOf, targetOf } from './target.js';
import { captionOf, textOf } from './text.js';

const [MIN_ALBUM, MAX_ALBUM] = [2, 10];

const ACTION =
  /^(typing|choose_sticker|find_location|upload_(photo|document)|(record|upload)_(video|voice|video_note))$/;

const sendMessage: Method = ({ world }, payload) => {
  const content = textOf(payload);
  return postAsBot(world, targetOf(world, payload, 'text messages'), content);
};

const sendPhoto: Method = async ({ world }, payload) => {
  const caption = { ...captionOf(payload), ...spoilerOf(payload) };
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
  if (items.length > MAX_ALBUM) throw badRequest('too many messages to send as an album');
  const kinds = items.map((item) => asObject(item, 'InputMedia')['type']);
  const kind = kinds[0];
  if ((kind !== 'photo' && kind !== 'document') || kinds.some((other) => other !== kind)) {
    throw badRequest("can't parse InputMedia: photos and documents are known here, one kind in an album");
  }
  const target = targetOf(world, payload, kind === 'photo' ? 'photos' : 'documents');
  const contents: Partial<Message>[] = [];
  for (const item of items) {
    const fields = new Payload({ ...payload.fields, ...asObject(item, 'InputMedia') });
    const media = await mediaOf(world.files, fields, fields.fields['media'], kind);
    contents.push({ ...media, ...captionOf(fields), ...spoilerOf(fields) });
  }
  const media_group_id = newNumber();
  return contents.map((content): Message => postAsBot(world, target, { ...content, media_group_id }));
};

const sendChatAction: Method = ({ world }, payload) => {
  if (!ACTION.test(payload.text('action'))) throw badRequest('wrong parameter action in request');
  roomOf(world, payload);
  return true;
};

export const SENDING = { sendMessage, sendPhoto, sendDocument, sendMediaGroup, sendChatAction };
