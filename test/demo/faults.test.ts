import { describe, expect, it } from 'vitest';
import type { FaultName, MessageView } from '../../src/demo/protocol.js';
import { smallModel } from '../support/conversation.js';
import { useDemo } from '../support/demo.js';
import { photograph } from '../support/pictures.js';
import { HAS_PROC } from '../support/processes.js';

// Every fault has the bot started anew, which takes half as long with a small model.
const demo = useDemo({ MODEL: await smallModel() });

let seed = 0;

/** A photo that the bot has not seen, sent by Ayu in her private chat. */
async function newPhoto(): Promise<MessageView> {
  seed += 1;
  return demo.page.send('Ayu', 'private', [await photograph(seed, 1200, 900)]);
}

function answersTo(photo: MessageView): MessageView[] {
  return demo.page.messages('private').filter(({ from, replyTo }) => from.bot && replyTo === photo.id);
}

/** The bot's answers to a photo, as soon as there are so many. */
async function answers(photo: MessageView, many = 2): Promise<MessageView[]> {
  await demo.page.until(() => answersTo(photo).length >= many);
  return answersTo(photo);
}

async function switchTo(name: FaultName | null): Promise<void> {
  expect(await demo.page.post('/api/fault', { name })).toEqual({ status: 200, body: {} });
  await demo.page.until(() => demo.page.state.faults.active === name && demo.page.state.botState.state === 'ready');
}

/** The next photo gets its prediction and its heatmap. */
async function nextPhotoWorks(): Promise<void> {
  const photo = await newPhoto();
  const [prediction, heatmap] = await answers(photo);
  expect(prediction?.buttons.length).toBeGreaterThan(0);
  expect(heatmap).toMatchObject({ explains: photo.id, photo: expect.anything() as unknown });
}

describe.runIf(HAS_PROC)('a heatmap that fails leaves the prediction', () => {
  it.each([
    ['crash', 3, /^No heatmap: .*broke while drawing/],
    ['deadline', 1, /^No heatmap: .*too long/],
    ['memory', 3, /^No heatmap: .*memory/],
    ['off', 2, /^No heatmap: .*switched heatmaps off/],
  ] as const)(
    'with %s, of a photo sent before too, and the next works once that is off',
    async (name, times, sentence) => {
      const known = await photograph(500, 1200, 900);
      await answers(await demo.page.send('Ayu', 'private', [known]));
      const before = demo.page.messages('private');
      await switchTo(name);
      // The bot was started anew for it.
      expect(demo.page.messages('private')).toEqual(before);
      for (let met = 1; met <= times; met++) {
        const [prediction, unavailable] = await answers(await newPhoto());
        expect(prediction?.text?.text).toMatch(/%/);
        expect(unavailable?.text?.text).toMatch(sentence);
        expect(unavailable?.photo).toBeUndefined();
        await demo.page.until(() => demo.page.state.faults.met === met);
      }
      const again = await demo.page.send('Ayu', 'private', [known]);
      expect((await answers(again)).at(-1)?.text?.text).toMatch(sentence);
      await switchTo(null);
      expect(demo.page.state.faults.met).toBe(0);
      await nextPhotoWorks();
    },
  );

  it('with crash, where a button asks for it, and where an album does', async () => {
    const photo = await newPhoto();
    const [, first] = await answers(photo);
    await switchTo('crash');
    const press = async (button: number): Promise<void> => {
      const shown = answersTo(photo)[1];
      const data = shown?.buttons.flat()[button]?.data ?? '';
      await demo.page.post('/api/press', { chat: 'private', from: demo.page.person('Ayu'), id: shown?.id ?? 0, data });
    };
    // The bot was started anew with the fault: it has to predict the photo once more, and is left alone while it does.
    await press(1);
    await demo.page.until(() => answersTo(photo)[1]?.photo?.url !== first?.photo?.url);
    await press(0);
    const unavailable = (await answers(photo, 3)).at(-1);
    expect(unavailable?.text?.text).toMatch(/broke while/);
    const album = await demo.page.send('Ayu', 'private', [await photograph(101), await photograph(102)]);
    const [, heatmap, missing] = await answers(album, 3);
    expect(heatmap?.photo).toBeDefined();
    expect(missing?.text?.text).toMatch(/photo 1: .*broke/i);
    await switchTo(null);
    await nextPhotoWorks();
  });
});

describe('Telegram itself', () => {
  it('asks to wait, and the heatmap comes all the same', async () => {
    await switchTo('rate-limit');
    await nextPhotoWorks();
    expect(demo.page.state.faults.met).toBe(1);
    await nextPhotoWorks();
    expect(demo.page.state.faults.met).toBe(2);
    await switchTo(null);
  });

  it('is slow with a file: the bot shows that it is at work, and the answer comes later', async () => {
    await switchTo('slow-file');
    await nextPhotoWorks();
    expect(demo.page.events.some((told) => told.private?.doing === 'typing')).toBe(true);
    expect(demo.page.state.private.doing).toBe(null);
    expect(demo.page.state.faults.met).toBe(1);
    await switchTo(null);
  });

  it('has the file no more, not that of a photo that the bot knows either, and the bot says so', async () => {
    const known = await photograph(500, 1200, 900);
    await answers(await demo.page.send('Ayu', 'private', [known]));
    await switchTo('file-gone');
    for (const photo of [await newPhoto(), await demo.page.send('Ayu', 'private', [known])]) {
      const [sentence] = await answers(photo, 1);
      expect(sentence?.text?.text).toMatch(/no longer have this photo/);
    }
    await demo.page.until(() => demo.page.state.faults.met >= 2);
    await switchTo(null);
    await nextPhotoWorks();
  });

  it('cannot be reached for a while, and answers what was sent then', async () => {
    await switchTo('unreachable');
    const photo = await newPhoto();
    await demo.page.until(() => demo.page.state.faults.met > 1);
    let early: MessageView[] = [];
    await demo.page.until(() => {
      early = answersTo(photo);
      return demo.page.state.faults.active === null;
    });
    expect(early).toEqual([]);
    const [, heatmap] = await answers(photo);
    expect(heatmap?.photo).toBeDefined();
  });
});

describe('the switches', () => {
  it('do not take a second fault while one is being switched', async () => {
    const first = demo.page.post('/api/fault', { name: 'off' });
    await demo.page.until(() => demo.page.state.botState.state === 'restarting');
    expect(await demo.page.post('/api/fault', { name: 'memory' })).toEqual({ status: 409, body: { error: 'busy' } });
    expect((await first).status).toBe(200);
    const before = demo.page.messages('private');
    await switchTo('slow-file');
    await switchTo(null);
    // The bot was started anew for them.
    expect(demo.page.messages('private')).toEqual(before);
    await nextPhotoWorks();
  });
});
