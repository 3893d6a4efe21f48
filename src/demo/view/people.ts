import type { User } from 'local-telegram';
import type { Cast } from '../cast.js';
import type { ChatKey, CommandView, DemoState, GroupView, PersonView } from '../protocol.js';

export function personView({ id, first_name: name, language_code: code }: User): PersonView {
  return { id, name, language: code === 'id' ? 'id' : 'en' };
}

/** What a chat's menu offers to whoever writes there by default. */
export function menuIn(cast: Cast, key: ChatKey): readonly CommandView[] {
  const [first] = cast.peopleIn(key);
  return first === undefined ? [] : cast.telegram.menuFor(cast.room(key).chat, first);
}

/** What the bot says of itself. */
export function botView(cast: Cast): DemoState['bot'] {
  const { first_name: name, username = '' } = cast.telegram.bot;
  return { name, username, description: cast.telegram.descriptionFor(cast.person(cast.newcomer)) };
}

export function groupView(cast: Cast): GroupView {
  const { telegram } = cast;
  return { privacy: telegram.privacy, botIsAdmin: telegram.isAdmin(cast.room('group').chat, telegram.bot) };
}
