import { badRequest } from '../errors.js';
import { memberObject } from '../members.js';
import type { Method } from './index.js';
import { roomOf } from './target.js';

const getMe: Method = ({ world }) => ({
  ...world.bot,
  can_join_groups: true,
  can_read_all_group_messages: !world.privacy,
  supports_inline_queries: false,
  supports_guest_queries: world.guestQueries,
  can_connect_to_business: false,
  has_main_web_app: false,
});

const getChatMember: Method = ({ world }, payload) => {
  const room = roomOf(world, payload);
  const user = world.users.get(payload.integer('user_id') ?? 0);
  if (user === undefined) throw badRequest('PARTICIPANT_ID_INVALID');
  return memberObject(user, room.roleOf(user.id));
};

const getChatAdministrators: Method = ({ world }, payload) => {
  const room = roomOf(world, payload);
  if (room.chat.type === 'private') throw badRequest('there are no administrators in the private chat');
  const admins = world.peopleOf(room).filter(({ id }) => room.isAdmin(id));
  const shown = admins.filter(({ id, is_bot }) => !is_bot || id === world.bot.id);
  return shown.map((user) => memberObject(user, room.roleOf(user.id)));
};

export const CHATS = { getMe, getChatMember, getChatAdministrators };
