import { beforeEach, describe, expect, it } from 'vitest';
import type { Chat, LocalTelegram, Message, User } from 'local-telegram';
import { startBot, SHARES } from '../support/bot.js';
import type { RunningBot, World } from '../support/bot.js';
import {
  answerTo,
  buttonsOf,
  classesOf,
  LABELS,
  messageOf,
  said,
  smallModel,
  uploaded,
  words,
} from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { sharedBot } from '../support/shared-bot.js';

const model = await smallModel();
const shared = sharedBot(() => ({ MODEL: model }));

let photo: Buffer;

beforeEach(async () => {
  photo = unseen(await photograph(1, 640, 480));
});

interface Private {
  readonly telegram: LocalTelegram;
  readonly bot: RunningBot;
  readonly user: User;
  readonly chat: Chat;
  readonly ask: (text: string, replyTo?: Message) => Promise<string>;
}

async function inPrivate(languageCode = 'en', world: Promise<World> = shared()): Promise<Private> {
  const { telegram, bot } = await world;
  const user = telegram.addUser({ languageCode });
  const chat = telegram.privateChat(user);
  return {
    telegram,
    bot,
    user,
    chat,
    ask: async (text, replyTo) => {
      const asked = telegram.sendText(user, chat, text, replyTo === undefined ? {} : { replyTo });
      return words(await answerTo(telegram, asked));
    },
  };
}

describe('/explain', () => {
  it('explains the last photo, by rank, by label in either language, and by index', async () => {
    const { telegram, user, chat } = await inPrivate();
    const sent = await telegram.sendPhoto(user, chat, photo);
    const ranked = classesOf(await answerTo(telegram, sent, 'sendPhoto')).map(({ text }) => text);
    const explained = async (argument: string): Promise<string> => {
      const after = telegram.calls.length;
      telegram.sendText(user, chat, `/explain ${argument}`);
      const isAnswer = (call: { method: string }): boolean =>
        call.method === 'sendPhoto' || call.method === 'sendMessage';
      await telegram.waitUntil(() => telegram.calls.slice(after).some((call) => isAnswer(call) && call.status === 200));
      const answer = telegram.calls.slice(after).find(isAnswer);
      return answer === undefined ? '' : words(answer);
    };
    expect(await explained('2')).toContain(ranked[1]);
    expect(await explained('DOG')).toContain('dog');
    // By turns: the same heatmap is not sent again while the one before is still under way.
    expect(await explained('Beruang Kutub')).toContain('polar bear');
    expect(await explained('anjing')).toContain('dog');
    expect(await explained('#3')).toContain('ship');
    expect(await explained('5')).toMatch(new RegExp(LABELS.map(({ en }) => en).join('|')));
  });

  it('says what it does not know, naming what is near', async () => {
    const { telegram, user, chat, ask } = await inPrivate();
    const sent = await telegram.sendPhoto(user, chat, photo);
    await answerTo(telegram, sent, 'sendPhoto');
    expect(await ask('/explain shiipp')).toBe('I don’t know “shiipp”. Did you mean ship? All I know: /labels');
    expect(await ask('/explain 9')).toMatch(/guesses 1 to 5/);
    expect(await ask('/explain 0')).toMatch(/guesses 1 to 5/);
    expect(await ask('/explain <b>')).toMatch(/“&lt;b&gt;”/);
  });

  it('without a photo says how to use it', async () => {
    const { ask } = await inPrivate();
    expect(await ask('/explain')).toMatch(/Which photo\?/);
    expect(await ask('/predict')).toMatch(/Which photo\?/);
  });

  it.skipIf(SHARES)('in reply to a photo works after a restart, the prediction first', async () => {
    const { telegram, bot, user, chat } = await inPrivate('en', startBot({ MODEL: model }));
    const sent = await telegram.sendPhoto(user, chat, photo);
    await answerTo(telegram, sent, 'sendPhoto');
    await bot.stop();
    await startBot({ MODEL: model }, { telegram });
    const after = telegram.calls.length;
    telegram.sendText(user, chat, '/explain 2', { replyTo: sent });
    await answerTo(telegram, sent, 'sendMessage', { after });
    expect(uploaded(await answerTo(telegram, sent, 'sendPhoto', { after }))).not.toBeNull();
  });

  it('in reply to the bot’s own heatmap is about the photo behind it', async () => {
    const { telegram, user, chat } = await inPrivate();
    const sent = await telegram.sendPhoto(user, chat, photo);
    const heatmap = messageOf(await answerTo(telegram, sent, 'sendPhoto'));
    const after = telegram.calls.length;
    telegram.sendText(user, chat, '/explain 2', { replyTo: heatmap });
    await answerTo(telegram, sent, 'sendPhoto', { after });
  });

  it.skipIf(SHARES)('in reply to a heatmap whose photo is forgotten asks for the photo', async () => {
    const { telegram, bot, user, chat } = await inPrivate('en', startBot({ MODEL: model }));
    const sent = await telegram.sendPhoto(user, chat, photo);
    const heatmap = messageOf(await answerTo(telegram, sent, 'sendPhoto'));
    await bot.stop();
    await startBot({ MODEL: model }, { telegram });
    const asked = telegram.sendText(user, chat, '/explain', { replyTo: heatmap });
    expect(words(await answerTo(telegram, asked))).toMatch(/Reply to the photo itself/);
  });

  it('in reply to the settings, which have buttons too, says that there is no photo in them', async () => {
    const { telegram, user, chat } = await inPrivate();
    const settings = messageOf(await answerTo(telegram, telegram.sendText(user, chat, '/settings')));
    const asked = telegram.sendText(user, chat, '/explain', { replyTo: settings });
    expect(words(await answerTo(telegram, asked))).toMatch(/There’s no photo in the message/);
  });

  it('under a photo is about that photo', async () => {
    const { telegram, user, chat } = await inPrivate();
    const sent = await telegram.sendPhoto(user, chat, photo, { caption: '/explain ship' });
    await answerTo(telegram, sent);
    expect(words(await answerTo(telegram, sent, 'sendPhoto'))).toContain('ship');
  });
});

