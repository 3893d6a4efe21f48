import type { Animation, Audio, Contact, Dice, Location, Poll, Venue, Video, VideoNote, Voice } from 'telegraf/types';

/** The Bot API's objects as they travel, flat: every kind of content is an optional field. */
export interface User {
  readonly id: number;
  readonly is_bot: boolean;
  readonly first_name: string;
  readonly last_name?: string;
  readonly username?: string;
  readonly language_code?: string;
}

export interface Chat {
  readonly id: number;
  readonly type: 'private' | 'supergroup';
  readonly title?: string;
  readonly username?: string;
  readonly first_name?: string;
  readonly last_name?: string;
  readonly is_forum?: true;
}

export interface MessageEntity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly user?: User;
  readonly language?: string;
  readonly custom_emoji_id?: string;
}

export interface PhotoSize {
  readonly file_id: string;
  readonly file_unique_id: string;
  readonly width: number;
  readonly height: number;
  readonly file_size?: number;
}

export interface Document {
  readonly file_id: string;
  readonly file_unique_id: string;
  readonly file_name?: string;
  readonly mime_type?: string;
  readonly file_size?: number;
}

export interface Sticker {
  readonly file_id: string;
  readonly file_unique_id: string;
  readonly type: 'regular';
  readonly width: number;
  readonly height: number;
  readonly is_animated: boolean;
  readonly is_video: boolean;
  readonly emoji?: string;
  readonly file_size?: number;
}

export interface InlineKeyboardButton {
  readonly text: string;
  readonly callback_data?: string;
  readonly url?: string;
}

export interface InlineKeyboardMarkup {
  readonly inline_keyboard: readonly (readonly InlineKeyboardButton[])[];
}

/** What a message says or shows. */
export interface Content {
  readonly text?: string;
  readonly entities?: readonly MessageEntity[];
  readonly caption?: string;
  readonly caption_entities?: readonly MessageEntity[];
  readonly show_caption_above_media?: boolean;
  readonly has_media_spoiler?: boolean;
  readonly media_group_id?: string;
  readonly photo?: readonly PhotoSize[];
  readonly document?: Document;
  readonly sticker?: Sticker;
  readonly animation?: Animation;
  readonly audio?: Audio;
  readonly video?: Video;
  readonly video_note?: VideoNote;
  readonly voice?: Voice;
  readonly contact?: Contact;
  readonly dice?: Dice;
  readonly location?: Location;
  readonly venue?: Venue;
  readonly poll?: Poll;
  readonly new_chat_members?: readonly User[];
  readonly left_chat_member?: User;
  readonly new_chat_title?: string;
  readonly forum_topic_created?: { readonly name: string; readonly icon_color: number };
  readonly pinned_message?: Message;
}

export interface Message extends Content {
  readonly message_id: number;
  readonly message_thread_id?: number;
  readonly is_topic_message?: true;
  readonly from?: User;
  readonly sender_chat?: Chat;
  readonly date: number;
  readonly edit_date?: number;
  readonly chat: Chat;
  readonly reply_to_message?: Message;
  readonly forward_origin?: unknown;
  readonly has_protected_content?: true;
  readonly reply_markup?: InlineKeyboardMarkup;
}

/** A message that was deleted, or is too old, under a pressed button. */
export interface InaccessibleMessage {
  readonly chat: Chat;
  readonly message_id: number;
  readonly date: 0;
}

export interface CallbackQuery {
  readonly id: string;
  readonly from: User;
  readonly message?: Message | InaccessibleMessage;
  readonly chat_instance: string;
  readonly data?: string;
}

export interface ChatMember {
  readonly status: 'creator' | 'administrator' | 'member' | 'left' | 'kicked';
  readonly user: User;
  readonly [right: string]: unknown;
}

export interface ChatMemberUpdated {
  readonly chat: Chat;
  readonly from: User;
  readonly date: number;
  readonly old_chat_member: ChatMember;
  readonly new_chat_member: ChatMember;
}

/** One update; the field beside `update_id` names its kind. */
export interface Update {
  readonly update_id: number;
  readonly message?: Message;
  readonly edited_message?: Message;
  readonly callback_query?: CallbackQuery;
  readonly my_chat_member?: ChatMemberUpdated;
  readonly chat_member?: ChatMemberUpdated;
  readonly [kind: string]: unknown;
}

/** A file as a bot uploaded it. */
export interface Upload {
  readonly upload: Uint8Array;
  readonly filename: string;
  readonly mimeType: string;
}
