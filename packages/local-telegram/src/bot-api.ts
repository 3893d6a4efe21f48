// Made by tools/generate-types.js; do not edit. From Telegram's Bot API 10.1, as it is in api.json of
// https://github.com/PaulSonOfLars/telegram-bot-api-spec (MIT).
import type * as Telegraf from '@telegraf/types';

// Those below take the place of telegraf's of the same names.
export type * from '@telegraf/types';

/** https://core.telegram.org/bots/api#update */
export interface Update {
  readonly update_id: number;
  readonly message?: Message;
  readonly edited_message?: Message;
  readonly callback_query?: CallbackQuery;
  readonly my_chat_member?: ChatMemberUpdated;
  readonly guest_message?: Message;
}

/** https://core.telegram.org/bots/api#message */
export interface Message {
  readonly message_id: number;
  readonly message_thread_id?: number;
  readonly is_topic_message?: boolean;
  readonly from?: Telegraf.User;
  readonly sender_chat?: Chat;
  readonly date: number;
  readonly edit_date?: number;
  readonly chat: Chat;
  readonly reply_to_message?: Message;
  readonly reply_markup?: InlineKeyboardMarkup;
  readonly media_group_id?: string;
  readonly has_media_spoiler?: boolean;
  readonly text?: string;
  readonly entities?: readonly MessageEntity[];
  readonly caption?: string;
  readonly caption_entities?: readonly MessageEntity[];
  readonly photo?: readonly Telegraf.PhotoSize[];
  readonly document?: Telegraf.Document;
  readonly sticker?: Telegraf.Sticker;
  readonly video?: Telegraf.Video;
  readonly location?: Telegraf.Location;
  readonly new_chat_members?: readonly Telegraf.User[];
  readonly left_chat_member?: Telegraf.User;
  readonly forum_topic_created?: Telegraf.ForumTopicCreated;
  readonly guest_query_id?: string;
  readonly guest_bot_caller_user?: Telegraf.User;
}

/** https://core.telegram.org/bots/api#inaccessiblemessage */
export interface InaccessibleMessage {
  readonly chat: Chat;
  readonly message_id: number;
  readonly date: number;
}

/** https://core.telegram.org/bots/api#chat */
export interface Chat {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  readonly username?: string;
  readonly first_name?: string;
  readonly is_forum?: boolean;
}

/** https://core.telegram.org/bots/api#messageentity */
export interface MessageEntity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly user?: Telegraf.User;
}

/** https://core.telegram.org/bots/api#inlinekeyboardmarkup */
export interface InlineKeyboardMarkup {
  readonly inline_keyboard: readonly (readonly InlineKeyboardButton[])[];
}

/** https://core.telegram.org/bots/api#inlinekeyboardbutton */
export interface InlineKeyboardButton {
  readonly text: string;
  readonly url?: string;
  readonly callback_data?: string;
}

/** https://core.telegram.org/bots/api#callbackquery */
export interface CallbackQuery {
  readonly id: string;
  readonly from: Telegraf.User;
  readonly message?: Message | InaccessibleMessage;
  readonly chat_instance: string;
  readonly data?: string;
}

/** https://core.telegram.org/bots/api#chatmemberupdated */
export interface ChatMemberUpdated {
  readonly chat: Chat;
  readonly from: Telegraf.User;
  readonly date: number;
  readonly old_chat_member: Telegraf.ChatMember;
  readonly new_chat_member: Telegraf.ChatMember;
}

/** Fields of methods that are whole numbers. */
export const INTEGERS: ReadonlySet<string> = new Set([
  'cache_time',
  'chat_id',
  'direct_messages_topic_id',
  'limit',
  'max_connections',
  'message_id',
  'message_thread_id',
  'offset',
  'timeout',
  'user_id',
]);

/** Fields of methods that are true or false. */
export const FLAGS: ReadonlySet<string> = new Set([
  'allow_paid_broadcast',
  'disable_content_type_detection',
  'disable_notification',
  'drop_pending_updates',
  'has_spoiler',
  'protect_content',
  'return_bots',
  'show_alert',
  'show_caption_above_media',
]);

/** Fields of methods that are objects or arrays, JSON in a form or an address. */
export const STRUCTURES: ReadonlySet<string> = new Set([
  'allowed_updates',
  'caption_entities',
  'commands',
  'entities',
  'link_preview_options',
  'media',
  'reply_markup',
  'reply_parameters',
  'result',
  'rich_message',
  'scope',
  'suggested_post_parameters',
]);
