import { badRequest } from '../errors.js';
import { asObject, type Payload } from '../payload.js';
import type { World } from '../world.js';
import type { Api, Method } from './method.js';

const MAX_COMMANDS = 100;
const MAX_NAME_LENGTH = 64;
const MAX_DESCRIPTION_LENGTH = 512;
const MAX_SHORT_DESCRIPTION_LENGTH = 120;
const MAX_COMMAND_DESCRIPTION_LENGTH = 256;

const PLAIN_SCOPES = ['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators'];
const CHAT_SCOPES = ['chat', 'chat_administrators', 'chat_member'];

const setMyCommands: Method = ({ world }, payload) => {
  const commands = (payload.list('commands', 'bot commands') ?? []).map(command);
  if (commands.length > MAX_COMMANDS) {
    throw badRequest('BOT_COMMANDS_TOO_MUCH');
  }
  world.profile.commands.set(commandKey(world, payload), commands);
  world.changes.announce();
  return true;
};

const getMyCommands: Method = ({ world }, payload) => world.profile.commands.get(commandKey(world, payload)) ?? [];

const deleteMyCommands: Method = ({ world }, payload) => {
  world.profile.commands.delete(commandKey(world, payload));
  world.changes.announce();
  return true;
};

function command(value: unknown): { command: string; description: string } {
  const fields = asObject(value, 'BotCommand');
  const name = fields['command'];
  const description = fields['description'];
  if (typeof name !== 'string' || !/^\/?[a-z0-9_]{1,32}$/.test(name)) {
    throw badRequest('BOT_COMMAND_INVALID');
  }
  if (typeof description !== 'string' || description === '' || description.length > MAX_COMMAND_DESCRIPTION_LENGTH) {
    throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
  }
  return { command: name.replace('/', ''), description };
}

function commandKey(world: World, payload: Payload): string {
  const scope = payload.object('scope', 'BotCommandScope') ?? { type: 'default' };
  const type = scope['type'];
  if (typeof type !== 'string' || ![...PLAIN_SCOPES, ...CHAT_SCOPES].includes(type)) {
    throw badRequest("can't parse BotCommandScope: unsupported type specified");
  }
  const ofChat = CHAT_SCOPES.includes(type);
  const chat = scope['chat_id'];
  if (ofChat && (typeof chat !== 'number' || world.find(chat) === undefined)) {
    throw badRequest('chat not found');
  }
  return scopeKey(type, languageOf(payload), ofChat ? chat : undefined, scope['user_id']);
}

/** Under which name the commands of a scope are kept. */
export function scopeKey(type: string, language: string, chatId?: unknown, userId?: unknown): string {
  return JSON.stringify([type, chatId ?? null, userId ?? null, language]);
}

function languageOf(payload: Payload): string {
  const language = payload.text('language_code');
  if (!/^([a-z]{2})?$/.test(language)) {
    throw badRequest('invalid language code specified');
  }
  return language;
}

type Texts = 'names' | 'descriptions' | 'shortDescriptions';

function setter(texts: Texts, field: string, limit: number, tooLong: string): Method {
  return ({ world }, payload) => {
    const value = payload.text(field);
    if (value.length > limit) {
      throw badRequest(tooLong);
    }
    const language = languageOf(payload);
    if (value === '') {
      world.profile[texts].delete(language);
    } else {
      world.profile[texts].set(language, value);
    }
    world.changes.announce();
    return true;
  };
}

function getter(texts: Texts, field: string): Method {
  return ({ world }: Api, payload) => {
    const known = world.profile[texts];
    return {
      [field]: known.get(languageOf(payload)) ?? known.get('') ?? (texts === 'names' ? world.bot.first_name : ''),
    };
  };
}

const setChatMenuButton: Method = ({ world }, payload) => {
  world.profile.menuButtons.set(menuKey(payload), payload.object('menu_button', 'MenuButton') ?? { type: 'default' });
  return true;
};

const getChatMenuButton: Method = ({ world }, payload) =>
  world.profile.menuButtons.get(menuKey(payload)) ?? world.profile.menuButtons.get('default') ?? { type: 'commands' };

function menuKey(payload: Payload): number | 'default' {
  return payload.integer('chat_id') ?? 'default';
}

export const PROFILE = {
  setMyCommands,
  getMyCommands,
  deleteMyCommands,
  setMyName: setter('names', 'name', MAX_NAME_LENGTH, 'BOT_TITLE_INVALID'),
  getMyName: getter('names', 'name'),
  setMyDescription: setter('descriptions', 'description', MAX_DESCRIPTION_LENGTH, 'DESCRIPTION_TOO_LONG'),
  getMyDescription: getter('descriptions', 'description'),
  setMyShortDescription: setter(
    'shortDescriptions',
    'short_description',
    MAX_SHORT_DESCRIPTION_LENGTH,
    'SHORT_DESCRIPTION_TOO_LONG',
  ),
  getMyShortDescription: getter('shortDescriptions', 'short_description'),
  setChatMenuButton,
  getChatMenuButton,
};
