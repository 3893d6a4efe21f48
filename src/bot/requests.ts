import type { CallbackQuery, Chat, Message, User } from 'telegraf/types';
import type { Log } from '../log.js';
import type { Request, Services } from './context.js';
import { catalogueOf, languageOf } from './messages/index.js';
import type { Place } from './telegram/delivery.js';

/** Who waits: a person, or the chat somebody writes in the name of. */
function personOf(from: User | undefined, senderChat: Chat | undefined): string {
  return senderChat === undefined ? `user ${from?.id ?? 0}` : `chat ${senderChat.id}`;
}

/** Where an answer to this message goes. */
export function placeOf(message: Message): Place {
  // Outside forums the thread is that of a reply, which nothing can be sent to.
  const threadId = message.is_topic_message === true ? message.message_thread_id : undefined;
  return { chatId: message.chat.id, threadId, replyTo: message.message_id };
}

function requestOf(services: Services, message: Message, from: User | undefined, person: string, log: Log): Request {
  const { settings, options } = services;
  const language = settings.of(message.chat.id).language ?? languageOf(from?.language_code, options.language);
  return {
    place: placeOf(message),
    chat: message.chat.type === 'private' ? 'private' : 'group',
    person,
    words: catalogueOf(language),
    log,
  };
}

/** The request that a message makes. */
export function requestOfMessage(services: Services, message: Message, log: Log): Request {
  return requestOf(services, message, message.from, personOf(message.from, message.sender_chat), log);
}

/** The request that a pressed button makes; null where its message is out of reach. */
export function requestOfButton(services: Services, query: CallbackQuery, log: Log): Request | null {
  const { message, from } = query;
  if (message === undefined || message.date === 0) return null;
  return requestOf(services, message as Message, from, personOf(from, undefined), log);
}

/** The same request, answered as a reply to another message of the chat. */
export function replyingTo(request: Request, messageId: number): Request {
  return { ...request, place: { ...request.place, replyTo: messageId } };
}
