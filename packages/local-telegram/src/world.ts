import { Changes } from './changes.js';
import { LocalTelegramError } from './errors.js';
import { FileStore } from './files.js';
import { Room, type Role } from './room.js';
import { UpdateQueue } from './updates.js';
import type { Chat, ChatMember, User } from './wire.js';
import { isForBot } from './visibility.js';
import type { Message } from './wire.js';
import { BotProfile } from './profile.js';
import { CallbackDesk } from './callbacks.js';

/** Whom Telegram names as the sender when a group's admin writes anonymously. */
export const ANONYMOUS_ADMIN: User = {
  id: 1087968824,
  is_bot: true,
  first_name: 'Group',
  username: 'GroupAnonymousBot',
};

/** The first group's number; each next one is one lower, so that numbers are wider than 32 bits as Telegram's are. */
const FIRST_GROUP = -1_002_000_000_001;

/** Everything that is true in this small Telegram. */
export class World {
  readonly changes = new Changes();
  readonly files = new FileStore();
  readonly updates: UpdateQueue;
  readonly profile: BotProfile;
  readonly callbacks = new CallbackDesk();
  readonly users = new Map<number, User>();
  readonly #rooms = new Map<number, Room>();
  #groups = 0;
  #people = 0;
  #albums = 0;

  constructor(
    readonly bot: User,
    public privacy: boolean,
  ) {
    this.updates = new UpdateQueue(this.changes);
    this.profile = new BotProfile(bot.first_name);
    this.users.set(bot.id, bot);
  }

  addUser(user: Omit<User, 'id'> & { readonly id?: number | undefined }): User {
    this.#people += 1;
    const added: User = { ...user, id: user.id ?? 100_000 + this.#people };
    this.users.set(added.id, added);
    return added;
  }

  /** Puts a changed person in the place of who they were, in every chat. */
  replaceUser(user: User): User {
    this.users.set(user.id, user);
    for (const { members } of this.#rooms.values()) {
      const member = members.get(user.id);
      if (member !== undefined) {
        members.set(user.id, { ...member, user });
      }
    }
    this.changes.announce();
    return user;
  }

  get rooms(): readonly Room[] {
    return [...this.#rooms.values()];
  }

  privateRoom(user: User): Room {
    const known = this.#rooms.get(user.id);
    if (known !== undefined) {
      return known;
    }
    const { id, first_name, last_name, username } = user;
    const room = new Room({
      id,
      first_name,
      ...(last_name === undefined ? {} : { last_name }),
      ...(username === undefined ? {} : { username }),
      type: 'private',
    });
    room.members.set(user.id, { user, role: 'member' });
    room.members.set(this.bot.id, { user: this.bot, role: 'member' });
    this.#rooms.set(id, room);
    this.changes.announce();
    return room;
  }

  addGroup(title: string, forum: boolean): Room {
    const chat: Chat = {
      id: FIRST_GROUP - this.#groups,
      title,
      type: 'supergroup',
      ...(forum ? { is_forum: true } : {}),
    };
    this.#groups += 1;
    const room = new Room(chat);
    this.#rooms.set(chat.id, room);
    return room;
  }

  /** The chat with this number, as the Bot API finds it. */
  find(chatId: number): Room | undefined {
    return this.#rooms.get(chatId);
  }

  /** @throws LocalTelegramError `unknown` for a chat of another world */
  room(chat: Chat): Room {
    const room = this.#rooms.get(chat.id);
    if (room === undefined) {
      throw new LocalTelegramError('unknown', `There is no chat ${chat.id}.`);
    }
    return room;
  }

  /** A number that every message of one album carries. */
  newAlbum(): string {
    this.#albums += 1;
    return String(13_000_000_000_000_000n + BigInt(this.#albums));
  }

  /** A person's message becomes an update where the bot may see it. */
  deliver(room: Room, message: Message, kind: 'message' | 'edited_message' = 'message'): void {
    if (isForBot(this, room, message)) {
      room.meantForBot.add(message.message_id);
      this.updates.push(kind, message);
    }
    this.changes.announce();
  }

  /** Gives a member another role; the bot hears of its own, and of others where it is admin and asked for it. */
  setRole(room: Room, user: User, role: Role, by: User): void {
    const before = memberObject(user, room.roleOf(user.id));
    room.members.set(user.id, { user, role });
    const change = {
      chat: room.chat,
      from: by,
      date: Math.floor(Date.now() / 1000),
      old_chat_member: before,
      new_chat_member: memberObject(user, role),
    };
    if (user.id === this.bot.id) {
      this.updates.push('my_chat_member', change);
    } else if (room.isAdmin(this.bot.id)) {
      this.updates.push('chat_member', change);
    }
    this.changes.announce();
  }
}

const ADMIN_RIGHTS = {
  can_manage_chat: true,
  can_change_info: true,
  can_delete_messages: true,
  can_invite_users: true,
  can_restrict_members: true,
  can_pin_messages: true,
  can_manage_topics: true,
  can_promote_members: false,
  can_manage_video_chats: true,
  can_post_stories: false,
  can_edit_stories: false,
  can_delete_stories: false,
} as const;

/** A member as the Bot API describes one. */
export function memberObject(user: User, role: Role): ChatMember {
  switch (role) {
    case 'creator':
      return { user, status: 'creator', is_anonymous: false };
    case 'administrator':
      return { user, status: 'administrator', can_be_edited: false, ...ADMIN_RIGHTS, is_anonymous: false };
    case 'kicked':
      return { user, status: 'kicked', until_date: 0 };
    case 'member':
    case 'left':
      return { user, status: role };
  }
}
