import type { Chat, Message, User } from './bot-api.js';
import { Changes } from './changes.js';
import { LocalTelegramError } from './errors.js';
import { FileStore } from './files.js';
import { memberObject, type Role } from './members.js';
import { BotProfile } from './profile.js';
import { newNumber, now, Room } from './room.js';
import { UpdateQueue } from './updates.js';
import { isForBot } from './visibility.js';

/** The first group's number; each next one is one lower, so that numbers are wider than 32 bits as Telegram's are. */
const FIRST_GROUP = -1_002_000_000_001;

/** Button presses that can still be answered; the oldest go first. */
const MAX_OPEN_PRESSES = 1000;

/** Everything that is true in this small Telegram. */
export class World {
  readonly changes = new Changes();
  readonly files = new FileStore();
  readonly updates = new UpdateQueue(this.changes);
  readonly profile = new BotProfile();
  readonly users = new Map<number, User>();
  /** Button presses that wait for an answer. */
  readonly presses = new Set<string>();
  readonly #rooms = new Map<number, Room>();

  constructor(
    readonly bot: User,
    public privacy: boolean,
  ) {
    this.users.set(bot.id, bot);
  }

  addUser(user: Omit<User, 'id'> & { readonly id?: number }): User {
    const added: User = { ...user, id: user.id ?? 100_000 + this.users.size };
    this.users.set(added.id, added);
    return added;
  }

  /** Who is or was in a chat, bots too. */
  peopleOf(room: Room): User[] {
    return [...room.roles.keys()].flatMap((id) => this.users.get(id) ?? []);
  }

  ownerOf(room: Room): User | undefined {
    return this.peopleOf(room).find(({ id }) => room.roleOf(id) === 'creator');
  }

  /** The chat of one person with the bot; it exists from the first time on. */
  privateRoom({ id, first_name, username }: User): Room {
    const known = this.#rooms.get(id);
    if (known !== undefined) return known;
    const room = new Room({ id, first_name, ...(username === undefined ? {} : { username }), type: 'private' });
    this.#rooms.set(id, room);
    room.roles.set(id, 'member').set(this.bot.id, 'member');
    this.changes.announce();
    return room;
  }

  addGroup(title: string, forum: boolean): Room {
    const id = FIRST_GROUP - this.#rooms.size;
    const room = new Room({ id, title, type: 'supergroup', ...(forum ? { is_forum: true } : {}) });
    this.#rooms.set(id, room);
    return room;
  }

  /** The chat with this number, as the Bot API finds it. */
  find(chatId: number): Room | undefined {
    return this.#rooms.get(chatId);
  }

  /** @throws LocalTelegramError `unknown` for a chat of another world */
  room(chat: Chat): Room {
    const room = this.#rooms.get(chat.id);
    if (room === undefined) throw new LocalTelegramError('unknown', `There is no chat ${chat.id}.`);
    return room;
  }

  /** A number for a press on a button, which can be answered from now on. */
  newPress(): string {
    const id = newNumber();
    this.presses.add(id);
    const [oldest] = this.presses;
    if (this.presses.size > MAX_OPEN_PRESSES && oldest !== undefined) this.presses.delete(oldest);
    return id;
  }

  /** A person's message becomes an update where the bot may see it. */
  deliver(room: Room, message: Message, kind: 'message' | 'edited_message' = 'message'): void {
    if (isForBot(this, room, message)) {
      room.meantForBot.add(message.message_id);
      this.updates.push(kind, message);
    }
    this.changes.announce();
  }

  /** Gives a member another role; the bot hears of its own. */
  setRole(room: Room, user: User, role: Role, by: User): void {
    const before = room.roleOf(user.id);
    room.roles.set(user.id, role);
    if (user.id === this.bot.id) {
      const [old_chat_member, new_chat_member] = [memberObject(user, before), memberObject(user, role)];
      this.updates.push('my_chat_member', { chat: room.chat, from: by, date: now(), old_chat_member, new_chat_member });
    }
    this.changes.announce();
  }
}
