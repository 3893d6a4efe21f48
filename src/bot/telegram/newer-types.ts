import type { InlineQueryResultArticle, Message, Opts as KnownOpts, Telegram, Update } from 'telegraf/types';

/*
 * Telegraf's types end with Bot API 7.1. What is used of later versions is here: guest queries of 10.0, by which a bot is
 * asked in a chat that it is not in (https://core.telegram.org/bots/api#answerguestquery).
 */

/** The methods of the Bot API. */
export interface Methods extends Telegram {
  answerGuestQuery(fields: { guest_query_id: string; result: InlineQueryResultArticle }): { inline_message_id: string };
}

export type Method = keyof Methods;
export type Opts<M extends Method> = M extends keyof Telegram ? KnownOpts<M> : Parameters<Methods[M]>[0];
export type ResultOf<M extends Method> = ReturnType<Methods[M]>;

/** The number of its chat may be that of another chat, which the bot is in. */
export type GuestMessage = Message & { readonly guest_query_id: string };

type UpdateKind = NonNullable<KnownOpts<'getUpdates'>['allowed_updates']>[number];

/** As `allowed_updates` has it. */
export const GUEST_MESSAGE = 'guest_message' as string as UpdateKind;

/** The message by which the bot is asked as a guest, where an update brings one. */
export function guestMessageIn(update: Update & { readonly guest_message?: GuestMessage }): GuestMessage | undefined {
  return update.guest_message;
}
