import { extname } from 'node:path';
import type { BotCommand, Chat, Message, Sticker, Update, User } from './bot-api.js';
import { findEntities } from './entities.js';
import { LocalTelegramError } from './errors.js';
import type { Role } from './members.js';
import { keepDocument } from './methods/media.js';
import { keepPhoto, keepPhotoAsIs } from './pictures.js';
import { newNumber, now, without, type Denied, type Room } from './room.js';
import type { World } from './world.js';

export interface UserOptions {
  readonly firstName?: string;
  readonly languageCode?: string;
  readonly username?: string;
  readonly id?: number;
  /** Another bot. */
  readonly bot?: boolean;
}

export interface GroupOptions {
  readonly title: string;
  readonly members: readonly User[];
  /** The first of them owns the group. The bot may be one of them. */
  readonly admins?: readonly User[];
  readonly forum?: boolean;
}

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
}

/** The side of a sticker in pixels. */
const STICKER_SIDE = 512;

/** Whom Telegram names as the sender when a group's admin writes anonymously. */
const ANONYMOUS_ADMIN: User = { id: 1087968824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' };

/**
 * People and chats, what people do in their apps, and what they see there.
 *
 * Messages are never changed in place: what a call returned stays as it was, and `messagesOf` has the newest state.
 */
export class Society {
  constructor(protected readonly world: World) {}

  get bot(): User {
    return this.world.bot;
  }

  /** A new person, or another bot. */
  addUser({ firstName = 'Ayu', languageCode, username, id, bot = false }: UserOptions = {}): User {
    return this.world.addUser({
      ...(id === undefined ? {} : { id }),
      is_bot: bot,
      first_name: firstName,
      ...(username === undefined ? {} : { username }),
      ...(languageCode === undefined ? {} : { language_code: languageCode }),
    });
  }

  /** A person sets their app to another language; what they do from now on says so. Returns them as they are then. */
  setLanguage(user: User, languageCode: string): User {
    const changed = { ...user, language_code: languageCode };
    this.world.users.set(user.id, changed);
    this.world.changes.announce();
    return changed;
  }

  /** The chat of one person with the bot; it exists from the first time on. */
  privateChat(user: User): Chat {
    return this.world.privateRoom(user).chat;
  }

  /** A supergroup with the bot in it. The bot hears nothing of having been added; see `addMember` for that. */
  addGroup(options: GroupOptions): Chat {
    const room = this.world.addGroup(options.title, options.forum ?? false);
    for (const user of [...options.members, this.bot]) {
      room.roles.set(user.id, 'member');
    }
    for (const [index, user] of (options.admins ?? []).entries()) {
      room.roles.set(user.id, index === 0 && !user.is_bot ? 'creator' : 'administrator');
    }
    this.world.changes.announce();
    return room.chat;
  }

  /** Opens a topic of a forum, by its owner or else its first member, and returns its `message_thread_id`. */
  addTopic(chat: Chat, name: string): number {
    const room = this.world.room(chat);
    const first = this.world.peopleOf(room).find((user) => !user.is_bot);
    const opened = room.openTopic(this.world.ownerOf(room) ?? first ?? this.bot, name);
    this.world.deliver(room, opened);
    return opened.message_id;
  }

  sendText(from: User, chat: Chat, text: string, options: SendOptions = {}): Message {
    return this.sendOther(from, chat, worded(text), options);
  }

  /** A photo in the sizes Telegram makes of it. */
  async sendPhoto(from: User, chat: Chat, bytes: Uint8Array, options: PhotoOptions = {}): Promise<Message> {
    const { files } = this.world;
    this.#roomFor(from, chat, options);
    const photo =
      options.asIs === undefined ? await keepPhoto(files, bytes) : keepPhotoAsIs(files, bytes, options.asIs);
    return this.sendOther(from, chat, { photo, ...captioned(options.caption) }, options);
  }

  /** Photos together: a message each, in one album, the caption on the first. */
  async sendAlbum(
    from: User,
    chat: Chat,
    photos: readonly Uint8Array[],
    { caption, ...options }: CaptionOptions = {},
  ): Promise<Message[]> {
    this.#roomFor(from, chat, options);
    const media_group_id = newNumber();
    const kept = await Promise.all(photos.map((bytes) => keepPhoto(this.world.files, bytes)));
    return kept.map((photo, index) =>
      this.sendOther(from, chat, { photo, media_group_id, ...captioned(index === 0 ? caption : undefined) }, options),
    );
  }

  sendDocument(from: User, chat: Chat, bytes: Uint8Array, options: DocumentOptions): Message {
    const document = keepDocument(this.world.files, bytes, options);
    const album = options.albumId === undefined ? {} : { media_group_id: options.albumId };
    return this.sendOther(from, chat, { document, ...album, ...captioned(options.caption) }, options);
  }

  sendSticker(from: User, chat: Chat, bytes: Uint8Array, options: StickerOptions = {}): Message {
    const animated = options.animated ?? false;
    const record = this.world.files.add('sticker', bytes, { extension: animated ? '.tgs' : '.webp' });
    const sticker: Sticker = {
      file_id: record.fileId,
      file_unique_id: record.uniqueId,
      type: 'regular',
      width: STICKER_SIDE,
      height: STICKER_SIDE,
      is_animated: animated,
      is_video: false,
      emoji: '\u{1F44D}',
      file_size: record.size,
    };
    record.media = { sticker };
    return this.sendOther(from, chat, { sticker }, options);
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
    const id = this.world.newPress();
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
    this.world.presses.clear();
  }

  /** Queues an update as it is, of any kind; without a number it gets the next one. */
  pushUpdate(update: { readonly update_id?: number; readonly [kind: string]: unknown }): Update {
    return this.world.updates.pushRaw(update);
  }

  /** Privacy mode, as set with BotFather. */
  setPrivacy(on: boolean): void {
    this.world.privacy = on;
    this.world.changes.announce();
  }

  get privacy(): boolean {
    return this.world.privacy;
  }

  /** Whether someone is an admin of a group, or owns it. */
  isAdmin(chat: Chat, user: User): boolean {
    return this.world.room(chat).isAdmin(user.id);
  }

  promote(chat: Chat, user: User): void {
    this.setRole(chat, user, 'administrator');
  }

  demote(chat: Chat, user: User): void {
    this.setRole(chat, user, 'member');
  }

  /** Gives someone a role in a group, the bot too; where nobody is named, its owner does so. */
  setRole(chat: Chat, user: User, role: Role, by?: User): void {
    const room = this.world.room(chat);
    this.world.setRole(room, user, role, by ?? this.world.ownerOf(room) ?? user);
  }

  /** Someone joins, the bot too, with the message that says so. */
  addMember(chat: Chat, user: User, by: User = user): void {
    this.setRole(chat, user, 'member', by);
    this.sendOther(by, chat, { new_chat_members: [user] });
  }

  /** A person blocks the bot: it can no longer write to them. */
  blockBot(user: User): void {
    const room = this.world.privateRoom(user);
    room.roles.set(user.id, 'kicked');
    this.world.setRole(room, this.bot, 'kicked', user);
  }

  unblockBot(user: User): void {
    const room = this.world.privateRoom(user);
    room.roles.set(user.id, 'member');
    this.world.setRole(room, this.bot, 'member', user);
  }

  /** What members may not send in a group, the bot included; nothing lifts it. */
  deny(chat: Chat, ...kinds: readonly Denied[]): void {
    this.world.room(chat).denied = new Set(kinds);
  }

  /** The chat as its members see it, newest last, with edits, without what was deleted. */
  messagesOf(chat: Chat): readonly Message[] {
    return this.world.room(chat).messages;
  }

  /** One message of a chat; undefined where it is not there, or not any more. */
  messageOf(chat: Chat, id: number): Message | undefined {
    return this.world.room(chat).message(id);
  }

  /**
   * The bytes under a file identifier.
   *
   * @throws LocalTelegramError `unknown` where it is none, or where the file was dropped for its age
   */
  fileBytes(fileId: string): Uint8Array {
    const content = this.world.files.content(fileId);
    if (content === undefined) throw new LocalTelegramError('unknown', 'There is no file with this identifier.');
    return content.bytes;
  }

  /** The commands a scope such as `all_group_chats` has in a language; none where they were not set. */
  commandsOf(scope: string, languageCode = ''): readonly BotCommand[] {
    return this.world.profile.commands([scope], languageCode);
  }

  /** The commands that a person is shown in a chat, as Telegram chooses them by scope and language. */
  menuFor(chat: Chat, user: User): readonly BotCommand[] {
    return this.world.profile.menuFor(this.world.room(chat), user);
  }

  /** What a person reads of the bot before they have written to it. */
  descriptionFor(user: User): string {
    return this.world.profile.descriptionFor(user);
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
  const entities = findEntities(text);
  return { text, ...(entities.length === 0 ? {} : { entities }) };
}

function captioned(caption: string | undefined): Partial<Message> {
  const text = caption?.trim() ?? '';
  const entities = findEntities(text);
  return text === '' ? {} : { caption: text, ...(entities.length === 0 ? {} : { caption_entities: entities }) };
}