describe('a button', () => {
  it('under a message that is gone is answered with a word', async () => {
    const { telegram, user, chat } = await inPrivate();
    const sent = await telegram.sendPhoto(user, chat, photo);
    const prediction = await answerTo(telegram, sent);
    await answerTo(telegram, sent, 'sendPhoto');
    telegram.deleteMessage(messageOf(prediction));
    telegram.pressButton(user, messageOf(prediction), buttonsOf(prediction)[0]?.callback_data ?? '');
    const call = await telegram.waitForCall('answerCallbackQuery');
    expect(call.payload['text']).toMatch(/no longer have this photo/);
  });

  it('that no version of the bot has is answered too', async () => {
    const { telegram, user, chat } = await inPrivate();
    const answer = await answerTo(telegram, telegram.sendText(user, chat, '/model'));
    telegram.pressButton(user, messageOf(answer), 'something:else');
    const call = await telegram.waitForCall('answerCallbackQuery');
    expect(call.payload['text']).toMatch(/no longer have this photo/);
  });
});

describe('/heatmap', () => {
  it('off has predictions only, and a heatmap where one is asked for', async () => {
    const { telegram, user, chat, ask } = await inPrivate();
    await ask('/heatmap off');
    const sent = await telegram.sendPhoto(user, chat, photo);
    await answerTo(telegram, sent);
    expect(buttonsOf(await answerTo(telegram, telegram.sendText(user, chat, '/heatmap')))[0]?.text).toBe(
      'Heatmaps: off',
    );
    expect(said(telegram).filter(({ method }) => method === 'sendPhoto')).toEqual([]);
    telegram.sendText(user, chat, '/explain');
    await answerTo(telegram, sent, 'sendPhoto');
    await ask('/heatmap on');
    const next = await telegram.sendPhoto(user, chat, await photograph(4));
    await answerTo(telegram, next, 'sendPhoto');
  });

  it('followed by anything else shows what can be chosen', async () => {
    const { ask } = await inPrivate();
    expect(await ask('/heatmap maybe')).toMatch(/^<b>Settings/);
  });
});

