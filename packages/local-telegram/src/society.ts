import type { BotCommand, Chat, Message, User } from './bot-api.js';
import { LocalTelegramError } from './errors.js';
import type { Role } from './members.js';
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

/** Groups are numbered downwards from here, so that numbers are wider than 32 bits as Telegram's are. */
const ABOVE_GROUPS = -1_002_000_000_000;

/**
 * People and chats: who is there, what they may do, and what they see.
 *
 * Messages are never changed in place: what a call returned stays as it was, and `messagesOf` has the newest state.
 */
export class Society {
  #groups = 0;

  constructor(protected readonly world: World) {}

  get bot(): User {
    return this.world.bot;
  }

  /** A new person, or another bot; with the number of one that is there, how that one is from now on. */
  addUser({ firstName = 'Ayu', languageCode, username, id, bot = false }: UserOptions = {}): User {
    const { users, changes } = this.world;
    const user: User = {
      id: id ?? 100_000 + users.size,
      is_bot: bot,
      first_name: firstName,
      ...(username === undefined ? {} : { username }),
      ...(languageCode === undefined ? {} : { language_code: languageCode }),
    };
    users.set(user.id, user);
    changes.announce();
    return user;
  }

  /** The chat of one person with the bot; it exists from the first time on. */
  privateChat(user: User): Chat {
    const { id, first_name, username } = user;
    const chat = { id, first_name, ...(username === undefined ? {} : { username }), type: 'private' };
    return (this.world.find(id) ?? this.world.open(chat, [user, this.bot])).chat;
  }

  /** A chat of two people, without the bot. The first of them has it under the other's number, as Telegram does. */
  chatOfTwo(one: User, other: User): Chat {
    return this.world.open({ id: other.id, first_name: other.first_name, type: 'private' }, [one, other]).chat;
  }

  /** A supergroup with the bot in it. The bot hears nothing of having been added; see `addMember` for that. */
  addGroup(options: GroupOptions): Chat {
    const { title, members, admins = [], forum = false } = options;
    this.#groups += 1;
    const chat = { id: ABOVE_GROUPS - this.#groups, title, type: 'supergroup', ...(forum ? { is_forum: true } : {}) };
    const room = this.world.open(chat, [...members, this.bot]);
    for (const [index, user] of admins.entries()) {
      room.roles.set(user.id, index === 0 && !user.is_bot ? 'creator' : 'administrator');
    }
    return chat;
  }

  /** Opens a topic of a forum, by its owner or else its first member, and returns its `message_thread_id`. */
  addTopic(chat: Chat, name: string): number {
    const room = this.world.room(chat);
    const [first = this.bot] = this.world.peopleOf(room).filter((user) => !user.is_bot);
    const opened = room.openTopic(this.world.ownerOf(room) ?? first, name);
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

  /** Guest mode, as set with BotFather: off for every new bot. */
  setGuestQueries(on: boolean): void {
    this.world.guestQueries = on;
  }

  /** Whether someone is an admin of a group, or owns it. */
  isAdmin(chat: Chat, user: User): boolean {
    return this.world.room(chat).isAdmin(user.id);
  }

  /** Gives someone a role in a group, the bot too; where nobody is named, its owner does so. */
  setRole(chat: Chat, user: User, role: Role, by?: User): void {
    const room = this.world.room(chat);
    this.world.setRole(room, user, role, by ?? this.world.ownerOf(room) ?? user);
  }

  /** A person blocks the bot, so that it can no longer write to them. */
  blockBot(user: User): void {
    this.setRole(this.privateChat(user), this.bot, 'kicked', user);
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
