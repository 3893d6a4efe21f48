import type { BotCommand, Chat, Message, User } from './bot-api.js';
import { LocalTelegramError } from './errors.js';
import type { Role } from './members.js';
import type { Denied } from './room.js';
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

/**
 * People and chats: who is there, what they may do, and what they see.
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
}
