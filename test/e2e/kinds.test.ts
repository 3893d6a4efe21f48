import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiCall, Chat, LocalTelegram, Message, User } from 'local-telegram';
import { startBot } from '../support/bot.js';
import type { RunningBot, World } from '../support/bot.js';
import {
  answerTo,
  buttonsOf,
  classesOf,
  messageOf,
  modelWithKinds,
  repliesTo,
  uploaded,
  words,
} from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { sharedBot } from '../support/shared-bot.js';

const model = await modelWithKinds();
const shared = sharedBot(() => ({ MODEL: model }));

let photo: Buffer;

beforeEach(async () => {
  photo = unseen(await photograph(1, 640, 480));
});

interface Conversation {
  readonly telegram: LocalTelegram;
  readonly bot: RunningBot;
  readonly user: User;
  readonly chat: Chat;
  /** What a text is answered with in words. */
  readonly ask: (text: string) => Promise<string>;
}

async function conversation(languageCode = 'en', world: Promise<World> = shared()): Promise<Conversation> {
  const { telegram, bot } = await world;
  const user = telegram.addUser({ languageCode });
  const chat = telegram.privateChat(user);
  const ask = async (text: string): Promise<string> =>
    words(await answerTo(telegram, telegram.sendText(user, chat, text)));
  return { telegram, bot, user, chat, ask };
}

interface Answered {
  readonly sent: Message;
  readonly prediction: ApiCall;
  readonly heatmap: ApiCall;
}

async function answered({ telegram, user, chat }: Conversation): Promise<Answered> {
  const sent = await telegram.sendPhoto(user, chat, photo);
  return { sent, prediction: await answerTo(telegram, sent), heatmap: await answerTo(telegram, sent, 'sendPhoto') };
}

/** The first line of the heatmap that a text brings. */
async function explained({ telegram, user, chat }: Conversation, text: string): Promise<string> {
  const after = telegram.calls.length;
  telegram.sendText(user, chat, text);
  const call = await telegram.waitForCall('sendPhoto', ({ status }) => status === 200, { after });
  return words(call).split(/\n| · /)[0] ?? '';
}

describe('a photo of which only the kind is sure', () => {
  it('is answered with the kind and the best guesses, and the kind is explained', async () => {
    const { prediction, heatmap } = await answered(await conversation());
    const lines = words(prediction).split('\n');
    expect(lines[0]).toMatch(/^An <b>animal<\/b> — 7\d\.\d%, not sure which\. My best guesses:$/);
    expect(lines.slice(1).map((line) => line.replace(/^.*% /, ''))).toEqual(['polar bear', 'cat', 'lorry']);
    expect(classesOf(prediction).map(({ text }) => text)).toEqual(['Why animal?']);
    expect(classesOf(heatmap).map(({ text }) => text)).toEqual(['✓ animal', 'polar bear', 'cat', 'lorry']);
    expect(words(heatmap)).toMatch(/^<b>animal<\/b> 7\d\.\d%\n/);
    expect(uploaded(heatmap)).not.toBeNull();
  });

  it('is answered so in Indonesian too', async () => {
    const { prediction, heatmap } = await answered(await conversation('id'));
    expect(words(prediction)).toMatch(/^<b>Hewan<\/b> — 7\d,\d%, tapi belum pasti yang mana\. Tebakan saya:\n/);
    expect(buttonsOf(prediction)[0]?.text).toBe('Kenapa hewan?');
    expect(words(heatmap)).toMatch(/^<b>hewan<\/b> 7\d,\d%\n/);
  });

  it('has the kind explained at the press of its button', async () => {
    const { telegram, user, chat, ask } = await conversation();
    await ask('/heatmap off');
    const sent = await telegram.sendPhoto(user, chat, photo);
    const prediction = await answerTo(telegram, sent);
    const [why, first, ...others] = classesOf(prediction);
    expect([why, first, ...others].map((button) => button?.text)).toEqual([
      'Why animal?',
      'Why polar bear?',
      'Why cat?',
      'Why lorry?',
    ]);
    telegram.pressButton(user, messageOf(prediction), why?.callback_data ?? '');
    const kind = await answerTo(telegram, sent, 'sendPhoto');
    expect(words(kind)).toMatch(/^<b>animal<\/b> 7\d\.\d%\n/);

    const after = telegram.calls.length;
    telegram.pressButton(user, messageOf(prediction), first?.callback_data ?? '');
    const guess = await telegram.waitForCall('editMessageMedia', undefined, { after });
    // The model is not sure of the class, which is said wherever it is shown.
    expect(words(guess)).toMatch(/^<b>polar bear<\/b> 40\.\d%, not sure · /);
    expect(uploaded(guess)).not.toEqual(uploaded(kind));
  });

  it('in an album has a line that says so', async () => {
    const { telegram, user, chat } = await conversation();
    const album = await telegram.sendAlbum(user, chat, [photo, await photograph(2, 640, 480)]);
    const [first] = album;
    if (first === undefined) throw new Error('The album is empty.');
    const text = words(await answerTo(telegram, first));
    expect(text.split('\n')[0]).toMatch(/^1\. animal — 7\d\.\d%, not sure which$/);
    const heatmaps = await answerTo(telegram, first, 'sendMediaGroup');
    const [caption] = (heatmaps.payload['media'] as { caption: string }[]).map((each) => each.caption);
    expect(caption).toMatch(/^Photo 1: <b>animal<\/b> 7\d\.\d%\n/);
  });
});

