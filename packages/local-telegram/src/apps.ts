import { extname } from 'node:path';
import type { Chat, Message, Update, User } from './bot-api.js';
import { asCaption, asText, findEntities } from './entities.js';
import { LocalTelegramError } from './errors.js';
import { keepDocument } from './methods/media.js';
import { keepPhoto } from './pictures.js';
import { newNumber, now, without, type Room } from './room.js';
import { Society } from './society.js';

export interface SendOptions {
  readonly replyTo?: Message;
  /** A topic's `message_thread_id`. */
  readonly topic?: number;
  /** Written by an admin in the name of the group. */
  readonly anonymous?: boolean;
}

export interface PhotoOptions extends SendOptions {
  readonly caption?: string;
  /** Hidden until whoever sees it taps on it. */
  readonly covered?: boolean;
  /** The bytes are the photo's only size as they are, unread: for photos that no phone would send. */
  readonly asIs?: { readonly width: number; readonly height: number };
}

export interface DocumentOptions extends SendOptions {
  readonly caption?: string;
  readonly fileName: string;
  readonly mimeType: string;
  /** The size Telegram names, in bytes, where it is not the real one. */
  readonly size?: number;
  readonly albumId?: string;
}

/** Whom Telegram names as the sender when a group's admin writes anonymously. */
const ANONYMOUS_ADMIN: User = { id: 1087968824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' };

/** What people do in their apps: they send, edit and delete messages, and press buttons. */
export class Apps extends Society {
  /** Someone joins, the bot too, with the message that says so. */
  addMember(chat: Chat, user: User, by: User = user): void {
    this.setRole(chat, user, 'member', by);
    this.sendOther(by, chat, { new_chat_members: [user] });
  }

  sendText(from: User, chat: Chat, text: string, options: SendOptions = {}): Message {
    return this.sendOther(from, chat, worded(text), options);
  }

  /** A photo in the sizes Telegram makes of it. */
  async sendPhoto(from: User, chat: Chat, bytes: Uint8Array, options: PhotoOptions = {}): Promise<Message> {
    const { files } = this.world;
    this.#roomFor(from, chat, options);
    const photo = await keepPhoto(files, bytes, options.asIs);
    return this.sendOther(from, chat, { photo, ...cover(options), ...captioned(options.caption) }, options);
  }

  /** Photos together: a message each, in one album, the caption on the first. */
  async sendAlbum(
    from: User,
    chat: Chat,
    photos: readonly Uint8Array[],
    { caption, ...options }: PhotoOptions = {},
  ): Promise<Message[]> {
    this.#roomFor(from, chat, options);
    const media_group_id = newNumber();
    const kept = await Promise.all(photos.map((bytes) => keepPhoto(this.world.files, bytes, options.asIs)));
    return kept.map((photo, index) => {
      const content = { photo, ...cover(options), media_group_id, ...captioned(index === 0 ? caption : undefined) };
      return this.sendOther(from, chat, content, options);
    });
  }

  sendDocument(from: User, chat: Chat, bytes: Uint8Array, options: DocumentOptions): Message {
    const document = keepDocument(this.world.files, bytes, options);
    const album = options.albumId === undefined ? {} : { media_group_id: options.albumId };
    return this.sendOther(from, chat, { document, ...album, ...captioned(options.caption) }, options);
  }

  /** Any content, field by field; `addFile` makes identifiers for it. */
  sendOther(from: User, chat: Chat, content: Partial<Message>, options: SendOptions = {}): Message {
    const room = this.#roomFor(from, chat, options);
    const sender = options.anonymous === true ? { from: ANONYMOUS_ADMIN, sender_chat: chat } : { from };
    const topic = options.topic ?? options.replyTo?.message_thread_id;
    const message = room.post(sender, content, { replyTo: options.replyTo, topic });
    this.world.deliver(room, message);
    return message;
  }

  /** Keeps a file for `sendOther` or `pushUpdate`. */
  addFile(bytes: Uint8Array, fileName: string): { file_id: string; file_unique_id: string; file_size: number } {
    const record = this.world.files.add('other', bytes, { extension: extname(fileName) });
    return { file_id: record.fileId, file_unique_id: record.uniqueId, file_size: record.size };
  }

  /** A person changes the text or the caption of a message. */
  editText(message: Message, text: string): Message {
    const room = this.world.room(message.chat);
    const current = room.message(message.message_id);
    if (current === undefined) throw new LocalTelegramError('unknown', 'The message to edit is gone.');
    const rest = without(current, 'text', 'entities', 'caption', 'caption_entities');
    const content = current.text === undefined ? captioned(text) : worded(text);
    const edited: Message = { ...rest, ...content, edit_date: now() };
    room.replace(edited);
    this.world.deliver(room, edited, 'edited_message');
    return edited;
  }

  /** A person deletes a message; bots are not told. */
  deleteMessage(message: Message): void {
    this.world.room(message.chat).delete(message.message_id);
    this.world.changes.announce();
  }

  /** A press on an inline button; returns the query's number. */
  pressButton(from: User, message: Message, callbackData: string): string {
    const { chat, message_id } = message;
    const room = this.#roomFor(from, chat, {});
    const id = this.world.newQuery();
    this.world.updates.push('callback_query', {
      id,
      from,
      message: room.message(message_id) ?? { chat, message_id, date: 0 },
      chat_instance: String(BigInt(chat.id) * 1_000_003n),
      data: callbackData,
    });
    return id;
  }

  /** Every press so far becomes too old to be answered. */
  expireCallbacks(): void {
    this.world.queries.clear();
  }

  /** Queues an update as it is, of any kind; without a number it gets the next one. */
  pushUpdate(update: { readonly update_id?: number; readonly [kind: string]: unknown }): Update {
    return this.world.updates.pushRaw(update);
  }

  #roomFor(from: User, chat: Chat, options: SendOptions): Room {
    const room = this.world.room(chat);
    if (!room.isMember(from.id)) {
      throw new LocalTelegramError('not-a-member', `${from.first_name} is not in this chat.`);
    }
    if (options.anonymous === true && !room.isAdmin(from.id)) {
      throw new LocalTelegramError('not-a-member', `${from.first_name} is no admin and cannot write anonymously.`);
    }
    if (options.topic !== undefined && room.topic(options.topic) === undefined) {
      throw new LocalTelegramError('unknown', `There is no topic ${options.topic}.`);
    }
    return room;
  }
}

function worded(given: string): Partial<Message> {
  const text = given.trim();
  return asText({ text, entities: findEntities(text) });
}

function captioned(given = ''): Partial<Message> {
  const text = given.trim();
  return asCaption({ text, entities: findEntities(text) });
}

function cover({ covered }: PhotoOptions): Partial<Message> {
  return covered === true ? { has_media_spoiler: true } : {};
}
