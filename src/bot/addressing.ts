import type { Message, MessageEntity } from 'telegraf/types';
import { LANGUAGES } from '../languages.js';
import { MAX_ARGUMENT } from '../limits.js';
import { catalogueOf } from './messages/index.js';

/** A command at the beginning of a text or a caption. */
export interface Command {
  /** Without the slash, in small letters; what is called otherwise in a language has its own name here. */
  readonly name: string;
  readonly argument: string;
}

export type CommandIn =
  | { readonly kind: 'ours'; readonly command: Command; readonly byName: boolean }
  /** Meant for another bot of the group. */
  | { readonly kind: 'others' }
  | { readonly kind: 'none' };

/** The commands' own names by what they are called in the bot's languages; people write any of them in any language. */
const OWN_NAMES: ReadonlyMap<string, string> = new Map(
  LANGUAGES.flatMap((language) =>
    Object.entries(catalogueOf(language).commandNames).map(([own, called]) => [called, own] as const),
  ),
);

function wordsOf(message: Message): { text: string; entities: readonly MessageEntity[] } {
  if ('text' in message) return { text: message.text, entities: message.entities ?? [] };
  if ('caption' in message) return { text: message.caption ?? '', entities: message.caption_entities ?? [] };
  return { text: '', entities: [] };
}

/** The command a message begins with, in its text or in its caption; telegraf's own looks at texts only. */
export function commandIn(message: Message, botName: string): CommandIn {
  const { text, entities } = wordsOf(message);
  const entity = entities.find(({ type, offset }) => type === 'bot_command' && offset === 0);
  if (entity === undefined) return { kind: 'none' };
  const [name = '', addressee] = text.slice(1, entity.length).split('@');
  if (addressee !== undefined && addressee.toLowerCase() !== botName.toLowerCase()) return { kind: 'others' };
  const argument = text.slice(entity.length).trim().slice(0, MAX_ARGUMENT);
  const called = name.toLowerCase();
  const command = { name: OWN_NAMES.get(called) ?? called, argument };
  return { kind: 'ours', command, byName: addressee !== undefined };
}

/** What a message says beside the bot's `@name`. */
export function wordsBeside(message: Message, botName: string): string {
  return wordsOf(message)
    .text.replaceAll(new RegExp(`@${botName}(?!\\w)`, 'gi'), ' ')
    .trim();
}

/** Whether the message names the bot as `@name`. */
export function mentions(message: Message, botName: string): boolean {
  const { text, entities } = wordsOf(message);
  return entities.some(
    ({ type, offset, length }) =>
      type === 'mention' && text.slice(offset + 1, offset + length).toLowerCase() === botName.toLowerCase(),
  );
}

/**
 * The message that was replied to. In a topic every message replies to the one that opened the topic, which is nobody's
 * intention.
 */
export function repliedTo(message: Message): Message | null {
  if (!('reply_to_message' in message)) return null;
  const replied = message.reply_to_message;
  return 'forum_topic_created' in replied ? null : replied;
}

/**
 * Whether Telegram itself put a channel's post into the group where the channel is discussed: nobody there has asked for
 * anything with it.
 */
export function isAutomaticForward(message: Message): boolean {
  return 'is_automatic_forward' in message;
}

/** Whether another bot wrote it: admins who write in a group's name, and channels, come as bots too. */
export function isOfBot({ from, sender_chat: senderChat }: Message): boolean {
  return from?.is_bot === true && senderChat === undefined;
}

/** Whether a message replies to one of the bot's own. */
export function repliesToBot(message: Message, botId: number): boolean {
  return repliedTo(message)?.from?.id === botId;
}