describe('a photo of which nothing is sure', () => {
  it('is explained by its first guess, whose doubt stays in the caption', async () => {
    const talk = await conversation('en', startBot({ MODEL: await modelWithKinds({ threshold: 0.95 }) }));
    const { prediction, heatmap } = await answered(talk);
    expect(words(prediction)).toMatch(/^I’m not sure\. My best guesses:\n/);
    expect(words(prediction)).toContain('All I know: cat · dog · polar bear · ship · lorry');
    expect(buttonsOf(prediction)[0]?.text).toBe('Why polar bear?');
    expect(words(heatmap)).toMatch(/^<b>polar bear<\/b> 40\.\d%, not sure\n/);
    expect(await explained(talk, '/explain animal')).toMatch(/^<b>animal<\/b> 7\d\.\d%, not sure$/);
  });
});

describe('/explain with a kind', () => {
  it('takes it in both languages, several of it, another word for it, and with a typing error', async () => {
    const talk = await conversation();
    await answered(talk);
    const [pet, animal] = [/^<b>pet<\/b> 3\d\.\d%, not sure$/, /^<b>animal<\/b> 7\d\.\d%$/];
    // By turns: the same heatmap is not sent again while the one before is still under way.
    for (const [text, caption] of [
      ['pet', pet],
      ['hewan', animal],
      ['peliharaan', pet],
      ['creatures', animal],
      ['the pets', pet],
      ['animmal', animal],
      ['PELIHARAN', pet],
    ] as const) {
      expect(await explained(talk, `/explain ${text}`)).toMatch(caption);
    }
  });

  it('says so where nothing in the photo speaks for it', async () => {
    const talk = await conversation();
    const { telegram, user, chat } = talk;
    const { sent } = await answered(talk);
    const after = telegram.calls.length;
    telegram.sendText(user, chat, '/explain vehicle');
    const answer = await answerTo(telegram, sent, 'sendMessage', { after });
    expect(words(answer)).toMatch(/^No heatmap: nothing in this picture points to “vehicle”/);
  });

  it('answers in Indonesian to who writes Indonesian', async () => {
    const talk = await conversation('id');
    await answered(talk);
    const pet = /^<b>peliharaan<\/b> 3\d,\d%, kurang yakin$/;
    expect(await explained(talk, '/explain peliharaan')).toMatch(pet);
    expect(await talk.ask('/explain kenndarrrran')).toMatch(/Maksudnya kendaraan\? Yang saya kenal: \/labels$/);
    expect(await explained(talk, '/explain pet')).toMatch(pet);
  });

  it('asks whether it is meant where it is only like one', async () => {
    const talk = await conversation();
    await answered(talk);
    expect(await talk.ask('/explain vehhhiccle')).toBe(
      'I don’t know “vehhhiccle”. Did you mean vehicle? All I know: /labels',
    );
    expect(await talk.ask('/explain umbrella')).toBe('I don’t know “umbrella”. All I know: /labels');
  });

  it('is meant by its bare name in reply to an answer', async () => {
    const talk = await conversation();
    const { telegram, user, chat } = talk;
    const { sent, prediction } = await answered(talk);
    const after = telegram.calls.length;
    telegram.sendText(user, chat, 'pets', { replyTo: messageOf(prediction) });
    const heatmap = await telegram.waitForCall('sendPhoto', ({ status }) => status === 200, { after });
    expect(words(heatmap)).toMatch(/^<b>pet<\/b>/);
    expect(repliesTo(heatmap)).toBe(sent.message_id);
  });
});

