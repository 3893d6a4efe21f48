import { badRequest, forbidden } from '../errors.js';
import { MAX_BUTTONS, MAX_CALLBACK_DATA_BYTES } from '../limits.js';
import { asObject, type Payload } from '../payload.js';
import type { Denied, Place, Room } from '../room.js';
import type { Content, InlineKeyboardButton, InlineKeyboardMarkup, Message } from '../wire.js';
import type { World } from '../world.js';

/**
 * The chat a call names.
 *
 * @throws ApiFailure 400 where there is none, 403 where the bot is not or no longer in it
 */
export function roomOf(world: World, payload: Payload, field = 'chat_id'): Room {
  if (!payload.has(field)) {
    throw badRequest(`${field} is empty`);
  }
  const id = payload.integer(field);
  const room = id === undefined ? undefined : world.find(id);
  if (room === undefined) {
    throw badRequest('chat not found');
  }
  if (room.chat.type === 'private' && room.roleOf(room.chat.id) === 'kicked') {
    throw forbidden('bot was blocked by the user');
  }
  const role = room.roleOf(world.bot.id);
  if (role === 'kicked') {
    throw forbidden('bot was kicked from the supergroup chat');
  }
  if (role === 'left') {
    throw forbidden('bot is not a member of the supergroup chat');
  }
  return room;
}

/** Where a message goes and what it carries besides its content. */
export interface Target {
  readonly room: Room;
  readonly place: Place;
  readonly extra: Partial<Message>;
}

const DENIED_WORDS: Record<Denied, string> = { text: 'text messages', photos: 'photos', documents: 'documents' };

/**
 * Reads what every send method has in common: the chat, the topic, the message replied to, the keyboard.
 *
 * @throws ApiFailure in Telegram's words for each of them
 */
export function targetOf(world: World, payload: Payload, what: Denied): Target {
  const room = roomOf(world, payload);
  const extra = { ...keyboardOf(payload), ...(payload.flag('protect_content') ? { has_protected_content: true } : {}) };
  if (room.denied.has(what) && !room.isAdmin(world.bot.id)) {
    throw badRequest(`not enough rights to send ${DENIED_WORDS[what]} to the chat`);
  }
  const topic = payload.has('message_thread_id') ? payload.integer('message_thread_id') : undefined;
  if (payload.has('message_thread_id') && (topic === undefined || room.topic(topic) === undefined)) {
    throw badRequest('message thread not found');
  }
  const replyTo = repliedTo(room, payload);
  const inTopic = topic ?? (replyTo?.is_topic_message === true ? replyTo.message_thread_id : undefined);
  return { room, place: { replyTo, topic: inTopic }, extra: extra as Partial<Message> };
}

function repliedTo(room: Room, payload: Payload): Message | undefined {
  const parameters = payload.object('reply_parameters');
  if (parameters === undefined) {
    return undefined;
  }
  const { message_id: id, chat_id: chat, allow_sending_without_reply: lenient } = parameters;
  if (typeof id !== 'number') {
    throw badRequest('can\'t parse reply parameters: Field "message_id" must be of type Number');
  }
  const elsewhere = chat !== undefined && chat !== room.chat.id;
  const message = elsewhere ? undefined : room.message(id);
  if (message === undefined && lenient !== true) {
    throw badRequest('message to be replied not found');
  }
  return message;
}

/**
 * The inline keyboard of a call; other keyboards are taken and leave no trace on the message.
 *
 * @throws ApiFailure 400 for a keyboard Telegram refuses
 */
export function keyboardOf(payload: Payload): { reply_markup?: InlineKeyboardMarkup } {
  const markup = payload.object('reply_markup');
  const rows = markup?.['inline_keyboard'];
  if (rows === undefined) {
    return {};
  }
  if (!Array.isArray(rows) || !rows.every((row) => Array.isArray(row))) {
    throw badRequest('can\'t parse inline keyboard: Field "inline_keyboard" must be an Array of Arrays');
  }
  const keyboard = (rows as unknown[][]).map((row) => row.map(button)).filter((row) => row.length > 0);
  if (keyboard.flat().length > MAX_BUTTONS) {
    throw badRequest('reply markup is too long');
  }
  return keyboard.length === 0 ? {} : { reply_markup: { inline_keyboard: keyboard } };
}

const BUTTON_ACTIONS = [
  'callback_data',
  'url',
  'web_app',
  'login_url',
  'switch_inline_query',
  'switch_inline_query_current_chat',
  'switch_inline_query_chosen_chat',
  'copy_text',
  'callback_game',
  'pay',
];

function button(value: unknown): InlineKeyboardButton {
  const fields = asObject(value, 'an inline keyboard button');
  if (typeof fields['text'] !== 'string' || fields['text'] === '') {
    throw badRequest('can\'t parse inline keyboard button: Field "text" must be of type String');
  }
  if (!BUTTON_ACTIONS.some((action) => fields[action] !== undefined)) {
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  }
  const data = fields['callback_data'];
  if (data !== undefined) {
    const bytes = typeof data === 'string' ? Buffer.byteLength(data) : 0;
    if (bytes < 1 || bytes > MAX_CALLBACK_DATA_BYTES) {
      throw badRequest('BUTTON_DATA_INVALID');
    }
  }
  return fields as unknown as InlineKeyboardButton;
}

/** Puts the bot's message into the chat. */
export function postAsBot(world: World, target: Target, content: Content): Message {
  const message = target.room.post({ from: world.bot }, { ...content, ...target.extra }, target.place);
  world.changes.announce();
  return message;
}
