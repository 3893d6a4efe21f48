import type { InlineKeyboardButton, Message } from '../bot-api.js';
import { badRequest, forbidden } from '../errors.js';
import { asObject, type Payload } from '../payload.js';
import type { Place, Room } from '../room.js';
import type { World } from '../world.js';

/**
 * The chat a call names.
 *
 * @throws ApiFailure 400 where there is none, 403 where the bot is not or no longer in it
 */
export function roomOf(world: World, payload: Payload): Room {
  if (!payload.has('chat_id')) throw badRequest('chat_id is empty');
  const id = payload.integer('chat_id');
  const room = id === undefined ? undefined : world.find(id);
  if (room === undefined) throw badRequest('chat not found');
  const role = room.roleOf(world.bot.id);
  if (role === 'kicked') {
    throw forbidden(
      `bot was ${room.chat.type === 'private' ? 'blocked by the user' : 'kicked from the supergroup chat'}`,
    );
  }
  if (role === 'left') throw forbidden('bot is not a member of the supergroup chat');
  return room;
}

const MAX_CALLBACK_DATA_BYTES = 64;

/** Where a message goes and what is under it. */
export interface Target {
  readonly room: Room;
  readonly place: Place;
  readonly keyboard: Partial<Message>;
}

/**
 * Reads what every send method has in common: the chat, the topic, the message replied to, the keyboard.
 *
 * @throws ApiFailure in Telegram's words for each of them
 */
export function targetOf(world: World, payload: Payload): Target {
  const room = roomOf(world, payload);
  const keyboard = keyboardOf(payload);
  const topic = payload.has('message_thread_id') ? payload.integer('message_thread_id') : undefined;
  if (payload.has('message_thread_id') && (topic === undefined || room.topic(topic) === undefined)) {
    throw badRequest('message thread not found');
  }
  const replyTo = repliedTo(room, payload);
  const inTopic = topic ?? (replyTo?.is_topic_message === true ? replyTo.message_thread_id : undefined);
  return { room, place: { replyTo, topic: inTopic }, keyboard };
}

function repliedTo(room: Room, payload: Payload): Message | undefined {
  const parameters = payload.object('reply_parameters');
  if (parameters === undefined) return undefined;
  const { message_id: id, chat_id: chat, allow_sending_without_reply: lenient } = parameters;
  const elsewhere = chat !== undefined && chat !== room.chat.id;
  const message = elsewhere || typeof id !== 'number' ? undefined : room.message(id);
  if (message === undefined && lenient !== true) throw badRequest('message to be replied not found');
  return message;
}

/**
 * The inline keyboard of a call; other keyboards are taken and leave no trace on the message.
 *
 * @throws ApiFailure 400 for a keyboard Telegram refuses
 */
export function keyboardOf(payload: Payload): Partial<Message> {
  const markup = payload.object('reply_markup');
  const rows = markup?.['inline_keyboard'];
  if (rows === undefined) return {};
  if (!Array.isArray(rows) || !rows.every((row) => Array.isArray(row))) {
    throw badRequest('can\'t parse inline keyboard: Field "inline_keyboard" must be an Array of Arrays');
  }
  const keyboard = (rows as unknown[][]).map((row) => row.map(button)).filter((row) => row.length > 0);
  return keyboard.length === 0 ? {} : { reply_markup: { inline_keyboard: keyboard } };
}

/** What a button shows; every other field of one says what it does. */
const LOOKS = ['text', 'style', 'icon_custom_emoji_id'];

function button(value: unknown): InlineKeyboardButton {
  const fields = asObject(value, 'an inline keyboard button');
  if (Object.keys(fields).every((field) => LOOKS.includes(field))) {
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  }
  const data = fields['callback_data'];
  if (data !== undefined) {
    const bytes = typeof data === 'string' ? Buffer.byteLength(data) : 0;
    if (bytes < 1 || bytes > MAX_CALLBACK_DATA_BYTES) throw badRequest('BUTTON_DATA_INVALID');
  }
  return fields as unknown as InlineKeyboardButton;
}

/** Puts the bot's message into the chat. */
export function postAsBot(world: World, target: Target, content: Partial<Message>): Message {
  const message = target.room.post({ from: world.bot }, { ...content, ...target.keyboard }, target.place);
  world.changes.announce();
  return message;
}
