import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { CallLog, type ApiCall, type WaitOptions } from './calls.js';
import { LocalTelegramError } from './errors.js';
import { Faults, type Fault, type FaultRule } from './faults.js';
import { DEFAULT_WAIT_MS } from './limits.js';
import {
  People,
  type CaptionOptions,
  type DocumentOptions,
  type PhotoOptions,
  type SendOptions,
  type StickerOptions,
} from './people.js';
import { scopeKey } from './methods/profile.js';
import { descriptionFor, menuFor, type Command } from './menus.js';
import type { Denied } from './room.js';
import { createApiServer } from './server.js';
import { Webhook } from './webhook.js';
import type { Chat, Message, Update, User } from './wire.js';
import { World } from './world.js';

export type { ApiCall, WaitOptions } from './calls.js';
export { isUpload, uploadsOf } from './calls.js';
export { findEntities } from './entities.js';
export { LocalTelegramError } from './errors.js';
export type { Fault, FaultKind, FaultRule } from './faults.js';
export type { Command } from './menus.js';
export type * from './people.js';
export type * from './wire.js';

export interface LocalTelegramOptions {
  readonly token: string;
  /** 0, the default, takes any free one. */
  readonly port?: number;
  readonly host?: '127.0.0.1';
  /** `sorot_bot` where nothing is said. */
  readonly botUsername?: string;
  /** On, as for every new bot, where nothing is said. */
  readonly privacy?: boolean;
}

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

/**
 * A small Telegram on this machine: people and chats on the one side, the Bot API over real HTTP on the other.
 *
 * Messages are never changed in place: what a call returned stays as it was, and `messagesOf` has the newest state.
 */
export class LocalTelegram {
  /** The address to use in place of https://api.telegram.org. */
  readonly root: string;
  readonly bot: User;
  readonly #world: World;
  readonly #people: People;
  readonly #calls: CallLog;
  readonly #faults: Faults;
  readonly #webhook: Webhook;
  readonly #server: Server;
  readonly #closing: AbortController;

  private constructor(parts: {
    world: World;
    calls: CallLog;
    faults: Faults;
    webhook: Webhook;
    server: Server;
    closing: AbortController;
  }) {
    const { port } = parts.server.address() as AddressInfo;
    this.root = `http://127.0.0.1:${port}`;
    this.bot = parts.world.bot;
    this.#world = parts.world;
    this.#people = new People(parts.world);
    this.#calls = parts.calls;
    this.#faults = parts.faults;
    this.#webhook = parts.webhook;
    this.#server = parts.server;
    this.#closing = parts.closing;
  }