describe('languages', () => {
  it('begin with the person’s own', async () => {
    const { telegram, user, chat } = await inPrivate('id');
    const sent = await telegram.sendPhoto(user, chat, photo);
    const text = words(await answerTo(telegram, sent));
    expect(LABELS.some(({ id }) => text.includes(`<b>${id}</b>`))).toBe(true);
    expect(text).toMatch(/\d,\d%/);
  });

  it('are chosen by command or by button', async () => {
    const { telegram, user, chat, ask } = await inPrivate('en');
    expect(await ask('/language id')).toMatch(/bahasa Indonesia/);
    expect(await ask('/help')).toMatch(/Kirim satu foto/);
    const asked = telegram.sendText(user, chat, '/language');
    const question = await answerTo(telegram, asked);
    const english = buttonsOf(question).find(({ text }) => text === 'English');
    telegram.pressButton(user, messageOf(question), english?.callback_data ?? '');
    await telegram.waitForCall('editMessageText');
    expect(await ask('/help')).toMatch(/Send a photo/);
  });
});

describe('other commands', () => {
  it('are answered in private chats, and what is none gets a hint', async () => {
    const { ask } = await inPrivate();
    expect(await ask('/start')).toMatch(/Sorot/);
    expect(await ask('/help')).toMatch(/\/explain/);
    expect(await ask('/privacy')).toMatch(/memory/);
    const labels = await ask('/labels');
    for (const { en } of LABELS) expect(labels).toContain(en);
    expect(await ask('/model')).toMatch(/Five things[^]*5/);
    expect(await ask('/auto on')).toMatch(/group/);
    expect(await ask('/fly')).toMatch(/don’t know the command.*\/fly/);
    expect(await ask('hello')).toMatch(/Send me a photo/);
  });

  it('/status is for the operators', async () => {
    const { telegram, user, ask } = await inPrivate();
    expect(await ask('/status')).toMatch(/operator/);
    const operated = await startBot({ MODEL: model, ADMIN_IDS: String(user.id) });
    const operator = operated.telegram.addUser({ id: user.id, languageCode: 'en' });
    const asked = operated.telegram.sendText(operator, operated.telegram.privateChat(operator), '/status');
    expect(words(await answerTo(operated.telegram, asked))).toMatch(/Backend +onnx, the fastest\n[^]*Memory +normal/);
    expect(telegram.calls.length).toBeGreaterThan(0);
  });

  it('are in the menus, by scope and language', async () => {
    const { telegram } = await startBot({ MODEL: model });
    await telegram.waitUntil(() => telegram.calls.filter(({ method }) => method === 'setMyCommands').length === 8);
    await telegram.waitForCall('setMyShortDescription', ({ payload }) => payload['language_code'] === 'id');
    const names = (scope: string, language = ''): string[] =>
      telegram.commandsOf(scope, language).map(({ command }) => command);
    expect(names('all_private_chats')).toContain('language');
    expect(names('all_group_chats')).not.toContain('settings');
    expect(names('all_chat_administrators')).toContain('settings');
    expect(names('all_private_chats', 'id')).toEqual([
      'jelaskan',
      'prediksi',
      'labels',
      'model',
      'pengaturan',
      'bahasa',
      'bantuan',
      'privacy',
    ]);
    expect(names('all_private_chats')).not.toContain('status');
  });
});

describe('ALLOWED_CHATS', () => {
  it('has others told so in private', async () => {
    const { telegram, user, chat, ask } = await inPrivate('en', startBot({ MODEL: model, ALLOWED_CHATS: '42' }));
    expect(await ask('/start')).toContain(String(user.id));
    const sent = await telegram.sendPhoto(user, chat, photo);
    expect(words(await answerTo(telegram, sent))).toMatch(/only work in selected chats/);
    expect(telegram.calls.filter(({ method }) => method === 'getFile')).toEqual([]);
    const allowed = telegram.addUser({ id: 42, languageCode: 'en' });
    const served = await telegram.sendPhoto(allowed, telegram.privateChat(allowed), photo);
    await answerTo(telegram, served, 'sendPhoto');
  });
});
