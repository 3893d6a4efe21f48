import type { User } from 'local-telegram';
import { CHAT_KEYS } from '../cast.js';
import type { Cast } from '../cast.js';
import type { ChatKey, ChatView, CommandView, GroupView, Hello, Language, Menus, PersonView } from '../protocol.js';

export interface PeopleView {
  readonly chats: readonly ChatView[];
  readonly menus: Menus;
  readonly bot: Hello['bot'];
}

/** Who is there, what each chat's menu offers, and what the bot says of itself. */
export function peopleView(cast: Cast): PeopleView {
  const { telegram, newcomer } = cast;
  const chats = CHAT_KEYS.map((key) => ({
    key,
    title: cast.titleOf(key),
    people: cast.peopleIn(key).map(personView),
  }));
  const menuOf = (key: ChatKey): readonly CommandView[] => {
    const [first] = cast.peopleIn(key);
    return first === undefined ? [] : telegram.menuFor(cast.room(key).chat, first);
  };
  const { first_name: name, username = '' } = telegram.bot;
  return {
    chats,
    menus: { private: menuOf('private'), group: menuOf('group'), topic: menuOf('topic') },
    bot: { name, username, description: telegram.descriptionFor(cast.person(newcomer)) },
  };
}

function personView({ id, first_name: name, language_code: code }: User): PersonView {
  const language: Language = code === 'id' ? 'id' : 'en';
  return { id, name, language };
}

export function groupView(cast: Cast): GroupView {
  const { telegram } = cast;
  return { privacy: telegram.privacy, botIsAdmin: telegram.isAdmin(cast.room('group').chat, telegram.bot) };
}
