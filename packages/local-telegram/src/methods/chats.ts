import { badRequest } from '../errors.js';
import { memberObject } from '../world.js';
import type { Method } from './method.js';
import { roomOf } from './target.js';

/** What the Bot API says of every chat where nothing special was set. */
const CHAT_DEFAULTS = {
  accent_color_id: 0,
  max_reaction_count: 11,
  accepted_gift_types: {
    unlimited_gifts: true,
    limited_gifts: true,
    unique_gifts: true,
    premium_subscription: true,
    gifts_from_channels: true,
  },
} as const;

const getMe: Method = ({ world }) => ({
  ...world.bot,
  can_join_groups: true,
  can_read_all_group_messages: !world.privacy,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
});

const getChat: Method = ({ world }, payload) => {
  const room = roomOf(world, payload);
  const permissions = {
    can_send_messages: !room.denied.has('text'),
    can_send_photos: !room.denied.has('photos'),
    can_send_documents: !room.denied.has('documents'),
    can_send_other_messages: true,
    can_invite_users: true,
  };
  return { ...room.chat, ...CHAT_DEFAULTS, ...(room.chat.type === 'private' ? {} : { permissions }) };
};

const getChatMember: Method = ({ world }, payload) => {
  const room = roomOf(world, payload);
  const user = world.users.get(payload.integer('user_id') ?? 0);
  if (user === undefined) {
    throw badRequest('PARTICIPANT_ID_INVALID');
  }
  return memberObject(user, room.roleOf(user.id));
};

const getChatAdministrators: Method = ({ world }, payload) => {
  const room = roomOf(world, payload);
  if (room.chat.type === 'private') {
    throw badRequest('there are no administrators in the private chat');
  }
  return [...room.members.values()]
    .filter(({ user }) => room.isAdmin(user.id))
    .filter(({ user }) => !user.is_bot || user.id === world.bot.id || payload.flag('return_bots'))
    .map(({ user, role }) => memberObject(user, role));
};

const getChatMemberCount: Method = ({ world }, payload) => {
  const room = roomOf(world, payload);
  return [...room.members.keys()].filter((id) => room.isMember(id)).length;
};

const leaveChat: Method = ({ world }, payload) => {
  const room = roomOf(world, payload);
  if (room.chat.type === 'private') {
    throw badRequest("chat member status can't be changed in private chats");
  }
  world.setRole(room, world.bot, 'left', world.bot);
  return true;
};

export const CHATS = {
  getMe,
  getChat,
  getChatMember,
  getChatAdministrators,
  getChatMemberCount,
  /** The older name, which Telegram still knows. */
  getChatMembersCount: getChatMemberCount,
  leaveChat,
};
