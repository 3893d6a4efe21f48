import { randomBytes, randomInt } from 'node:crypto';
import { LocalTelegram } from 'local-telegram';
import type { Chat, Message, User } from 'local-telegram';
import { RefusedError } from './errors.js';
import type { ChatKey, Language } from './protocol.js';

/** Where a message of a chat goes: the topic is a part of the group. */
export interface Room {
  readonly chat: Chat;
  readonly topic?: number;
}

export const CHAT_KEYS = ['private', 'group', 'topic'] as const satisfies readonly ChatKey[];

const TOPIC = 'Foto liburan';

/** The people and the chats of the demo, in a Telegram of their own. */
export class Cast {
  readonly telegram: LocalTelegram;
  readonly token: string;
  /** The newcomer, who owns the group. */
  readonly newcomer: number;
  readonly #members: readonly number[];
  readonly #people: Map<number, User>;
  readonly #rooms: Readonly<Record<ChatKey, Room>>;

  private constructor(telegram: LocalTelegram, token: string, language: Language) {
    this.telegram = telegram;
    this.token = token;
    const ayu = telegram.addUser({ firstName: 'Ayu', languageCode: language });
    const budi = telegram.addUser({ firstName: 'Budi', languageCode: 'id' });
    const citra = telegram.addUser({ firstName: 'Citra', languageCode: 'en' });
    const people = [ayu, budi, citra];
    this.newcomer = ayu.id;
    this.#members = people.map(({ id }) => id);
    this.#people = new Map(people.map((person) => [person.id, person]));
    const group = telegram.addGroup({ title: 'Kelompok', members: people, admins: [ayu], forum: true });
    telegram.sendOther(ayu, group, { new_chat_members: [telegram.bot] });
    this.#rooms = {
      private: { chat: telegram.privateChat(ayu) },
      group: { chat: group },
      topic: { chat: group, topic: telegram.addTopic(group, TOPIC) },
    };
  }

  /** Opens a Telegram on loopback, with a token that nobody has had before. */
  static async gather(language: Language): Promise<Cast> {
    const token = `${randomInt(100_000_000, 1_000_000_000)}:${randomBytes(27).toString('base64url').slice(0, 35)}`;
    const telegram = await LocalTelegram.start({ token, botName: 'Sorot', botUsername: 'sorot_bot' });
    return new Cast(telegram, token, language);
  }

  room(key: ChatKey): Room {
    return this.#rooms[key];
  }

  titleOf(key: ChatKey): string {
    switch (key) {
      case 'private':
        return this.telegram.bot.first_name;
      case 'group':
        return this.#rooms.group.chat.title ?? '';
      case 'topic':
        return TOPIC;
    }
  }

  /** The chat of the demo that a message stands in; null for the chats nobody looks at. */
  keyOf(message: Pick<Message, 'chat' | 'message_thread_id' | 'is_topic_message'>): ChatKey | null {
    return this.keyAt(message.chat.id, message.is_topic_message === true ? message.message_thread_id : undefined);
  }

  keyAt(chatId: unknown, thread: unknown): ChatKey | null {
    const { private: alone, group, topic } = this.#rooms;
    if (chatId === alone.chat.id) return 'private';
    if (chatId !== group.chat.id) return null;
    return thread !== undefined && thread === topic.topic ? 'topic' : 'group';
  }

  /** Who writes in a chat, the one who does so by default first. */
  peopleIn(key: ChatKey): readonly User[] {
    const ids = key === 'private' ? [this.newcomer] : this.#members;
    return ids.map((id) => this.person(id));
  }

  /** @throws RefusedError `unknown` */
  person(id: number): User {
    const person = this.#people.get(id);
    if (person === undefined) throw new RefusedError('unknown', `There is no person ${id}.`);
    return person;
  }

  /** @throws RefusedError `unknown` */
  setLanguage(id: number, language: Language): void {
    const { first_name: firstName } = this.person(id);
    this.#people.set(id, this.telegram.addUser({ id, firstName, languageCode: language }));
  }

  /** What people and the bot said in a chat, oldest first; not that somebody was added or a topic opened. */
  messagesIn(key: ChatKey): Message[] {
    const all = this.telegram.messagesOf(this.room(key).chat);
    return all.filter(
      (message) =>
        this.keyOf(message) === key &&
        message.forum_topic_created === undefined &&
        message.new_chat_members === undefined &&
        message.left_chat_member === undefined,
    );
  }

  /** @throws RefusedError `unknown` where it is not there, or not any more */
  message(key: ChatKey, id: number): Message {
    const found = this.telegram.messageOf(this.room(key).chat, id);
    if (found === undefined || this.keyOf(found) !== key) {
      throw new RefusedError('unknown', `There is no message ${id}.`);
    }
    return found;
  }
}
