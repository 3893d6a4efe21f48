import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { whyData } from '../../src/bot/callback-data.js';
import type { LocalTelegram, Message, User } from 'local-telegram';
import { likeliestClasses } from '../../src/vision/model/answer.js';
import { nameOf } from '../../src/vision/model/classifier.js';
import { startBot } from '../support/bot.js';
import type { RunningBot, World } from '../support/bot.js';
import {
  answerTo,
  buttonsOf,
  LABELS,
  messageOf,
  repliesTo,
  said,
  sendSticker,
  sizeOf,
  smallModel,
  uploaded,
  words,
} from '../support/conversation.js';
import { heicStart, photograph, unseen } from '../support/pictures.js';
import { sharedBot } from '../support/shared-bot.js';
import { engineModule } from '../support/sorot.js';
import type { Engine } from '../../src/vision/engine.js';

const model = await smallModel();
const shared = sharedBot(() => ({ MODEL: model }));

/** What the model says without the bot. */
let engine: Engine;

beforeAll(async () => {
  engine = await engineModule.Engine.start({ name: 'tested', model });
});

afterAll(() => engine.close());

let photo: Buffer;

beforeEach(async () => {
  photo = unseen(await photograph(1, 1280, 960));
});

/** What the model says of the bytes that the bot fetched. */
async function predicted(bytes: Uint8Array): Promise<string[]> {
  const { probabilities } = await engine.predict(engineModule.photoOf(bytes));
  return likeliestClasses(probabilities, 3).map((likely) => nameOf(engine.classifier, likely));
}

async function privateChat(world: Promise<World> = shared()) {
  const { telegram, bot } = await world;
  const user = telegram.addUser({ languageCode: 'en' });
  return { telegram, bot, user, chat: telegram.privateChat(user) };
}

