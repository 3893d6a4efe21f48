import type { CallbackQuery, Chat, Message, User } from 'telegraf/types';
import { languageOf } from '../languages.js';
import type { Language } from '../languages.js';
import type { Log } from '../log.js';
import type { GuestRequest, Request, Services } from './context.js';
import type { Catalogue } from './messages/catalogue.js';
import { catalogueOf } from './messages/index.js';
import type { Place } from './telegram/delivery.js';
import type { GuestMessage } from './telegram/newer-types.js';

/** Who waits: a person, or the chat somebody writes in the name of. */
export function personOf(from: User | undefined, senderChat: Chat | undefined): string {
  return senderChat === undefined ? `user ${from?.id ?? 0}` : `chat ${senderChat.id}`;
}

/** Where an answer to this message goes. */
function placeOf(message: Message): Place {
  // Outside forums the thread is that of a reply, which nothing can be sent to.
  const threadId = message.is_topic_message === true ? message.message_thread_id : undefined;
  return { chatId: message.chat.id, threadId, replyTo: message.message_id };
}

/** The language of somebody's Telegram; null where that is not told, as of those who write in a chat's name. */
function speaks({ options }: Services, from: User | undefined): Language | null {
  return from?.language_code === undefined ? null : languageOf(from.language_code, options.language);
}

/** What a chat has chosen, with its words: else the person's, in a group the same for all; and its colours. */
async function chosenIn(
  { settings, options }: Services,
  { chatId, chat, speaks }: Pick<Request, 'chat' | 'speaks'> & { chatId: number },
): Promise<Pick<Request, 'words' | 'colours' | 'settings'>> {
  const chosen = await settings.of(chatId);
  const { language, colours = options.colourMap } = chosen;
  const shared = chat === 'group' && language === undefined && speaks !== null;
  const own = shared ? await settings.groupLanguage(chatId, speaks) : speaks;
  return { words: catalogueOf(language ?? own ?? options.language), colours, settings: chosen };
}

/** The same request, after its chat's settings were changed. */
export async function inSettingsOf(services: Services, request: Request): Promise<Request> {
  return { ...request, ...(await chosenIn(services, { ...request, chatId: request.place.chatId })) };
}

/** What a request has of its update, whatever that brought. */
type OfUpdate = Pick<Request, 'update' | 'log' | 'arrived'>;

/** @param chat its kind, for the log. */
export function ofUpdate({ updates }: Services, log: Log, update: number, chat: string | undefined): OfUpdate {
  const arrived = performance.now() - updates.historyOf(update).waited;
  return { update, log: log.child({ update, chat }), arrived };
}

async function requestOf(
  services: Services,
  message: Message,
  from: User | undefined,
  person: string,
): Promise<Omit<Request, keyof OfUpdate>> {
  const chat = message.chat.type === 'private' ? 'private' : 'group';
  const of = { chat, speaks: speaks(services, from) } as const;
  return {
    ...of,
    ...(await chosenIn(services, { ...of, chatId: message.chat.id })),
    place: placeOf(message),
    person,
  };
}

/** The request that a message makes. */
export async function requestOfMessage(services: Services, message: Message, ofUpdate: OfUpdate): Promise<Request> {
  const person = personOf(message.from, message.sender_chat);
  return { ...ofUpdate, ...(await requestOf(services, message, message.from, person)) };
}

/** The request of somebody in a chat that the bot is not in, in that person's language. */
export function requestOfGuest({ options }: Services, message: GuestMessage, ofUpdate: OfUpdate): GuestRequest {
  return {
    ...ofUpdate,
    query: message.guest_query_id,
    person: personOf(message.from, message.sender_chat),
    words: catalogueOf(languageOf(message.from?.language_code, options.language)),
  };
}

/** The request that a pressed button makes; null where its message is out of reach. */
export async function requestOfButton(
  services: Services,
  query: CallbackQuery,
  ofUpdate: OfUpdate,
): Promise<Request | null> {
  const { message, from } = query;
  if (message === undefined || message.date === 0) return null;
  return { ...ofUpdate, ...(await requestOf(services, message as Message, from, personOf(from, undefined))) };
}

/** What someone reads who pressed a button whose message is out of reach. */
export async function wordsOfButton(services: Services, { message, from }: CallbackQuery): Promise<Catalogue> {
  const chat = message === undefined || message.chat.type === 'private' ? 'private' : 'group';
  const chatId = message?.chat.id ?? from.id;
  return (await chosenIn(services, { chat, chatId, speaks: speaks(services, from) })).words;
}

/** The same request, answered as a reply to another message of the chat. */
export function replyingTo(request: Request, messageId: number): Request {
  return { ...request, place: { ...request.place, replyTo: messageId } };
}
