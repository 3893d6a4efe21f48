import { Api, Bot, GrammyError, InlineKeyboard, InputFile, InputMediaBuilder } from 'grammy';
import sharp from 'sharp';
import { Telegram, TelegramError } from 'telegraf';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalTelegram, type Chat, type Message, type User } from 'local-telegram';
import { sentViolationsOf, violationsOf } from '../../../test/support/bot-api-spec.js';
import { photo, send, TOKEN } from './requests.js';

let telegram: LocalTelegram;
let ayu: User;
let chat: Chat;

beforeEach(async () => {
  telegram = await LocalTelegram.start({ token: TOKEN });
  ayu = telegram.addUser();
  chat = telegram.privateChat(ayu);
});

const COMMANDS = [{ command: 'colours', description: 'Three plain pictures' }];

/** A bot of another library that does with pictures what this project's bot does: fetch, answer, edit, ask back. */
function negativeBot(root: string): Bot {
  const bot = new Bot(TOKEN, { client: { apiRoot: root } });
  bot.command('start', async (context) => {
    await context.api.setMyCommands(COMMANDS);
    await context.reply(`Hello, ${context.from?.first_name ?? 'you'}`, {
      reply_parameters: { message_id: context.msgId },
    });
  });
  bot.command('colours', async (context) => {
    const pictures = await Promise.all([1, 2, 3].map((hue) => photo(120, 90, hue)));
    await context.replyWithMediaGroup(
      pictures.map((bytes, at) => InputMediaBuilder.photo(new InputFile(bytes), { caption: `number ${at + 1}` })),
    );
  });
  bot.on('message:photo', async (context) => {
    await context.replyWithChatAction('upload_photo');
    const { file_path } = await context.getFile();
    const { bytes } = await send(`${root}/file/bot${TOKEN}/${file_path ?? ''}`, { method: 'GET' });
    const negative = await sharp(bytes).negate().jpeg().toBuffer();
    await context.replyWithPhoto(new InputFile(negative, 'negative.jpg'), {
      caption: 'the <b>negative</b>',
      parse_mode: 'HTML',
      reply_parameters: { message_id: context.msgId },
      reply_markup: new InlineKeyboard().text('Well?', 'well'),
    });
  });
  bot.callbackQuery('well', async (context) => {
    await context.answerCallbackQuery({ text: 'Thank you', show_alert: true });
    await context.editMessageCaption({ caption: 'seen' });
  });
  return bot;
}

describe('a grammY bot', () => {
  let bot: Bot;
  let ended: Promise<void>;

  beforeEach(() => {
    bot = negativeBot(telegram.root);
    ended = bot.start();
  });

  afterEach(async () => {
    await bot.stop();
    await ended;
    const violations = violationsOf(telegram);
    await telegram.close();
    expect(violations).toEqual([]);
  });

  /** What the bot has posted, once it is so many messages. */
  async function posted(count: number): Promise<readonly Message[]> {
    const own = () => telegram.messagesOf(chat).filter(({ from }) => from?.id === telegram.bot.id);
    await telegram.waitUntil(() => own().length >= count);
    return own();
  }

  it('answers a command by long polling, and sets its menu', async () => {
    const asked = telegram.sendText(ayu, chat, '/start');
    expect(await posted(1)).toMatchObject([
      { text: 'Hello, Ayu', reply_to_message: { message_id: asked.message_id, text: '/start' } },
    ]);
    expect(telegram.commandsOf('default')).toEqual(COMMANDS);
    expect(telegram.calls.filter(({ method }) => method === 'getUpdates')).not.toEqual([]);
  });

  it('fetches a photo and replies with an upload', async () => {
    const asked = await telegram.sendPhoto(ayu, chat, await photo(400, 300));
    const [answer] = await posted(1);
    expect(answer).toMatchObject({
      caption: 'the negative',
      caption_entities: [{ type: 'bold', offset: 4, length: 8 }],
      photo: [{ width: 90 }, { width: 320 }, { width: 400, height: 300 }],
      reply_to_message: { message_id: asked.message_id },
      reply_markup: { inline_keyboard: [[{ text: 'Well?', callback_data: 'well' }]] },
    });
    const [given, made] = [asked, answer].map((message) => telegram.fileBytes(message?.photo?.at(-1)?.file_id ?? ''));
    const brightness = async (bytes: Uint8Array | undefined) => (await sharp(bytes).stats()).channels[2]?.mean ?? NaN;
    expect((await brightness(given)) + (await brightness(made))).toBeCloseTo(255, -1);
    await telegram.waitForCall('sendChatAction', ({ payload }) => payload['action'] === 'upload_photo');
  });

  it('sends an album of uploads', async () => {
    telegram.sendText(ayu, chat, '/colours');
    const album = await posted(3);
    expect(album.map(({ caption }) => caption)).toEqual(['number 1', 'number 2', 'number 3']);
    expect(album[0]?.media_group_id).toMatch(/^\d+$/);
    expect(new Set(album.map(({ media_group_id }) => media_group_id)).size).toBe(1);
    expect(new Set(album.map((message) => message.photo?.at(-1)?.file_unique_id)).size).toBe(3);
  });

  it('answers a pressed button and edits the message under it', async () => {
    await telegram.sendPhoto(ayu, chat, await photo(400, 300));
    const [answer] = await posted(1);
    const query = telegram.pressButton(ayu, answer ?? expect.fail(), 'well');
    const { payload } = await telegram.waitForCall('answerCallbackQuery');
    expect(payload).toMatchObject({ callback_query_id: query, text: 'Thank you', show_alert: true });
    await telegram.waitForCall('editMessageCaption');
    const [edited] = await posted(1);
    expect(edited).toMatchObject({ message_id: answer?.message_id, caption: 'seen', photo: answer?.photo });
    expect(edited).not.toHaveProperty('reply_markup');
  });
});