describe('a photo in a private chat', () => {
  it('is answered with the prediction, then with the heatmap, both as replies to it', async () => {
    const { telegram, user, chat } = await privateChat();
    const sent = await telegram.sendPhoto(user, chat, photo);
    const prediction = await answerTo(telegram, sent);
    const heatmap = await answerTo(telegram, sent, 'sendPhoto');

    const fetched = telegram.calls.find(({ method }) => method === 'getFile')?.payload['file_id'] as string;
    const [first = '', second = '', third = ''] = await predicted(telegram.fileBytes(fetched));
    const text = words(prediction);
    expect(text).toContain(`<b>${first}</b>`);
    expect(text.indexOf(second)).toBeGreaterThan(text.indexOf(first));
    expect(text.indexOf(third)).toBeGreaterThan(text.indexOf(second));
    expect(text.match(/\d+(\.\d)?%/g)).toHaveLength(3);
    expect(text).toContain('▰');
    expect(buttonsOf(prediction).map(({ text }) => text)).toEqual([`Why ${first}?`, '👍', '👎']);
    expect(buttonsOf(heatmap).map(({ text }) => text)).toEqual([`✓ ${first}`, second, third, 'How to read this']);

    expect(words(heatmap)).toContain(first);
    expect(words(heatmap)).toMatch(/\d%/);
    const picture = uploaded(heatmap);
    expect(picture && (await sizeOf(picture))).toEqual({ width: 800, height: 600, format: 'jpeg' });
    expect(telegram.calls.indexOf(heatmap)).toBeGreaterThan(telegram.calls.indexOf(prediction));
  });

  it('has its heatmap in the colours of COLOUR_MAP', async () => {
    const drawn = async (world: Promise<World>): Promise<Uint8Array | null> => {
      const { telegram, user, chat } = await privateChat(world);
      return uploaded(await answerTo(telegram, await telegram.sendPhoto(user, chat, photo), 'sendPhoto'));
    };
    const usual = await drawn(shared());
    expect(usual).not.toBeNull();
    expect(await drawn(startBot({ MODEL: model }))).toEqual(usual);
    expect(await drawn(startBot({ MODEL: model, COLOUR_MAP: 'magma' }))).not.toEqual(usual);
  });

  it('shows what is being done where it takes a while', async () => {
    const { telegram, user, chat } = await privateChat();
    const releases: (() => void)[] = [];
    for (const method of ['file', 'sendPhoto']) {
      telegram.fault({ method, kind: { hold: new Promise<void>((resolve) => releases.push(resolve)) } });
    }
    await telegram.sendPhoto(user, chat, photo);
    await telegram.waitForCall('sendChatAction', ({ payload }) => payload['action'] === 'typing');
    // Telegram shows it for five seconds; a longer wait has it renewed.
    await telegram.waitUntil(() => telegram.calls.filter(({ method }) => method === 'sendChatAction').length >= 2);
    expect(said(telegram)).toEqual([]);
    releases[0]?.();
    await telegram.waitForCall('sendChatAction', ({ payload }) => payload['action'] === 'upload_photo');
    releases[1]?.();
    await telegram.waitForCall('sendPhoto');
  });

  it('keeps the picture as it was turned and in its own shape', async () => {
    const { telegram, user, chat } = await privateChat();
    const portrait = await sharp(await photograph(3, 600, 400))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const sent = telegram.sendDocument(user, chat, portrait, { fileName: 'turned.jpg', mimeType: 'image/jpeg' });
    const heatmap = await answerTo(telegram, sent, 'sendPhoto');
    const picture = uploaded(heatmap);
    const { width, height } = await sizeOf(picture ?? new Uint8Array());
    expect(width / height).toBeCloseTo(400 / 600, 2);
  });

  it.each(['jpeg', 'png', 'webp', 'avif', 'tiff', 'gif'] as const)('is taken as a %s file too', async (format) => {
    const { telegram, user, chat } = await privateChat();
    const bytes = await sharp(await photograph(2))
      .toFormat(format)
      .toBuffer();
    const sent = telegram.sendDocument(user, chat, bytes, { fileName: `a.${format}`, mimeType: `image/${format}` });
    const [first = ''] = await predicted(bytes);
    expect(words(await answerTo(telegram, sent))).toContain(`<b>${first}</b>`);
    await answerTo(telegram, sent, 'sendPhoto');
  });

  it('is taken as a sticker, one that moves is not', async () => {
    const { telegram, user, chat } = await privateChat();
    const bytes = await sharp(await photograph(2, 512, 512))
      .webp()
      .toBuffer();
    const still = sendSticker(telegram, user, chat, bytes);
    await answerTo(telegram, still, 'sendPhoto');
    const moving = sendSticker(telegram, user, chat, bytes, { animated: true });
    expect(words(await answerTo(telegram, moving))).toMatch(/sticker moves/);
  });

  it('in HEIC, a video and a document are refused with advice', async () => {
    const { telegram, user, chat } = await privateChat();
    const named = telegram.sendDocument(user, chat, heicStart(), { fileName: 'a.heic', mimeType: 'image/heic' });
    expect(words(await answerTo(telegram, named))).toMatch(/HEIC.*as a photo rather than as a file/);
    const unnamed = telegram.sendDocument(user, chat, heicStart(), { fileName: 'a.jpg', mimeType: 'image/jpeg' });
    expect(words(await answerTo(telegram, unnamed))).toMatch(/couldn’t open.*HEIC/);
    const text = telegram.sendDocument(user, chat, Buffer.from('words'), {
      fileName: 'a.pdf',
      mimeType: 'application/pdf',
    });
    expect(words(await answerTo(telegram, text))).toMatch(/isn’t a picture/);
    const file = telegram.addFile(Buffer.from('moving'), 'a.mp4');
    const video = telegram.sendOther(user, chat, {
      video: { ...file, width: 10, height: 10, duration: 1 },
    });
    expect(words(await answerTo(telegram, video))).toMatch(/video/);
    expect(telegram.calls.filter(({ method }) => method === 'getFile')).toHaveLength(1);
  });

  it.each(['video', 'animation', 'video_note'] as const)(
    'is the preview frame of a %s, which is said',
    async (kind) => {
      const { telegram, user, chat } = await privateChat();
      const frame = unseen(await photograph(4, 320, 240));
      const thumbnail = { ...telegram.addFile(frame, 'frame.jpg'), width: 320, height: 240 };
      const document = { ...telegram.addFile(Buffer.from('moving'), 'a.mp4'), thumbnail };
      const moving = {
        ...document,
        ...(kind === 'video_note' ? { length: 384 } : { width: 1280, height: 960 }),
        duration: 1,
      };
      // An animation has its file in both.
      const content: object = { [kind]: moving, ...(kind === 'animation' && { document }) };
      const sent = telegram.sendOther(user, chat, content);
      const [first = ''] = await predicted(frame);
      const text = words(await answerTo(telegram, sent));
      expect(text).toContain(`<b>${first}</b>`);
      expect(text.split('\n')).toContain('I can only see the preview frame of a video.');
      const heatmap = uploaded(await answerTo(telegram, sent, 'sendPhoto'));
      expect(await sizeOf(heatmap ?? new Uint8Array())).toMatchObject({ width: 640, height: 480 });
      const fetched = telegram.calls
        .filter(({ method }) => method === 'getFile')
        .map(({ payload }) => payload['file_id']);
      expect(fetched).toContain(thumbnail.file_id);
      expect(fetched).not.toContain(document.file_id);
    },
  );

  it('in HEIC is answered by its preview where it has one, which is said in Indonesian too', async () => {
    const { telegram } = await shared();
    const user = telegram.addUser({ languageCode: 'id' });
    const preview = unseen(await photograph(4, 320, 240));
    const thumbnail = { ...telegram.addFile(preview, 'preview.jpg'), width: 320, height: 240 };
    const document = { ...telegram.addFile(heicStart(), 'a.heic'), mime_type: 'image/heic', thumbnail };
    const sent = telegram.sendOther(user, telegram.privateChat(user), { document });
    const lines = words(await answerTo(telegram, sent)).split('\n');
    expect(lines).toContain('Dari foto HEIC, saya hanya bisa melihat pratinjaunya yang kecil.');
    await answerTo(telegram, sent, 'sendPhoto');
  });

  it('is answered where it was forwarded', async () => {
    const { telegram, user, chat } = await privateChat();
    const author = telegram.addUser();
    const original = await telegram.sendPhoto(author, telegram.privateChat(author), photo);
    const forwarded = telegram.sendOther(user, chat, {
      ...(original.photo !== undefined && { photo: original.photo }),
      ...{ forward_origin: { type: 'user', sender_user: author, date: original.date } },
    });
    await answerTo(telegram, forwarded);
    await answerTo(telegram, forwarded, 'sendPhoto');
  });

  it('too large for bots is refused with advice', async () => {
    const { telegram, user, chat } = await privateChat();
    const size = 25 * 2 ** 20;
    const sent = telegram.sendDocument(user, chat, photo, { fileName: 'a.jpg', mimeType: 'image/jpeg', size });
    expect(words(await answerTo(telegram, sent))).toMatch(/too large.*as a photo rather than as a file/);
  });

  it('below the model’s threshold is answered with "not sure" and what the model knows', async () => {
    const unsure = await smallModel({ threshold: 1 });
    const { telegram } = await startBot({ MODEL: unsure });
    const user = telegram.addUser({ languageCode: 'en' });
    const sent = await telegram.sendPhoto(user, telegram.privateChat(user), photo);
    const text = words(await answerTo(telegram, sent));
    expect(text).toMatch(/^I’m not sure/);
    for (const { en } of LABELS) expect(text).toContain(en);
  });
});

