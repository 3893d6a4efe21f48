import { Telegram } from 'telegraf';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LocalTelegram } from 'local-telegram';
import { violationsOf } from '../../../test/support/bot-api-spec.js';
import { TOKEN } from './requests.js';

let telegram: LocalTelegram;
let bot: Telegram;

beforeEach(async () => {
  telegram = await LocalTelegram.start({ token: TOKEN });
  bot = new Telegram(TOKEN, { apiRoot: telegram.root });
});

afterEach(async () => {
  const violations = violationsOf(telegram);
  await telegram.close();
  expect(violations).toEqual([]);
});

const HELP = { command: 'help', description: 'What I can do' };
const BANTUAN = { command: 'help', description: 'Yang saya bisa' };

it('says who the bot is', async () => {
  expect(await bot.getMe()).toMatchObject({ id: 7000000001, is_bot: true, username: 'test_bot' });
});

it('keeps commands by scope and language', async () => {
  const scope = { type: 'all_group_chats' } as const;
  await bot.setMyCommands([HELP]);
  await bot.setMyCommands([BANTUAN], { scope, language_code: 'id' });
  expect(telegram.commandsOf('default')).toEqual([HELP]);
  expect(telegram.commandsOf('all_group_chats', 'id')).toEqual([BANTUAN]);
  expect(telegram.commandsOf('all_group_chats')).toEqual([]);
});

it('refuses commands and scopes that Telegram refuses', async () => {
  await expect(bot.setMyCommands([{ command: 'Help!', description: 'x' }])).rejects.toThrow('BOT_COMMAND_INVALID');
  await expect(bot.setMyCommands([{ command: 'help', description: '' }])).rejects.toThrow(
    'BOT_COMMAND_DESCRIPTION_INVALID',
  );
  await expect(bot.setMyCommands([HELP], { scope: { type: 'chat', chat_id: 5 } })).rejects.toThrow('chat not found');
  await expect(bot.setMyCommands([HELP], { language_code: 'english' })).rejects.toThrow(
    'invalid language code specified',
  );
});

it('keeps descriptions by language', async () => {
  await bot.setMyDescription('Says what a photo shows.');
  await bot.setMyDescription('Menyebut isi foto.', 'id');
  await bot.setMyShortDescription('Photos, explained.');
  expect(await bot.getMyDescription('id')).toEqual({ description: 'Menyebut isi foto.' });
  expect(await bot.getMyDescription('fr')).toEqual({ description: 'Says what a photo shows.' });
  expect(await bot.getMyShortDescription()).toEqual({ short_description: 'Photos, explained.' });
});
