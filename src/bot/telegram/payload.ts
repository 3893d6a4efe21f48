import type { InlineKeyboardMarkup, InputMedia, ReplyParameters } from 'telegraf/types';
import type { Opts } from './newer-types.js';

/** A picture Telegram has already: sent again without an upload. */
export interface SentPicture {
  readonly kind: 'photo' | 'document';
  readonly fileId: string;
}

export type Picture = { readonly kind: 'jpeg'; readonly jpeg: Uint8Array } | SentPicture;

/** A message of the bot's with a picture. */
export interface SentMessage {
  readonly chatId: number;
  readonly messageId: number;
  readonly kind: SentPicture['kind'];
}

export interface Captioned {
  readonly picture: Picture;
  /** Telegram HTML. */
  readonly caption: string;
  /** Hidden until whoever sees it taps on it; documents cannot be. */
  readonly covered: boolean;
  /** None in an album. */
  readonly keyboard?: InlineKeyboardMarkup | undefined;
}

/** Where a send goes: a chat, the topic within it, and the message it replies to. */
export interface Target {
  readonly chatId: number;
  readonly threadId: number | undefined;
  /** Null: to none. */
  readonly replyTo: number | null;
}

function addressed({ chatId, threadId }: Target): { chat_id: number; message_thread_id?: number } {
  return { chat_id: chatId, ...(threadId !== undefined && { message_thread_id: threadId }) };
}

function reply({ replyTo }: Target): { reply_parameters?: ReplyParameters } {
  return replyTo === null ? {} : { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } };
}

/**
 * Reply parameters for an upload: telegraf drops objects from multipart forms, so they go as the JSON that the form
 * would hold anyway (telegraf issues 1970, 2004, 2094).
 */
function uploadReply(target: Target): { reply_parameters?: ReplyParameters } {
  const { reply_parameters: parameters } = reply(target);
  return parameters === undefined ? {} : { reply_parameters: JSON.stringify(parameters) as unknown as ReplyParameters };
}

function upload(picture: Picture): string | { source: Buffer; filename: string } {
  if (picture.kind !== 'jpeg') return picture.fileId;
  const { buffer, byteOffset, byteLength } = picture.jpeg;
  return { source: Buffer.from(buffer, byteOffset, byteLength), filename: 'heatmap.jpg' };
}

function cover({ covered }: Captioned): { has_spoiler?: true } {
  return covered ? { has_spoiler: true } : {};
}

function markup(keyboard: InlineKeyboardMarkup | undefined): { reply_markup?: InlineKeyboardMarkup } {
  return keyboard === undefined ? {} : { reply_markup: keyboard };
}

function captioned(target: Target, { caption, keyboard }: Captioned) {
  return { ...addressed(target), ...uploadReply(target), caption, parse_mode: 'HTML' as const, ...markup(keyboard) };
}

/** @param html Telegram HTML */
export function textPayload(target: Target, html: string, keyboard?: InlineKeyboardMarkup): Opts<'sendMessage'> {
  return {
    ...addressed(target),
    ...reply(target),
    text: html,
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    ...markup(keyboard),
  };
}

/**
 * The one answer to a guest query: an article, of which the chat sees its text.
 *
 * @param html Telegram HTML
 */
export function guestPayload(query: string, html: string): Opts<'answerGuestQuery'> {
  const text = { message_text: html, parse_mode: 'HTML', link_preview_options: { is_disabled: true } } as const;
  return { guest_query_id: query, result: { type: 'article', id: '1', title: 'Sorot', input_message_content: text } };
}

export function photoPayload(target: Target, photo: Captioned): Opts<'sendPhoto'> {
  return { photo: upload(photo.picture), ...cover(photo), ...captioned(target, photo) };
}

export function documentPayload(target: Target, document: Captioned): Opts<'sendDocument'> {
  return { document: upload(document.picture), ...captioned(target, document) };
}

/** What a message with a picture shows from now on; its reply stays, and its buttons are those given here. */
export function editPayload({ chatId, messageId, kind }: SentMessage, edited: Captioned): Opts<'editMessageMedia'> {
  const { picture, caption, keyboard } = edited;
  const item = { media: upload(picture), caption, parse_mode: 'HTML' as const };
  const media =
    kind === 'photo'
      ? ({ type: 'photo', ...item, ...cover(edited) } as const)
      : ({ type: 'document', ...item } as const);
  return { chat_id: chatId, message_id: messageId, media, ...markup(keyboard) };
}

/** @param photos two to ten */
export function albumPayload(target: Target, photos: readonly Captioned[]): Opts<'sendMediaGroup'> {
  const media = photos.map((photo): Extract<InputMedia, { type: 'photo' }> => ({
    type: 'photo',
    media: upload(photo.picture),
    caption: photo.caption,
    parse_mode: 'HTML',
    ...cover(photo),
  }));
  return { ...addressed(target), ...uploadReply(target), media };
}
