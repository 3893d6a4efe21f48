import { randomInt } from 'node:crypto';
import type { Chat, Message, User } from './bot-api.js';
import { LocalTelegramError } from './errors.js';
import type { Role } from './members.js';

/** How a message stands among the others of its chat. */
export interface Place {
  readonly replyTo?: Message | undefined;
  readonly topic?: number | undefined;
}

/** Messages kept; the oldest go first. */
const MAX_MESSAGES = 20_000;

/** The folder colour of a new topic. */
const TOPIC_COLOUR = 7322096;

/** One chat: who is in it and what was said. Messages never change; an edit puts another in the same place. */
export class Room {
  /** Of everybody who is or was in it, by their number, in the order of coming. */
  readonly roles = new Map<number, Role>();
  /** Messages that were meant for the bot under privacy mode; replies to them are so too. */
  readonly meantForBot = new Set<number>();
  /** The bot that posted last. */
  lastBot: number | undefined;
  readonly #messages = new Map<number, Message>();
  #lastId = 0;

  constructor(readonly chat: Chat) {}

  get messages(): readonly Message[] {
    return [...this.#messages.values()];
  }

  message(id: number): Message | undefined {
    return this.#messages.get(id);
  }

  topic(id: number): Message | undefined {
    const message = this.message(id);
    return message?.forum_topic_created === undefined ? undefined : message;
  }

  roleOf(userId: number): Role {
    return this.roles.get(userId) ?? 'left';
  }

  isMember(userId: number): boolean {
    return !['left', 'kicked'].includes(this.roleOf(userId));
  }

  isAdmin(userId: number): boolean {
    return ['creator', 'administrator'].includes(this.roleOf(userId));
  }

  /** Puts a message at the end. */
  post(sender: { from: User; sender_chat?: Chat }, content: Partial<Message>, place: Place = {}): Message {
    this.#lastId += 1;
    const message: Message = {
      message_id: this.#lastId,
      ...sender,
      chat: this.chat,
      date: now(),
      ...this.#thread(place),
      ...content,
    };
    this.#messages.set(message.message_id, message);
    if (sender.from.is_bot && sender.sender_chat === undefined) this.lastBot = sender.from.id;
    for (const id of this.#messages.keys()) {
      if (this.#messages.size <= MAX_MESSAGES) break;
      this.delete(id);
    }
    return message;
  }

  /** Puts another content in the place of a message. */
  replace(message: Message): void {
    this.#messages.set(message.message_id, message);
  }

  delete(id: number): boolean {
    this.meantForBot.delete(id);
    return this.#messages.delete(id);
  }

  /** Opens a topic; its number is the number of the message that says so. */
  openTopic(by: User, name: string): Message {
    if (this.chat.is_forum !== true) throw new LocalTelegramError('unknown', 'This chat has no topics.');
    const opened = this.post({ from: by }, { forum_topic_created: { name, icon_color: TOPIC_COLOUR } });
    const message: Message = { ...opened, message_thread_id: opened.message_id, is_topic_message: true };
    this.replace(message);
    return message;
  }

  /**
   * In a topic every message names it, and one that replies to nothing else replies to the message that opened it. In
   * a group without topics only replies have a thread: the message at its root.
   */
  #thread({ replyTo, topic }: Place): Partial<Message> {
    const opened = topic === undefined ? undefined : this.topic(topic);
    const replied = replyTo ?? opened;
    // Telegram goes one level deep.
    const newest = replied === undefined ? undefined : (this.message(replied.message_id) ?? replied);
    const reply = newest === undefined ? {} : { reply_to_message: without(newest, 'reply_to_message') };
    if (opened !== undefined) return { message_thread_id: opened.message_id, is_topic_message: true, ...reply };
    if (replyTo === undefined || this.chat.type === 'private') return reply;
    return this.chat.is_forum === true
      ? reply
      : { message_thread_id: replyTo.message_thread_id ?? replyTo.message_id, ...reply };
  }
}

export function without(message: Message, ...fields: readonly (keyof Message)[]): Message {
  const rest = { ...message };
  for (const field of fields) Reflect.deleteProperty(rest, field);
  return rest;
}

/** A number that nothing else has, for an album or a press. */
export function newNumber(): string {
  return String(randomInt(2 ** 47));
}

/** In seconds, as every date of the Bot API. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}
