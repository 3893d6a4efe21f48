import type { MessageView } from '../../protocol.js';
import { dayNumber } from '../words/figures.js';

/** A piece of a conversation, in the order in which they stand. */
export type Block =
  | { readonly kind: 'day'; readonly key: string; readonly date: number }
  | { readonly kind: 'service'; readonly key: string; readonly message: MessageView }
  | MessageBlock;

/** A message, or the messages of one album. */
export interface MessageBlock {
  readonly kind: 'messages';
  readonly key: string;
  readonly messages: readonly [MessageView, ...MessageView[]];
  /** Whether it begins what one person says in a row; the name stands there. */
  readonly first: boolean;
  /** The answered message, null where it is gone. */
  readonly quoted?: MessageView | null;
}

/** Further apart than this, in seconds, one person's messages are two runs. */
const RUN_S = 300;

/**
 * A chat's messages with day separators, and albums together.
 *
 * @param messages oldest first
 */
export function blocksOf(messages: readonly MessageView[]): Block[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const blocks: Block[] = [];
  let before: MessageView | undefined;
  for (const message of messages) {
    const newDay = before === undefined || dayNumber(before.date) !== dayNumber(message.date);
    if (newDay) blocks.push({ kind: 'day', key: `day-${dayNumber(message.date)}`, date: message.date });
    const last = blocks.at(-1);
    if (message.service !== undefined) {
      blocks.push({ kind: 'service', key: `message-${message.id}`, message });
    } else if (last?.kind === 'messages' && message.album !== undefined && last.messages[0].album === message.album) {
      blocks[blocks.length - 1] = { ...last, messages: [...last.messages, message] };
    } else {
      blocks.push({
        kind: 'messages',
        key: `message-${message.id}`,
        messages: [message],
        first: newDay || before === undefined || !inOneRun(before, message),
        ...(message.replyTo === undefined ? {} : { quoted: byId.get(message.replyTo) ?? null }),
      });
    }
    before = message;
  }
  return blocks;
}

/** Whether a block looks the same as it did, so that what was drawn for it can stay. */
export function isSame(one: Block, other: Block): boolean {
  if (one.kind === 'day' || other.kind === 'day') return one.kind === other.kind && one.key === other.key;
  if (one.kind === 'service' || other.kind === 'service') {
    return one.kind === 'service' && other.kind === 'service' && one.message === other.message;
  }
  return (
    one.first === other.first &&
    one.quoted === other.quoted &&
    one.messages.length === other.messages.length &&
    one.messages.every((message, index) => message === other.messages[index])
  );
}

function inOneRun(before: MessageView, message: MessageView): boolean {
  return before.service === undefined && before.from.id === message.from.id && message.date - before.date < RUN_S;
}