interface Refusal {
  readonly error_code: number;
  readonly description: string;
}

/** One library's way to call any method, to upload, and to be told that it was refused. */
interface Client {
  call(method: string, fields: Record<string, unknown>, token: string): Promise<unknown>;
  file(bytes: Uint8Array): unknown;
  refusal(error: unknown): Refusal;
}

const CLIENTS: Readonly<Record<string, Client>> = {
  grammY: {
    call: (method, fields, token) => {
      const raw: unknown = new Api(token, { apiRoot: telegram.root }).raw;
      const calls = raw as Record<string, ((fields: object) => Promise<unknown>) | undefined>;
      return calls[method]?.(fields) ?? expect.fail('There is no way to call it.');
    },
    file: (bytes) => new InputFile(bytes, 'photo.png'),
    refusal: (error) => {
      expect(error).toBeInstanceOf(GrammyError);
      const { error_code, description } = error as GrammyError;
      return { error_code, description };
    },
  },
  telegraf: {
    call: (method, fields, token) => new Telegram(token, { apiRoot: telegram.root }).callApi(method as 'getMe', fields),
    file: (bytes) => ({ source: Buffer.from(bytes), filename: 'photo.png' }),
    refusal: (error) => {
      expect(error).toBeInstanceOf(TelegramError);
      const { error_code, description } = (error as TelegramError).response;
      return { error_code, description };
    },
  },
};

interface Refused extends Refusal {
  readonly what: string;
  readonly method: string;
  /** Besides the chat. */
  readonly fields?: (client: Client) => Record<string, unknown> | Promise<Record<string, unknown>>;
  readonly token?: string;
}

async function plainPng(width: number, height: number): Promise<Uint8Array> {
  const picture = sharp({ create: { width, height, channels: 3, background: 'teal' } });
  return new Uint8Array(await picture.png().toBuffer());
}

const NO_MESSAGE = 999;

const REFUSED: readonly Refused[] = [
  {
    what: 'an unknown method',
    method: 'sendNothing',
    error_code: 404,
    description: 'Not Found: method not found',
  },
  {
    what: "another bot's token",
    method: 'getChatAdministrators',
    token: '7000000002:another-token-for-tests',
    error_code: 401,
    description: 'Unauthorized',
  },
  {
    what: 'a token that is none',
    method: 'getChatAdministrators',
    token: 'no-token',
    error_code: 401,
    description: 'Unauthorized: invalid token specified',
  },
  {
    what: 'a file identifier that leads to no file',
    method: 'getFile',
    fields: () => ({ file_id: 'AgACAgUAAxkBAAIunknown' }),
    error_code: 400,
    description: 'Bad Request: invalid file_id',
  },
  {
    what: 'a photo by an identifier that leads to no file',
    method: 'sendPhoto',
    fields: () => ({ photo: 'AgACAgUAAxkBAAIunknown' }),
    error_code: 400,
    description: 'Bad Request: wrong file identifier/HTTP URL specified',
  },
  {
    what: 'a caption that is too long',
    method: 'sendPhoto',
    fields: async (client) => ({ photo: client.file(await plainPng(64, 48)), caption: 'x'.repeat(1025) }),
    error_code: 400,
    description: 'Bad Request: message caption is too long',
  },
  {
    what: 'a photo of too many pixels',
    method: 'sendPhoto',
    fields: async (client) => ({ photo: client.file(await plainPng(9000, 1001)) }),
    error_code: 400,
    description: 'Bad Request: PHOTO_INVALID_DIMENSIONS',
  },
  {
    what: 'a photo above 10 MB',
    method: 'sendPhoto',
    fields: (client) => ({ photo: client.file(new Uint8Array(10_485_761)) }),
    error_code: 400,
    description: 'Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes',
  },
  {
    what: 'an edit of a message that is not there',
    method: 'editMessageText',
    fields: () => ({ message_id: NO_MESSAGE, text: 'x' }),
    error_code: 400,
    description: 'Bad Request: message to edit not found',
  },
  {
    what: 'a reply to a message that is not there',
    method: 'sendMessage',
    fields: () => ({ text: 'x', reply_parameters: { message_id: NO_MESSAGE } }),
    error_code: 400,
    description: 'Bad Request: message to be replied not found',
  },
  {
    what: 'an answer to a press that is too old',
    method: 'answerCallbackQuery',
    fields: () => {
      const query = telegram.pressButton(ayu, telegram.sendText(ayu, chat, 'x'), 'press');
      telegram.expireCallbacks();
      return { callback_query_id: query };
    },
    error_code: 400,
    description: 'Bad Request: query is too old and response timeout expired or query ID is invalid',
  },
];

describe.each(Object.entries(CLIENTS))('%s is told of', (_name, client) => {
  afterEach(async () => {
    const violations = sentViolationsOf(telegram);
    await telegram.close();
    expect(violations).toEqual([]);
  });

  it.each(REFUSED.map((row) => [row.what, row] as const))("%s, in Telegram's words", async (_what, row) => {
    const { method, token = TOKEN, error_code, description } = row;
    const fields = { chat_id: chat.id, ...(await row.fields?.(client)) };
    const error: unknown = await client.call(method, fields, token).catch((reason: unknown) => reason);
    expect(client.refusal(error)).toEqual({ error_code, description });
  });
});
