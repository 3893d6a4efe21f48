import { readFileSync } from 'node:fs';
import { METHODS } from '../dist/methods/index.js';

/*
 * Writes `bot-api.ts` to standard output from the machine-readable Bot API, whose file is the only argument.
 *
 * Of telegraf's types only those are used that are as flat as the Bot API itself: its messages, chats, buttons and
 * updates are unions of some sixty kinds, in which no field can be asked for before it is known which kind it is.
 */

/** Types that are written out, with the fields that are used; every other one is telegraf's. */
const WRITTEN = {
  Update: 'update_id message edited_message callback_query my_chat_member guest_message',
  Message: `message_id message_thread_id is_topic_message from sender_chat date edit_date chat
    reply_to_message reply_markup media_group_id has_media_spoiler text entities caption caption_entities photo
    document sticker video location new_chat_members left_chat_member forum_topic_created
    guest_query_id guest_bot_caller_user`,
  InaccessibleMessage: 'chat message_id date',
  Chat: 'id type title username first_name is_forum',
  MessageEntity: 'type offset length url user',
  InlineKeyboardMarkup: 'inline_keyboard',
  InlineKeyboardButton: 'text url callback_data',
  CallbackQuery: 'id from message chat_instance data',
  ChatMemberUpdated: 'chat from date old_chat_member new_chat_member',
};

const PLAIN = { Integer: 'number', String: 'string', Boolean: 'boolean' };

const spec = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

function typeName(type) {
  if (type.startsWith('Array of ')) {
    const inner = typeName(type.slice('Array of '.length));
    return inner.startsWith('readonly ') ? `readonly (${inner})[]` : `readonly ${inner}[]`;
  }
  const subtypes = spec.types[type]?.subtypes;
  if (subtypes?.some((subtype) => subtype in WRITTEN)) return subtypes.map(typeName).join(' | ');
  return PLAIN[type] ?? (type in WRITTEN ? type : `Telegraf.${type}`);
}

function written(name, fields) {
  const known = spec.types[name];
  const lines = fields.split(/\s+/).map((wanted) => {
    const field = known?.fields?.find((each) => each.name === wanted);
    if (field === undefined) throw new Error(`The Bot API has no ${name}.${wanted}.`);
    return `readonly ${wanted}${field.required ? '' : '?'}: ${field.types.map(typeName).join(' | ')};`;
  });
  return `/** ${known?.href ?? ''} */\nexport interface ${name} {\n${lines.join('\n')}\n}\n`;
}

/** The names of the fields that a test of their types holds for, in all methods that are known here. */
function fieldsWhere(holds) {
  const fields = Object.keys(METHODS).flatMap((method) => spec.methods[method]?.fields ?? []);
  const names = fields.filter(({ types }) => holds(types)).map(({ name }) => `'${name}'`);
  return `new Set([${[...new Set(names)].sort().join(', ')}])`;
}

const types = Object.entries(WRITTEN).map(([name, fields]) => written(name, fields));
const isText = (type) => type === 'String' || type === 'InputFile';

process.stdout
  .write(`// Made by tools/generate-types.js; do not edit. From Telegram's ${spec.version}, as it is in api.json of
// https://github.com/PaulSonOfLars/telegram-bot-api-spec (MIT).
import type * as Telegraf from '@telegraf/types';

// Those below take the place of telegraf's of the same names.
export type * from '@telegraf/types';

${types.join('\n')}
/** Fields of methods that are whole numbers. */
export const INTEGERS: ReadonlySet<string> = ${fieldsWhere((names) => names.includes('Integer'))};

/** Fields of methods that are true or false. */
export const FLAGS: ReadonlySet<string> = ${fieldsWhere((names) => names.includes('Boolean'))};

/** Fields of methods that are objects or arrays, JSON in a form or an address. */
export const STRUCTURES: ReadonlySet<string> = ${fieldsWhere(
  (names) => !names.includes('Integer') && !names.includes('Boolean') && !names.every(isText),
)};
`);
