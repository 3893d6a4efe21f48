import type { ChatMember, User } from './bot-api.js';

export type Role = ChatMember['status'] & ('creator' | 'administrator' | 'member' | 'left' | 'kicked');

const ADMIN_RIGHTS = {
  can_be_edited: false,
  is_anonymous: false,
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
  if (role === 'creator') return { user, status: role, is_anonymous: false };
  if (role === 'administrator') return { user, status: role, ...ADMIN_RIGHTS };
  return role === 'kicked' ? { user, status: role, until_date: 0 } : { user, status: role };
}
