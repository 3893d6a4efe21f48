import type { BotCommandScope } from 'telegraf/types';
import type { Log } from '../log.js';
import { LANGUAGES } from './messages/catalogue.js';
import type { CommandName, Language } from './messages/catalogue.js';
import { catalogueOf } from './messages/index.js';
import { TelegramFailure } from './telegram/client.js';
import type { TelegramClient } from './telegram/client.js';

const PRIVATE: readonly CommandName[] = [
  'explain',
  'predict',
  'labels',
  'model',
  'language',
  'heatmap',
  'help',
  'privacy',
];
const GROUP: readonly CommandName[] = ['explain', 'predict', 'labels', 'model', 'help', 'privacy'];
const GROUP_ADMIN: readonly CommandName[] = [...GROUP, 'auto', 'heatmap', 'language'];

/** The menus, by who sees them; operators have one more entry in their private chat. */
function menus(adminIds: ReadonlySet<number>): { scope: BotCommandScope; commands: readonly CommandName[] }[] {
  return [
    { scope: { type: 'default' }, commands: GROUP },
    { scope: { type: 'all_private_chats' }, commands: PRIVATE },
    { scope: { type: 'all_group_chats' }, commands: GROUP },
    { scope: { type: 'all_chat_administrators' }, commands: GROUP_ADMIN },
    ...[...adminIds].map((id) => ({
      scope: { type: 'chat', chat_id: id } as const,
      commands: [...PRIVATE, 'status' as const],
    })),
  ];
}

/** English is what Telegram shows where it has no menu in the person's language. */
function languageCode(language: Language): { language_code?: string } {
  return language === 'en' ? {} : { language_code: language };
}

/**
 * Registers the command menus in both languages, and describes a bot whose owner has not done so. What fails is logged:
 * a bot without menus works all the same.
 */
export async function registerCommands(client: TelegramClient, adminIds: ReadonlySet<number>, log: Log): Promise<void> {
  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof TelegramFailure)) throw error;
      log.warn({ method: error.method, why: error.description }, 'command menu not registered');
    }
  };
  for (const language of LANGUAGES) {
    const words = catalogueOf(language);
    const code = languageCode(language);
    for (const { scope, commands } of menus(adminIds)) {
      const menu = commands.map((command) => ({ command, description: words.commands[command] }));
      await attempt(() => client.call('setMyCommands', { commands: menu, scope, ...code }));
    }
  }
  await attempt(() => describe(client));
}

/** Describes a bot that nobody has described, in every language; the English words are for everyone else. */
async function describe(client: TelegramClient): Promise<void> {
  const { description } = await client.call('getMyDescription', {});
  const { short_description: short } = await client.call('getMyShortDescription', {});
  for (const language of LANGUAGES) {
    const words = catalogueOf(language);
    const code = languageCode(language);
    if (description === '') await client.call('setMyDescription', { description: words.description, ...code });
    if (short === '') {
      await client.call('setMyShortDescription', { short_description: words.shortDescription, ...code });
    }
  }
}