describe('why', () => {
  async function answered(world?: Promise<World>): Promise<{
    telegram: LocalTelegram;
    bot: RunningBot;
    user: User;
    sent: Message;
    second: string;
    data: string;
    messageId: Message;
  }> {
    const { telegram, bot, user, chat } = await privateChat(world);
    // Where no heatmap follows, the prediction offers all of them.
    await answerTo(telegram, telegram.sendText(user, chat, '/heatmap off'));
    const sent = await telegram.sendPhoto(user, chat, photo);
    const prediction = await answerTo(telegram, sent);
    const button = buttonsOf(prediction)[1];
    return {
      telegram,
      bot,
      user,
      sent,
      second: button?.text.replace(/^Why (.*)\?$/, '$1') ?? '',
      data: button?.callback_data ?? '',
      messageId: messageOf(prediction),
    };
  }

  it('is answered at the press of a button, with the heatmap of that class', async () => {
    const { telegram, user, sent, second, data, messageId } = await answered();
    const after = telegram.calls.length;
    telegram.pressButton(user, messageId, data);
    await telegram.waitForCall('answerCallbackQuery');
    const heatmap = await answerTo(telegram, sent, 'sendPhoto', { after });
    expect(words(heatmap)).toContain(second);
  });

  it('is answered once where the button is pressed twice', async () => {
    const { telegram, user, sent, data, messageId } = await answered();
    const after = telegram.calls.length;
    let release = (): void => undefined;
    telegram.fault({ method: 'sendPhoto', kind: { hold: new Promise<void>((resolve) => (release = resolve)) } });
    telegram.pressButton(user, messageId, data);
    telegram.pressButton(user, messageId, data);
    await telegram.waitUntil(
      () => telegram.calls.filter(({ method }) => method === 'answerCallbackQuery').length === 2,
    );
    release();
    await answerTo(telegram, sent, 'sendPhoto', { after });
    // A further answer shows that nothing else was waiting before it.
    telegram.sendText(user, sent.chat, '/privacy');
    await telegram.waitForCall('sendMessage', (call) => words(call).includes('memory'), { after });
    expect(telegram.calls.slice(after).filter(({ method }) => method === 'sendPhoto')).toHaveLength(1);
  });

  it('is answered after a restart too, from the message that the button’s message replies to', async () => {
    const { telegram, bot, user, sent, second, data, messageId } = await answered(startBot({ MODEL: model }));
    await bot.stop();
    await startBot({ MODEL: model }, { telegram });
    const after = telegram.calls.length;
    telegram.pressButton(user, messageId, data);
    const heatmap = await answerTo(telegram, sent, 'sendPhoto', { after });
    expect(words(heatmap)).toContain(second);
    expect(repliesTo(heatmap)).toBe(sent.message_id);
  });

  it('is answered with a word where the photo is gone', async () => {
    const { telegram, user, chat } = await privateChat();
    const stray = telegram.sendText(user, chat, 'hello');
    const answer = await answerTo(telegram, stray);
    telegram.pressButton(user, messageOf(answer), whyData(engine.fingerprint, { type: 'class', index: 0 }));
    const call = await telegram.waitForCall('answerCallbackQuery');
    expect(call.payload['text']).toMatch(/no longer have this photo/);
  });
});

