import type { Chat, Message, User } from './bot-api.js';
import { Changes } from './changes.js';
import { LocalTelegramError } from './errors.js';
import { FileStore } from './files.js';
import { memberObject, type Role } from './members.js';
import { BotProfile } from './profile.js';
import { newNumber, now, Room } from './room.js';
import { UpdateQueue } from './updates.js';
import { isForBot, isGuestQuery } from './visibility.js';

/** Presses and guest queries that can still be answered; the oldest go first. */
const MAX_OPEN_QUERIES = 1000;

/** A message that names the bot in a chat that it is not in. */
export interface GuestQuery {
  readonly room: Room;
  readonly message: Message;
}

/** Everything that is true in this small Telegram. */
export class World {
  readonly changes = new Changes();
  readonly files = new FileStore();
  readonly updates = new UpdateQueue(this.changes);
  readonly profile = new BotProfile();
  readonly users = new Map<number, User>();
  /** What waits for an answer, by its number: guest queries, and presses on buttons, which are undefined here. */
  readonly queries = new Map<string, GuestQuery | undefined>();
  guestQueries = false;
  readonly #rooms = new Map<Chat, Room>();
  /** By their numbers, which other chats may have too. */
  readonly #withBot = new Map<number, Room>();

  constructor(
    readonly bot: User,
    public privacy: boolean,
  ) {
    this.users.set(bot.id, bot);
  }

  /** Who is or was in a chat, bots too. */
  peopleOf(room: Room): User[] {
    return [...room.roles.keys()].flatMap((id) => this.users.get(id) ?? []);
  }

  ownerOf(room: Room): User | undefined {
    return this.peopleOf(room).find(({ id }) => room.roleOf(id) === 'creator');
  }

  /** Opens a chat with these people in it. */
  open(chat: Chat, people: readonly User[]): Room {
    const room = new Room(chat);
    for (const { id } of people) room.roles.set(id, 'member');
    this.#rooms.set(chat, room);
    if (people.includes(this.bot)) this.#withBot.set(chat.id, room);
    this.changes.announce();
    return room;
  }

  /** The chat with this number that the bot is or was in. */
  find(chatId: number): Room | undefined {
    return this.#withBot.get(chatId);
  }

  /** @throws LocalTelegramError `unknown` for a chat of another world */
  room(chat: Chat): Room {
    const room = this.#rooms.get(chat) ?? this.find(chat.id);
    if (room === undefined) throw new LocalTelegramError('unknown', `There is no chat ${chat.id}.`);
    return room;
  }

  /** A number for a press on a button, or for a guest query, which can be answered from now on. */
  newQuery(guest?: GuestQuery): string {
    const id = newNumber();
    this.queries.set(id, guest);
    const [oldest = ''] = this.queries.keys();
    if (this.queries.size > MAX_OPEN_QUERIES) this.queries.delete(oldest);
    return id;
  }

  /** A person's message becomes an update where the bot may see it. */
  deliver(room: Room, message: Message, kind: 'message' | 'edited_message' = 'message'): void {
    if (isForBot(this, room, message)) {
      room.meantForBot.add(message.message_id);
      this.updates.push(kind, message);
    } else if (kind === 'message' && isGuestQuery(this, room, message)) {
      this.updates.push('guest_message', { ...message, guest_query_id: this.newQuery({ room, message }) });
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