describe('/labels of a model with kinds', () => {
  it('lists the kinds, and the classes of one that is asked for', async () => {
    const { ask } = await conversation();
    expect(await ask('/labels')).toBe(
      [
        '<b>I know 5 things, among them:</b>',
        '<b>animal</b> 3: pet 2',
        'vehicle 2',
        '',
        'All of one kind: <code>/labels pet</code>',
      ].join('\n'),
    );
    expect(await ask('/labels pet')).toBe('<b>pet (2)</b>\ncat · dog');
    expect(await ask('/labels animals')).toBe('<b>animal (3)</b>\ncat · dog · polar bear');
    expect(await ask('/labels kendaraan')).toBe('<b>vehicle (2)</b>\nship · lorry');
    expect(await ask('/labels umbrella')).toBe('I don’t know “umbrella”. All I know: /labels');
  });

  it('does so in Indonesian', async () => {
    const { ask } = await conversation('id');
    expect(await ask('/labels')).toContain('<b>hewan</b> 3: peliharaan 2\nkendaraan 2\n');
    expect(await ask('/labels hewan')).toBe('<b>hewan (3)</b>\nkucing · anjing · beruang kutub');
  });
});

describe('a button', () => {
  /** Presses it and says how it was answered; fails where a heatmap followed. */
  async function pressed({ telegram, user, chat }: Conversation, under: ApiCall, data: string): Promise<unknown> {
    const after = telegram.calls.length;
    telegram.pressButton(user, messageOf(under), data);
    const { payload } = await telegram.waitForCall('answerCallbackQuery', undefined, { after });
    // A further answer shows that nothing else was waiting before it.
    const further = telegram.sendText(user, chat, '/privacy');
    await answerTo(telegram, further);
    expect(telegram.calls.slice(after).filter(({ method }) => method === 'sendPhoto')).toEqual([]);
    return payload['text'];
  }

  const OF_ANOTHER_MODEL = 'I gave that answer with another model. Reply to the photo with /explain to ask again.';

  it('from before models were named explains nothing, and says so', async () => {
    const talk = await conversation();
    const { prediction } = await answered(talk);
    expect(await pressed(talk, prediction, 'why:3')).toBe(OF_ANOTHER_MODEL);
  });

  it('under the answer of another model explains nothing, and says so', async () => {
    const before = await conversation('en', startBot({ MODEL: model }));
    const { telegram, bot } = before;
    const { sent, prediction } = await answered(before);
    await bot.stop();
    // The same network, whose classes and kinds stand in another order.
    const other = await modelWithKinds({ groups: [{ label: 'vessel', classes: ['ship'] }] });
    await startBot({ MODEL: other }, { telegram });
    for (const { callback_data: data } of classesOf(prediction)) {
      expect(await pressed(before, prediction, data)).toBe(OF_ANOTHER_MODEL);
    }
    const after = telegram.calls.length;
    telegram.sendText(before.user, before.chat, '/explain', { replyTo: sent });
    expect(words(await answerTo(telegram, sent, 'sendMessage', { after }))).toMatch(/^I’m not sure/);
  });
});
