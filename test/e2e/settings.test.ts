import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ApiCall, Chat, LocalTelegram, User } from 'local-telegram';
import { startBot, SHARES } from '../support/bot.js';
import { answerTo, buttonsOf, classesOf, messageOf, smallModel, uploaded, words } from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { privateChatIn, privateChatWith } from '../support/private-chat.js';
import { sharedBot } from '../support/shared-bot.js';
import { newFolder } from '../support/sorot.js';

const model = await smallModel();
const shared = sharedBot(() => ({ MODEL: model }));

const texts = (call: ApiCall): string[] => buttonsOf(call).map(({ text }) => text);

/** Presses what says so under a message, and waits for what it has changed. */
async function press(telegram: LocalTelegram, user: User, under: ApiCall, text: string): Promise<ApiCall> {
  const after = telegram.calls.length;
  const button = buttonsOf(under).find((each) => each.text === text);
  telegram.pressButton(user, messageOf(under), button?.callback_data ?? '');
  return telegram.waitForCall('editMessageText', ({ status }) => status === 200, { after });
}

async function newPhoto(): Promise<Buffer> {
  return unseen(await photograph(1));
}

function groupOf(telegram: LocalTelegram): { admin: User; member: User; group: Chat } {
  const [admin, member] = [telegram.addUser({ languageCode: 'id' }), telegram.addUser({ languageCode: 'en' })];
  const group = telegram.addGroup({ title: 'Kelompok', members: [admin, member], admins: [admin] });
  return { admin, member, group };
}

describe('/settings', () => {
  it('shows what is chosen, and changes it by a tap in its place', async () => {
    const { telegram, user, chat } = privateChatIn(await shared());
    const panel = await answerTo(telegram, telegram.sendText(user, chat, '/settings'));
    expect(texts(panel)).toEqual([
      'Heatmaps: on',
      '✓ As my Telegram says',
      'English',
      'Bahasa Indonesia',
      '✓ Yellow–green',
      'Rainbow',
      'Yellow–red',
      'Cream–purple',
    ]);
    const off = await press(telegram, user, panel, 'Heatmaps: on');
    expect(messageOf(off).message_id).toBe(messageOf(panel).message_id);
    expect(texts(off)[0]).toBe('Heatmaps: off');
    const sent = await telegram.sendPhoto(user, chat, await newPhoto());
    expect(classesOf(await answerTo(telegram, sent))).toHaveLength(3);

    const indonesian = await press(telegram, user, off, 'Bahasa Indonesia');
    expect(words(indonesian)).toMatch(/^<b>Pengaturan/);
    expect(texts(indonesian)).toContain('✓ Bahasa Indonesia');
    const own = await press(telegram, user, indonesian, 'Ikuti Telegram saya');
    expect(texts(own)).toContain('✓ As my Telegram says');
  });

  it('changes the colours of the heatmaps to come, and what is said of them', async () => {
    const { telegram, user, chat } = privateChatIn(await shared());
    const photo = await newPhoto();
    const heatmap = await answerTo(telegram, await telegram.sendPhoto(user, chat, photo), 'sendPhoto');
    const panel = await answerTo(telegram, telegram.sendText(user, chat, '/settings'));
    expect(texts(await press(telegram, user, panel, 'Rainbow'))).toContain('✓ Rainbow');
    const again = await answerTo(telegram, await telegram.sendPhoto(user, chat, photo), 'sendPhoto');
    expect(words(again)).toContain('dark red mattered most');
    expect(uploaded(again)).not.toBeNull();
    expect(uploaded(again)).not.toEqual(uploaded(heatmap));
  });

  it('takes words as well, which the refusal of an anonymous admin’s press names', async () => {
    const { telegram } = await shared();
    const { admin, member, group } = groupOf(telegram);
    const panel = await answerTo(telegram, telegram.sendText(admin, group, '/pengaturan'));
    expect(texts(panel)[0]).toBe('Saya menjawab: kalau diminta');
    telegram.pressButton(member, messageOf(panel), 'set:colours:magma');
    const refused = await telegram.waitForCall('answerCallbackQuery');
    expect(refused.payload['text']).toContain('ketik saja /pengaturan colours magma');
    const typed = await answerTo(telegram, telegram.sendText(admin, group, '/pengaturan colours magma'));
    expect(texts(typed)).toContain('✓ Krem–ungu');
  });
});

