import type { BotCommand } from '../bot-api.js';
import { badRequest } from '../errors.js';
import { asObject, type Payload } from '../payload.js';
import type { Scope } from '../profile.js';
import type { World } from '../world.js';
import type { Method } from './index.js';

const MAX_COMMAND_DESCRIPTION_LENGTH = 256;

const PLAIN_SCOPES = ['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators'];

const setMyCommands: Method = ({ world }, payload) => {
  const commands = (payload.list('commands') ?? []).map(command);
  world.profile.setCommands(scopeOf(world, payload), languageOf(payload), commands);
  world.changes.announce();
  return true;
};

function command(value: unknown): BotCommand {
  const { command: name, description } = asObject(value, 'BotCommand');
  if (typeof name !== 'string' || !/^\/?[a-z0-9_]{1,32}$/.test(name)) throw badRequest('BOT_COMMAND_INVALID');
  if (typeof description !== 'string' || description === '' || description.length > MAX_COMMAND_DESCRIPTION_LENGTH) {
    throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
  }
  return { command: name.replace('/', ''), description };
}

function scopeOf(world: World, payload: Payload): Scope {
  const { type, chat_id: chat } = payload.object('scope', 'BotCommandScope') ?? { type: 'default' };
  if (typeof type === 'string' && PLAIN_SCOPES.includes(type)) return [type];
  if (type !== 'chat') throw badRequest("can't parse BotCommandScope: unsupported type specified");
  if (typeof chat !== 'number' || world.find(chat) === undefined) throw badRequest('chat not found');
  return [type, chat];
}

function languageOf(payload: Payload): string {
  const language = payload.text('language_code');
  if (!/^([a-z]{2})?$/.test(language)) throw badRequest('invalid language code specified');
  return language;
}

type Text = 'description' | 'short_description';

function setter(field: Text): Method {
  return ({ world }, payload) => {
    const value = payload.text(field);
    if (value === '') {
      world.profile[field].delete(languageOf(payload));
    } else {
      world.profile[field].set(languageOf(payload), value);
    }
    world.changes.announce();
    return true;
  };
}

function getter(field: Text): Method {
  return ({ world }, payload) => {
    const known = world.profile[field];
    return { [field]: known.get(languageOf(payload)) ?? known.get('') ?? '' };
  };
}

export const PROFILE = {
  setMyCommands,
  setMyDescription: setter('description'),
  getMyDescription: getter('description'),
  setMyShortDescription: setter('short_description'),
  getMyShortDescription: getter('short_description'),
};
