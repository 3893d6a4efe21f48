import type { BotCommandScope } from 'telegraf/types';
import { LANGUAGES } from '../languages.js';
import type { Language } from '../languages.js';
import type { Log } from '../log.js';
import type { CommandName } from './messages/catalogue.js';
import { catalogueOf } from './messages/index.js';
import { TelegramFailure } from './telegram/client.js';
import type { TelegramClient } from './telegram/client.js';

const PRIVATE: readonly CommandName[] = [
  'explain',
  'predict',
  'labels',
  'model',
  'settings',
  'language',
  'help',
  'privacy',
];
const GROUP: readonly CommandName[] = ['explain', 'predict', 'labels', 'model', 'help', 'privacy'];
const GROUP_ADMIN: readonly CommandName[] = [...GROUP, 'settings'];

interface Menu {
  readonly scope: BotCommandScope;
  readonly commands: readonly CommandName[];
}

/** The menus, by who sees them; operators have one more entry in their private chat. */
function menus(adminIds: ReadonlySet<number>): Menu[] {
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
 * a bot without menus works all the same. Never rejects.
 */
export async function registerCommands(client: TelegramClient, adminIds: ReadonlySet<number>, log: Log): Promise<void> {
  try {
    for (const language of LANGUAGES) {
      for (const menu of menus(adminIds)) await register(client, menu, language, log);
    }
    await describe(client);
  } catch (error) {
    log.warn({ err: error }, 'the menus and the description are not all registered');
  }
}

/** One menu; an operator who has never written to the bot cannot have one, which is no reason to leave out the others. */
async function register(
  client: TelegramClient,
  { scope, commands }: Menu,
  language: Language,
  log: Log,
): Promise<void> {
  const words = catalogueOf(language);
  const menu = commands.map((own) => ({
    command: words.commandNames[own] ?? own,
    description: words.commands[own],
  }));
  try {
    await client.call('setMyCommands', { commands: menu, scope, ...languageCode(language) });
  } catch (error) {
    if (!(error instanceof TelegramFailure && error.code === 'refused')) throw error;
    log.warn({ scope: scope.type, why: error.description }, 'menu refused');
  }
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
