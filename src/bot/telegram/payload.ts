import type { InlineKeyboardMarkup, InputMedia, Opts, ReplyParameters } from 'telegraf/types';

/** A picture Telegram has already: sent again without an upload. */
export interface SentPicture {
  readonly kind: 'photo' | 'document';
  readonly fileId: string;
}

export type Picture = { readonly kind: 'jpeg'; readonly jpeg: Uint8Array } | SentPicture;

export interface Captioned {
  readonly picture: Picture;
  /** Telegram HTML. */
  readonly caption: string;
  /** Hidden until whoever sees it taps on it; documents cannot be. */
  readonly covered: boolean;
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

function captioned(target: Target, caption: string) {
  return { ...addressed(target), ...uploadReply(target), caption, parse_mode: 'HTML' as const };
}

/** @param html Telegram HTML */
export function textPayload(target: Target, html: string, keyboard?: InlineKeyboardMarkup): Opts<'sendMessage'> {
  return {
    ...addressed(target),
    ...reply(target),
    text: html,
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    ...(keyboard !== undefined && { reply_markup: keyboard }),
  };
}

export function photoPayload(target: Target, photo: Captioned): Opts<'sendPhoto'> {
  return { photo: upload(photo.picture), ...cover(photo), ...captioned(target, photo.caption) };
}

export function documentPayload(target: Target, { picture, caption }: Captioned): Opts<'sendDocument'> {
  return { document: upload(picture), ...captioned(target, caption) };
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
