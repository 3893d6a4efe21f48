import { LocalTelegramError } from './errors.js';
import { MAX_MESSAGES_PER_CHAT } from './limits.js';
import type { Chat, Content, Message, User } from './wire.js';

export type Role = 'creator' | 'administrator' | 'member' | 'left' | 'kicked';

export interface Member {
  readonly user: User;
  readonly role: Role;
}

/** Kinds of content that a group can forbid. */
export type Denied = 'text' | 'photos' | 'documents';

/** How a message stands among the others of its chat. */
export interface Place {
  readonly replyTo?: Message | undefined;
  readonly topic?: number | undefined;
}

/** The folder colour of a new topic. */
const TOPIC_COLOUR = 7322096;

/** One chat: who is in it and what was said. Messages never change; an edit puts another in the same place. */
export class Room {
  readonly members = new Map<number, Member>();
  readonly denied = new Set<Denied>();
  /** Messages that were meant for the bot under privacy mode; replies to them are so too. */
  readonly meantForBot = new Set<number>();
  /** The bot that posted last. */
  lastBot: number | undefined;
  readonly #messages = new Map<number, Message>();
  readonly #topics = new Map<number, Message>();
  #lastId = 0;

  constructor(readonly chat: Chat) {}

  get messages(): readonly Message[] {
    return [...this.#messages.values()];
  }

  message(id: number): Message | undefined {
    return this.#messages.get(id);
  }

  topic(id: number): Message | undefined {
    return this.#topics.get(id);
  }

  roleOf(userId: number): Role {
    return this.members.get(userId)?.role ?? 'left';
  }

  isMember(userId: number): boolean {
    return !['left', 'kicked'].includes(this.roleOf(userId));
  }

  isAdmin(userId: number): boolean {
    return ['creator', 'administrator'].includes(this.roleOf(userId));
  }

  /** Puts a message at the end. */
  post(sender: { from: User; sender_chat?: Chat }, content: Content & Partial<Message>, place: Place = {}): Message {
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
    if (sender.from.is_bot && sender.sender_chat === undefined) {
      this.lastBot = sender.from.id;
    }
    for (const id of this.#messages.keys()) {
      if (this.#messages.size <= MAX_MESSAGES_PER_CHAT) {
        break;
      }
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
    if (this.chat.is_forum !== true) {
      throw new LocalTelegramError('unknown', `The chat "${this.chat.title ?? ''}" has no topics.`);
    }
    const opened = this.post({ from: by }, { forum_topic_created: { name, icon_color: TOPIC_COLOUR } });
    const message: Message = { ...opened, message_thread_id: opened.message_id, is_topic_message: true };
    this.replace(message);
    this.#topics.set(message.message_id, message);
    return message;
  }

  /**
   * In a topic every message names it, and one that replies to nothing else replies to the message that opened it. In
   * a group without topics only replies have a thread: the message at its root.
   */
  #thread({ replyTo, topic }: Place): Partial<Message> {
    const opened = topic === undefined ? undefined : this.#topics.get(topic);
    const replied = replyTo ?? opened;
    const reply =
      replied === undefined ? {} : { reply_to_message: oneLevel(this.message(replied.message_id) ?? replied) };
    if (opened !== undefined) {
      return { message_thread_id: opened.message_id, is_topic_message: true, ...reply };
    }
    if (replyTo === undefined || this.chat.type === 'private') {
      return reply;
    }
    return this.chat.is_forum === true
      ? reply
      : { message_thread_id: replyTo.message_thread_id ?? replyTo.message_id, ...reply };
  }
}

/** A message without the one it replies to: Telegram goes one level deep. */
export function oneLevel(message: Message): Message {
  const copy: { -readonly [Key in keyof Message]: Message[Key] } = { ...message };
  delete copy.reply_to_message;
  return copy;
}

/** In seconds, as every date of the Bot API. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}