describe('a photo seen before', () => {
  it('is computed once, and its heatmap is sent by its file id', async () => {
    const { telegram, bot, user, chat } = await privateChat(startBot({ MODEL: model }));
    const first = await telegram.sendPhoto(user, chat, photo);
    const heatmap = messageOf(await answerTo(telegram, first, 'sendPhoto'));
    const second = await telegram.sendPhoto(user, chat, photo);
    await answerTo(telegram, second);
    const again = await answerTo(telegram, second, 'sendPhoto');
    expect(again.payload['photo']).toBe(heatmap.photo?.at(-1)?.file_id);

    const after = telegram.calls.length;
    telegram.sendText(user, chat, '/explain', { replyTo: first });
    const third = await answerTo(telegram, first, 'sendPhoto', { after });
    expect(third.payload['photo']).toBe(heatmap.photo?.at(-1)?.file_id);

    expect(telegram.calls.filter(({ method }) => method === 'getFile')).toHaveLength(1);
    expect(await bot.metric('sorot_predictions_total{outcome="ok"}')).toBe(1);
    expect(await bot.metric('sorot_heatmaps_total{outcome="ok"}')).toBe(1);
    expect(await bot.metric('sorot_heatmaps_total{outcome="resent"}')).toBe(2);
  });

  it('whose heatmap Telegram has lost is explained anew', async () => {
    const { telegram, user, chat } = await privateChat();
    const first = await telegram.sendPhoto(user, chat, photo);
    await answerTo(telegram, first, 'sendPhoto');
    telegram.fault({
      method: 'sendPhoto',
      kind: { status: 400, description: 'Bad Request: wrong file identifier/HTTP URL specified' },
      match: (payload) => typeof payload['photo'] === 'string',
    });
    const second = await telegram.sendPhoto(user, chat, photo);
    expect(uploaded(await answerTo(telegram, second, 'sendPhoto'))).not.toBeNull();
  });
});
