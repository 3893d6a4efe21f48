import type { Chat, LocalTelegram, User } from 'local-telegram';
import { startBot } from './bot.js';
import type { RunningBot, World } from './bot.js';

/** One person, who reads English, and the bot. */
export interface PrivateChat {
  readonly telegram: LocalTelegram;
  readonly bot: RunningBot;
  readonly user: User;
  readonly chat: Chat;
}

/** A new person's chat with a bot. */
export function privateChatIn({ telegram, bot }: World): PrivateChat {
  const user = telegram.addUser({ languageCode: 'en' });
  return { telegram, bot, user, chat: telegram.privateChat(user) };
}

/** Starts the bot with these variables, and a person's chat with it. */
export async function privateChatWith(env: Readonly<Record<string, string>>): Promise<PrivateChat> {
  return privateChatIn(await startBot(env));
}