describe('a group', () => {
  it('is answered in one language, that of whoever wrote first, until its admins choose another', async () => {
    const { telegram } = await shared();
    const { admin, member, group } = groupOf(telegram);
    const asked = async (user: User): Promise<string> =>
      words(await answerTo(telegram, telegram.sendText(user, group, '/model')));
    expect(await asked(admin)).toMatch(/Jumlah kelas/);
    expect(await asked(member)).toMatch(/Jumlah kelas/);
    await answerTo(telegram, telegram.sendText(admin, group, '/bahasa en'));
    expect(await asked(admin)).toMatch(/Classes:/);
  });
});

describe('commands in Indonesian', () => {
  it('do what their English names do, for whoever writes them', async () => {
    const { telegram, user, chat } = privateChatIn(await shared());
    const said = async (text: string): Promise<string> =>
      words(await answerTo(telegram, telegram.sendText(user, chat, text)));
    expect(await said('/bantuan')).toMatch(/Send a photo/);
    const sent = await telegram.sendPhoto(user, chat, await newPhoto());
    await answerTo(telegram, sent, 'sendPhoto');
    const after = telegram.calls.length;
    telegram.sendText(user, chat, '/jelaskan kucing', { replyTo: sent });
    expect(words(await answerTo(telegram, sent, 'sendPhoto', { after }))).toContain('<b>cat</b>');
    telegram.sendText(user, chat, '/prediksi', { replyTo: sent });
    expect(classesOf(await answerTo(telegram, sent, 'sendMessage', { after }))).toHaveLength(3);
  });
});

describe.skipIf(SHARES)('STATE_FILE', () => {
  it('keeps what chats have chosen over a restart, and nothing of a photo', async () => {
    const env = { MODEL: model, STATE_FILE: join(await newFolder(), 'state.json') };
    const { telegram, bot, user, chat } = await privateChatWith(env);
    await answerTo(telegram, await telegram.sendPhoto(user, chat, await newPhoto()), 'sendPhoto');
    await answerTo(telegram, telegram.sendText(user, chat, '/language id'));
    await bot.stop();
    const kept = await readFile(env.STATE_FILE, 'utf8');
    expect(kept).toContain('"language":"id"');
    expect(kept).not.toMatch(/AgAC|uniqueId|fileId/);
    await startBot(env, { telegram });
    expect(words(await answerTo(telegram, telegram.sendText(user, chat, '/help')))).toMatch(/Kirim satu foto/);
  });

  it('that makes no sense is set aside, and the operator reads where', async () => {
    const env = { MODEL: model, STATE_FILE: join(await newFolder(), 'state.json') };
    await writeFile(env.STATE_FILE, '{"version":1,"kept":{"settings":[["1",');
    const { telegram, bot, user, chat } = await privateChatWith(env);
    expect(words(await answerTo(telegram, telegram.sendText(user, chat, '/help')))).toMatch(/Send a photo/);
    expect(bot.lines.filter(({ msg }) => msg.includes('set aside'))).toHaveLength(1);
    expect(await readFile(`${env.STATE_FILE}.unreadable`, 'utf8')).toContain('"settings"');
  });

  it('that holds what no chat can choose is read for the rest', async () => {
    const env = { MODEL: model, STATE_FILE: join(await newFolder(), 'state.json') };
    const { telegram, bot, user, chat } = await privateChatWith({ MODEL: model });
    await bot.stop();
    const settings = [
      ['1', { language: 'xx' }],
      [String(chat.id), { language: 'id' }],
    ];
    await writeFile(env.STATE_FILE, JSON.stringify({ version: 1, kept: { settings } }));
    await startBot(env, { telegram });
    expect(words(await answerTo(telegram, telegram.sendText(user, chat, '/help')))).toMatch(/Kirim satu foto/);
  });
});