  /**
   * Listens on loopback.
   *
   * @throws Error where the port is taken
   */
  static async start(options: LocalTelegramOptions): Promise<LocalTelegram> {
    const id = Number(/^(\d+):/.exec(options.token)?.[1] ?? 7_000_000_001);
    const bot: User = { id, is_bot: true, first_name: 'Sorot', username: options.botUsername ?? 'sorot_bot' };
    const world = new World(bot, options.privacy ?? true);
    const calls = new CallLog(world.changes);
    const faults = new Faults();
    const webhook = new Webhook(world);
    const closing = new AbortController();
    const server = createApiServer({ world, calls, faults, webhook, token: options.token, closing: closing.signal });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
    });
    return new LocalTelegram({ world, calls, faults, webhook, server, closing });
  }

  /** A new person, or another bot. */
  addUser(options: UserOptions = {}): User {
    const { firstName, languageCode, username, id, bot } = options;
    return this.#world.addUser({
      id,
      is_bot: bot ?? false,
      first_name: firstName ?? 'Ayu',
      ...(username === undefined ? {} : { username }),
      ...(languageCode === undefined ? {} : { language_code: languageCode }),
    });
  }

  /** A person sets their app to another language; what they do from now on says so. Returns them as they are then. */
  setLanguage(user: User, languageCode: string): User {
    return this.#world.replaceUser({ ...user, language_code: languageCode });
  }

  /** The chat of one person with the bot; it exists from the first time on. */
  privateChat(user: User): Chat {
    return this.#world.privateRoom(user).chat;
  }

  /** A supergroup with the bot in it. The bot hears nothing of having been added; see `addBotTo` for that. */
  addGroup(options: GroupOptions): Chat {
    const room = this.#world.addGroup(options.title, options.forum ?? false);
    for (const user of [...options.members, this.bot]) {
      room.members.set(user.id, { user, role: 'member' });
    }
    for (const [index, user] of (options.admins ?? []).entries()) {
      room.members.set(user.id, { user, role: index === 0 && !user.is_bot ? 'creator' : 'administrator' });
    }
    this.#world.changes.announce();
    return room.chat;
  }

  /** Opens a topic of a forum, by its owner or else its first member, and returns its `message_thread_id`. */
  addTopic(chat: Chat, name: string): number {
    const room = this.#world.room(chat);
    const people = [...room.members.values()].filter(({ user }) => !user.is_bot);
    const by = people.find(({ role }) => role === 'creator') ?? people[0];
    const opened = room.openTopic(by?.user ?? this.bot, name);
    this.#world.deliver(room, opened);
    return opened.message_id;
  }

  sendText(from: User, chat: Chat, text: string, options?: SendOptions): Message {
    return this.#people.text(from, chat, text, options);
  }

  /** A photo in the sizes Telegram makes of it. */
  sendPhoto(from: User, chat: Chat, bytes: Uint8Array, options?: PhotoOptions): Promise<Message> {
    return this.#people.photo(from, chat, bytes, options);
  }

  /** Photos together: a message each, in one album, the caption on the first. */
  sendAlbum(from: User, chat: Chat, photos: readonly Uint8Array[], options?: CaptionOptions): Promise<Message[]> {
    return this.#people.album(from, chat, photos, options);
  }

  sendDocument(from: User, chat: Chat, bytes: Uint8Array, options: DocumentOptions): Message {
    return this.#people.document(from, chat, bytes, options);
  }

  sendSticker(from: User, chat: Chat, bytes: Uint8Array, options?: StickerOptions): Message {
    return this.#people.sticker(from, chat, bytes, options);
  }

  /** Any other content, field by field; `addFile` makes identifiers for it. */
  sendOther(from: User, chat: Chat, fields: Partial<Message>, options?: SendOptions): Message {
    return this.#people.other(from, chat, fields, options);
  }

  /** Keeps a file for `sendOther` or `pushUpdate`. */
  addFile(bytes: Uint8Array, fileName: string): { file_id: string; file_unique_id: string; file_size: number } {
    return this.#people.file(bytes, fileName);
  }

  /** A person changes the text or the caption of a message. */
  editText(message: Message, text: string): Message {
    return this.#people.edit(message, text);
  }

  /** A person deletes a message; bots are not told. */
  deleteMessage(message: Message): void {
    this.#world.room(message.chat).delete(message.message_id);
    this.#world.changes.announce();
  }

  /** A press on an inline button; returns the query's number. */
  pressButton(from: User, message: Message, callbackData: string): string {
    return this.#people.press(from, message, callbackData);
  }

  /** Every press so far becomes too old to be answered. */
  expireCallbacks(): void {
    this.#world.callbacks.expire();
  }

  /** Queues an update as it is; without a number it gets the next one. */
  pushUpdate(update: Omit<Update, 'update_id'> & { readonly update_id?: number }): Update {
    const whole: Update = { ...update, update_id: update.update_id ?? this.#world.updates.nextId };
    this.#world.updates.pushRaw(whole);
    return whole;
  }

  /** Privacy mode, as set with BotFather. */
  setPrivacy(on: boolean): void {
    this.#world.privacy = on;
    this.#world.changes.announce();
  }

  get privacy(): boolean {
    return this.#world.privacy;
  }

  /** Whether someone is an admin of a group, or owns it. */
  isAdmin(chat: Chat, user: User): boolean {
    return this.#world.room(chat).isAdmin(user.id);
  }

  promote(chat: Chat, user: User): void {
    this.#setRole(chat, user, 'administrator');
  }

  demote(chat: Chat, user: User): void {
    this.#setRole(chat, user, 'member');
  }

  /** Someone joins, with the message that says so. */
  addMember(chat: Chat, user: User, by: User = user): void {
    this.#setRole(chat, user, 'member', by);
    this.sendOther(by, chat, { new_chat_members: [user] });
  }

  /** Someone adds the bot to a group, where it is not or no longer. */
  addBotTo(chat: Chat, by: User): void {
    this.addMember(chat, this.bot, by);
  }

  /** Someone removes the bot from a group. */
  removeBotFrom(chat: Chat, by: User): void {
    this.#setRole(chat, this.bot, 'kicked', by);
  }

  /** A person blocks the bot: it can no longer write to them. */
  blockBot(user: User): void {
    const room = this.#world.privateRoom(user);
    room.members.set(user.id, { user, role: 'kicked' });
    this.#world.setRole(room, this.bot, 'kicked', user);
  }

  unblockBot(user: User): void {
    const room = this.#world.privateRoom(user);
    room.members.set(user.id, { user, role: 'member' });
    this.#world.setRole(room, this.bot, 'member', user);
  }

  /** What members may not send in a group, the bot included; nothing lifts it. */
  deny(chat: Chat, ...kinds: readonly Denied[]): void {
    const { denied } = this.#world.room(chat);
    denied.clear();
    for (const kind of kinds) {
      denied.add(kind);
    }
  }

  /** All calls of the bot in the order of arrival; downloads are calls of `file`. */
  get calls(): readonly ApiCall[] {
    return this.#calls.calls;
  }

  /** Updates that were handed to the bot, the last ones. */
  get updatesSent(): readonly Update[] {
    return this.#world.updates.sent;
  }

  /** Updates the bot has not fetched yet. */
  get pendingUpdates(): number {
    return this.#world.updates.unfetched;
  }

  /**
   * The first call of the method that matches, earlier or still to come, once it is answered with 200. A `match` that
   * looks at `call.status` decides about the status itself.
   *
   * @throws LocalTelegramError `timeout`, listing the last calls
   */
  waitForCall(method: string, match?: (call: ApiCall) => boolean, options?: WaitOptions): Promise<ApiCall> {
    return this.#calls.waitFor(method, match, options);
  }

  /**
   * Resolves once `check` holds; it is looked at again after every call and every change here.
   *
   * @throws LocalTelegramError `timeout`, listing the last calls
   */
  waitUntil(check: () => boolean, timeoutMs = DEFAULT_WAIT_MS): Promise<void> {
    return this.#world.changes.until(check, timeoutMs, () => this.#calls.lastCalls());
  }

  /** Calls `listener` after every call and change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    return this.#world.changes.subscribe(listener);
  }

  /** The chat as its members see it, newest last, with edits, without what was deleted. */
  messagesOf(chat: Chat): readonly Message[] {
    return this.#world.room(chat).messages;
  }

  /** One message of a chat; undefined where it is not there, or not any more. */
  messageOf(chat: Chat, id: number): Message | undefined {
    return this.#world.room(chat).message(id);
  }

  /** The commands a scope has in a language; none where they were not set. */
  commandsOf(scope: string, languageCode = ''): readonly unknown[] {
    return this.#world.profile.commands.get(scopeKey(scope, languageCode)) ?? [];
  }

  /** The commands that a person is shown in a chat, as Telegram chooses them by scope and language. */
  menuFor(chat: Chat, user: User): readonly Command[] {
    return menuFor(this.#world, this.#world.room(chat), user);
  }

  /** What a person reads of the bot before they have written to it. */
  descriptionFor(user: User): string {
    return descriptionFor(this.#world, user);
  }

  /** Answers a getUpdates that waits, with nothing, so that the bot has to ask again. */
  endPoll(): void {
    this.#world.updates.close();
  }

  /**
   * The bytes under a file identifier.
   *
   * @throws LocalTelegramError `unknown` where it is none, or where the file was dropped for its age
   */
  fileBytes(fileId: string): Uint8Array {
    const bytes = this.#world.files.bytes(fileId);
    if (bytes === undefined) {
      throw new LocalTelegramError('unknown', 'There is no file with this identifier.');
    }
    return bytes;
  }

  /** Something goes wrong, once or `times` times, with the next calls that fit. */
  fault(rule: FaultRule): Fault {
    return this.#faults.add(rule);
  }

  /** Ends every connection and every wait. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#webhook.close();
    this.#world.updates.close();
    this.#world.changes.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }

  #setRole(chat: Chat, user: User, role: 'administrator' | 'member' | 'kicked', by?: User): void {
    const room = this.#world.room(chat);
    const owner = [...room.members.values()].find((member) => member.role === 'creator')?.user;
    this.#world.setRole(room, user, role, by ?? owner ?? user);
  }
}
