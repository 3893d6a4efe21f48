import { extname } from 'node:path';
import { findEntities, trimmed } from './entities.js';
import { LocalTelegramError } from './errors.js';
import { keepDocument } from './methods/media.js';
import { keepPhoto, keepPhotoAsIs } from './pictures.js';
import { now, type Room } from './room.js';
import type { Chat, Content, Message, Sticker, User } from './wire.js';
import { ANONYMOUS_ADMIN, type World } from './world.js';

export interface SendOptions {
  readonly replyTo?: Message;
  /** A topic's `message_thread_id`. */
  readonly topic?: number;
  /** Written by an admin in the name of the group. */
  readonly anonymous?: boolean;
}

export interface CaptionOptions extends SendOptions {
  readonly caption?: string;
}

export interface PhotoOptions extends CaptionOptions {
  readonly albumId?: string;
  /** The bytes are the photo's only size as they are, unread: for photos that no phone would send. */
  readonly asIs?: { readonly width: number; readonly height: number };
}

export interface DocumentOptions extends CaptionOptions {
  readonly fileName: string;
  readonly mimeType: string;
  /** The size Telegram names, in bytes, where it is not the real one. */
  readonly size?: number;
  readonly albumId?: string;
}

export interface StickerOptions extends SendOptions {
  readonly animated?: boolean;
  readonly video?: boolean;
}

/** The side of a sticker in pixels. */
const STICKER_SIDE = 512;

/** What people do in their apps. */
export class People {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  text(from: User, chat: Chat, text: string, options: SendOptions = {}): Message {
    const short = trimmed(text, []).text;
    const entities = findEntities(short);
    return this.other(from, chat, { text: short, ...(entities.length === 0 ? {} : { entities }) }, options);
  }

  async photo(from: User, chat: Chat, bytes: Uint8Array, options: PhotoOptions = {}): Promise<Message> {
    const { files } = this.#world;
    this.#roomFor(from, chat, options);
    const photo =
      options.asIs === undefined ? await keepPhoto(files, bytes) : keepPhotoAsIs(files, bytes, options.asIs);
    const album = options.albumId === undefined ? {} : { media_group_id: options.albumId };
    return this.other(from, chat, { photo, ...album, ...captioned(options.caption) }, options);
  }

  /** Telegram puts the caption of an album on its first photo. */
  async album(from: User, chat: Chat, photos: readonly Uint8Array[], options: CaptionOptions = {}): Promise<Message[]> {
    this.#roomFor(from, chat, options);
    const media_group_id = this.#world.newAlbum();
    const kept = await Promise.all(photos.map((bytes) => keepPhoto(this.#world.files, bytes)));
    return kept.map((photo, index) =>
      this.other(from, chat, { photo, media_group_id, ...(index === 0 ? captioned(options.caption) : {}) }, options),
    );
  }

  document(from: User, chat: Chat, bytes: Uint8Array, options: DocumentOptions): Message {
    const document = keepDocument(this.#world.files, bytes, options);
    const album = options.albumId === undefined ? {} : { media_group_id: options.albumId };
    return this.other(from, chat, { document, ...album, ...captioned(options.caption) }, options);
  }

  sticker(from: User, chat: Chat, bytes: Uint8Array, options: StickerOptions = {}): Message {
    const animated = options.animated === true;
    const video = options.video === true;
    const extension = animated ? '.tgs' : video ? '.webm' : '.webp';
    const record = this.#world.files.add('sticker', bytes, { extension });
    const sticker: Sticker = {
      file_id: record.fileId,
      file_unique_id: record.uniqueId,
      type: 'regular',
      width: STICKER_SIDE,
      height: STICKER_SIDE,
      is_animated: animated,
      is_video: video,
      emoji: '\u{1F44D}',
      file_size: record.size,
    };
    record.media = { sticker };
    return this.other(from, chat, { sticker }, options);
  }

  other(from: User, chat: Chat, content: Partial<Message>, options: SendOptions = {}): Message {
    const room = this.#roomFor(from, chat, options);
    const message = room.post(
      options.anonymous === true ? { from: ANONYMOUS_ADMIN, sender_chat: chat } : { from },
      content,
      { replyTo: options.replyTo, topic: options.topic ?? options.replyTo?.message_thread_id },
    );
    this.#world.deliver(room, message);
    return message;
  }

  edit(message: Message, text: string): Message {
    const room = this.#world.room(message.chat);
    const current = room.message(message.message_id);
    if (current === undefined) {
      throw new LocalTelegramError('unknown', 'The message to edit is gone.');
    }
    const entities = findEntities(text);
    const content: Content =
      current.text === undefined ? captioned(text) : { text, ...(entities.length === 0 ? {} : { entities }) };
    const rest: { -readonly [Key in keyof Message]: Message[Key] } = { ...current };
    delete rest.entities;
    delete rest.caption;
    delete rest.caption_entities;
    const edited: Message = { ...rest, ...content, edit_date: now() };
    room.replace(edited);
    this.#world.deliver(room, edited, 'edited_message');
    return edited;
  }

  press(from: User, message: Message, data: string): string {
    const room = this.#roomFor(from, message.chat, {});
    const id = this.#world.callbacks.open();
    this.#world.updates.push('callback_query', {
      id,
      from,
      message: room.message(message.message_id) ?? { chat: message.chat, message_id: message.message_id, date: 0 },
      chat_instance: String(BigInt(message.chat.id) * 1_000_003n),
      data,
    });
    return id;
  }

  /** Keeps a file of another kind, for content given field by field. */
  file(bytes: Uint8Array, fileName: string): { file_id: string; file_unique_id: string; file_size: number } {
    const record = this.#world.files.add('other', bytes, { extension: extname(fileName) });
    return { file_id: record.fileId, file_unique_id: record.uniqueId, file_size: record.size };
  }

  #roomFor(from: User, chat: Chat, options: SendOptions): Room {
    const room = this.#world.room(chat);
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

function captioned(caption: string | undefined): Content {
  const text = caption?.trim() ?? '';
  const entities = findEntities(text);
  return text === '' ? {} : { caption: text, ...(entities.length === 0 ? {} : { caption_entities: entities }) };
}
