import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { ChatKey, MessageView } from '../../src/demo/protocol.js';
import { useDemo } from '../support/demo.js';
import { OpenPage } from '../support/open-page.js';
import { heicStart, onePixelGif, photograph, SVG, TEXT } from '../support/pictures.js';

const demo = useDemo();

async function bytesAt(url: string): Promise<{ headers: Headers; bytes: Buffer }> {
  const response = await fetch(`${demo.page.address}${url}`);
  expect(response.status).toBe(200);
  return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
}

async function example(name: string): Promise<Buffer> {
  return (await bytesAt(`/examples/${name}.jpg`)).bytes;
}

/** What the bot has answered to a photo, and to no other that it still works on. */
function answersTo(photo: MessageView, chat: ChatKey = 'private'): MessageView[] {
  return demo.page.messages(chat).filter(({ from, replyTo }) => from.bot && replyTo === photo.id);
}

/** The bot's first two answers to a photo: what it sees, and why. */
async function answered(
  photo: MessageView,
  chat: ChatKey = 'private',
): Promise<[prediction: MessageView, heatmap: MessageView]> {
  await demo.page.until(() => answersTo(photo, chat).length >= 2);
  const [prediction, heatmap] = answersTo(photo, chat);
  if (prediction === undefined || heatmap === undefined) throw new Error('An answer is gone again.');
  return [prediction, heatmap];
}

describe('a newcomer', () => {
  it('finds a private chat, a group of three and a topic, with menus and a word about the bot', async () => {
    // The bot registers them once it receives updates.
    await demo.page.until(() => demo.page.state.bot.description !== '');
    const { bot, botState, groupSettings, faults, examples, private: alone, group, topic } = demo.page.state;
    expect([alone, group, topic].map(({ title, people }) => [title, people.map(({ name }) => name)])).toEqual([
      ['Sorot', ['Ayu']],
      ['Kelompok', ['Ayu', 'Budi', 'Citra']],
      ['Foto liburan', ['Ayu', 'Budi', 'Citra']],
    ]);
    expect(alone.menu.map(({ command }) => command)).toContain('status');
    expect(group.menu.map(({ command }) => command)).toContain('settings');
    expect(bot).toMatchObject({ username: 'sorot_bot', description: expect.stringMatching(/photo/) as unknown });
    expect([botState.state, groupSettings, faults]).toEqual([
      'ready',
      { privacy: true, botIsAdmin: false },
      { active: null, met: 0, unavailable: [] },
    ]);
    expect(examples.map(({ name }) => name)).toEqual(['cat', 'coffee', 'both', 'raccoon', 'galaxies']);
  });

  it.each([
    ['cat', 451, /(?:8|9)\d(\.\d)?% Egyptian cat\n/],
    ['coffee', 600, /9\d(\.\d)?% espresso\n/],
    ['both', 600, /^A cat — \d\d(\.\d)?%, not sure which/],
    ['raccoon', 1000, /^An animal — (?:8|9)\d(\.\d)?%, not sure which/],
    ['galaxies', 780, /^I’m not sure\..*I know 1,000 things/s],
  ])('is shown what the bot makes of the example %s', async (name, width, said) => {
    const url = demo.page.state.examples.find((each) => each.name === name)?.url ?? '';
    const { headers, bytes } = await bytesAt(url);
    expect(headers.get('content-type')).toBe('image/jpeg');
    expect((await sharp(bytes).metadata()).width).toBe(width);
    const last = demo.page.messages('private').at(-1)?.id ?? 0;
    await demo.page.post('/api/example', { chat: 'private', from: demo.page.person('Ayu'), name });
    const photo = await demo.page.message('private', ({ id, from }) => id > last && !from.bot);
    const [prediction] = await answered(photo);
    expect(prediction.text?.text).toMatch(said);
  });
});

describe('photos and files', () => {
  it('are answered with a prediction, and a heatmap that knows its photo', async () => {
    const photo = await demo.page.send('Ayu', 'private', [await photograph(1, 1600, 1200)], {
      caption: 'Look at this',
    });
    expect(photo).toMatchObject({ text: { text: 'Look at this' }, photo: { width: 1280, height: 960 } });
    const [prediction, heatmap] = await answered(photo);
    expect(prediction.buttons.flat().map(({ data }) => data)).toContainEqual(
      expect.stringMatching(/^why:[\w-]{10}:class:\d{1,3}$/),
    );
    expect(heatmap).toMatchObject({ explains: photo.id, photo: { width: 800, height: 600 } });
    const { headers, bytes } = await bytesAt(heatmap.photo?.url ?? '');
    expect(headers.get('content-type')).toBe('image/jpeg');
    expect(headers.get('cache-control')).toContain('immutable');
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 800, height: 600 });
  });

  it('stand as the camera was held', async () => {
    const turned = await sharp(await photograph(2, 640, 480))
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const photo = await demo.page.send('Ayu', 'private', [turned]);
    expect(photo.photo).toMatchObject({ width: 480, height: 640 });
  });

  it('become an album where they are several, whose heatmaps know their photos', async () => {
    const files = await Promise.all([3, 4, 5].map((seed) => photograph(seed)));
    const first = await demo.page.send('Ayu', 'private', files, { caption: 'Three' });
    const album = demo.page.messages('private').filter(({ album }) => album === first.album);
    expect(album.map(({ text }) => text?.text)).toEqual(['Three', undefined, undefined]);
    const heatmaps = (): MessageView[] =>
      demo.page.messages('private').filter(({ explains }) => explains !== undefined && explains >= first.id);
    await demo.page.until(() => heatmaps().length >= 3);
    expect(heatmaps().map(({ explains }) => explains)).toEqual(album.map(({ id }) => id));
  });

  it('keep every pixel where they go as files', async () => {
    const bytes = await photograph(6, 1700, 900);
    const sent = await demo.page.send('Ayu', 'private', [bytes], { as: 'file', fileName: '../../folder/a photo.jpg' });
    expect(sent.document).toMatchObject({ name: 'a photo.jpg', bytes: bytes.length, image: true });
    expect((await bytesAt(sent.document?.url ?? '')).bytes).toEqual(bytes);
    const [, heatmap] = await answered(sent);
    expect(heatmap.explains).toBe(sent.id);
  });

  it.each([
    ['a GIF', onePixelGif, true],
    ['a HEIC', heicStart, false],
    ['an SVG', () => SVG, false],
    ['a text', () => TEXT, false],
    ['a photo cut off in its header', async () => (await photograph(7)).subarray(0, 150), true],
    ['a photo cut off in the middle', async () => (await photograph(7, 1200, 900)).subarray(0, 9000), true],
  ] as const)('%s goes as a file even as a photo', async (_, bytes, image) => {
    const sent = await demo.page.send('Ayu', 'private', [await bytes()], { fileName: 'photo.jpg' });
    expect(sent.document).toMatchObject({ image });
    const { headers } = await bytesAt(sent.document?.url ?? '');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    if (image) return;
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toBe('attachment');
  });

  it('of both kinds go as photos first, then as files', async () => {
    const first = await demo.page.send('Ayu', 'private', [TEXT, await photograph(8), SVG], { caption: 'All of it' });
    await demo.page.until(() => demo.page.messages('private').filter(({ id }) => id >= first.id).length >= 3);
    const [photo, text, svg] = demo.page.messages('private').filter(({ id, from }) => id >= first.id && !from.bot);
    expect(photo).toMatchObject({ photo: expect.anything() as unknown, text: { text: 'All of it' } });
    expect([text?.document, svg?.document]).toEqual([expect.anything(), expect.anything()]);
    expect(text?.album).toBe(svg?.album);
  });
});

describe('buttons and replies', () => {
  it('a press is answered, and another heatmap of the same photo comes in the place of the first', async () => {
    const photo = await demo.page.send('Ayu', 'private', [await photograph(9)]);
    const [, heatmap] = await answered(photo);
    const data = heatmap.buttons.flat()[1]?.data ?? '';
    const press = { chat: 'private', from: demo.page.person('Ayu'), id: heatmap.id, data } as const;
    const { body } = await demo.page.post('/api/press', press);
    await demo.page.until(() => demo.page.state.answers.some(({ query }) => query === body.query));
    await demo.page.until(() => answersTo(photo)[1]?.photo?.url !== heatmap.photo?.url);
    expect(answersTo(photo)).toHaveLength(2);
    expect(answersTo(photo)[1]).toMatchObject({ explains: photo.id, photo: expect.anything() as unknown });
  });

  it('a heatmap in the group knows the photo that the command replied to, in the topic too', async () => {
    for (const chat of ['group', 'topic'] as const) {
      const photo = await demo.page.send('Budi', chat, [await photograph(10)]);
      const asked = await demo.page.write('Citra', chat, '/explain', photo.id);
      expect(asked.replyTo).toBe(photo.id);
      const heatmap = await demo.page.message(
        chat,
        ({ id, photo: picture, from }) => from.bot && id > asked.id && picture !== undefined,
      );
      expect(heatmap.explains).toBe(photo.id);
    }
  });

  it('a page that connects later is told the same', async () => {
    const later = await OpenPage.open(demo.page.address);
    for (const chat of ['private', 'group', 'topic'] as const) {
      expect(later.messages(chat)).toEqual(demo.page.messages(chat));
    }
    expect(later.state.log.some(({ text }) => text === 'connected to Telegram')).toBe(true);
    later.close();
  });
});

describe('the language of an app', () => {
  it('is what the bot speaks, and what its menu is in', async () => {
    const ayu = demo.page.person('Ayu');
    const english = demo.page.state.private.menu;
    await demo.page.post('/api/language', { person: ayu, language: 'id' });
    await demo.page.until(() => demo.page.state.private.people[0]?.language === 'id');
    const names = demo.page.state.private.menu.map(({ command }) => command);
    expect(names).toHaveLength(english.length);
    expect(names).toContain('jelaskan');
    expect(demo.page.state.private.menu).not.toEqual(english);
    expect(demo.page.state.bot.description).toMatch(/foto/);
    const asked = await demo.page.write('Ayu', 'private', '/model');
    expect((await demo.page.answerTo('private', asked)).text?.text).toMatch(/Jumlah kelas:/);
    await demo.page.post('/api/language', { person: ayu, language: 'en' });
    const again = await demo.page.write('Ayu', 'private', '/model');
    expect((await demo.page.answerTo('private', again)).text?.text).toMatch(/Classes:/);
  });
});

describe('in the group', () => {
  it('privacy mode and the rights of an admin decide what the bot sees', async () => {
    const { page } = demo;
    const auto = await page.write('Ayu', 'group', '/auto on');
    const refusal = await page.answerTo('group', auto);
    expect(refusal.text?.text).toMatch(/privacy|admin/i);
    await page.post('/api/group', { botIsAdmin: true });
    await page.until(() => page.state.groupSettings.botIsAdmin);
    const again = await page.write('Ayu', 'group', '/auto on');
    await page.answerTo('group', again);
    const photo = await page.send('Budi', 'group', [await photograph(11)]);
    await answered(photo, 'group');
    await page.post('/api/group', { botIsAdmin: false });
    await page.until(() => !page.state.groupSettings.botIsAdmin);
    await page.post('/api/group', { privacy: false });
    await page.until(() => !page.state.groupSettings.privacy);
    await answered(await page.send('Budi', 'group', [await photograph(12)]), 'group');
    await page.post('/api/group', { privacy: true });
    const unseen = await page.send('Budi', 'group', [await photograph(13)]);
    const asked = await page.write('Budi', 'group', '/model');
    await page.answerTo('group', asked);
    expect(page.messages('group').some(({ replyTo }) => replyTo === unseen.id)).toBe(false);
  });
});

/** The bytes of a picture that stands in its own address. */
function drawnIn(address: string): Buffer {
  const [, base64 = ''] = /^data:image\/jpeg;base64,(.+)$/.exec(address) ?? [];
  return Buffer.from(base64, 'base64');
}

describe("the map's numbers", () => {
  it('are those of the heatmap, for every class that has a map', async () => {
    const photo = await demo.page.send('Ayu', 'private', [await example('coffee')]);
    await answered(photo);
    const { body } = await demo.page.post('/api/map', { chat: 'private', photo: photo.id });
    const [kind, likeliest] = body.classes;
    expect(body.classes).toHaveLength(1 + 20);
    expect(kind).toMatchObject({ label: 'drink', names: { en: 'drink', id: 'minuman' } });
    expect(likeliest).toMatchObject({ label: 'espresso', names: { en: 'espresso', id: 'espresso' } });
    expect(likeliest?.probability).toBeGreaterThan(0.9);
    expect(kind?.probability).toBeGreaterThanOrEqual(likeliest?.probability ?? 1);
    const map = body.map ?? expect.fail('There is no map.');
    const whole = { left: 0, top: 0, width: 1, height: 1 };
    expect(body.label).toBe('espresso');
    expect(map).toMatchObject({ rows: 8, columns: 8, area: whole });
    expect([map.values.length, Math.max(...map.values), Math.min(...map.values) >= 0]).toEqual([64, 1, true]);
    expect(await sharp(drawnIn(map.picture)).metadata()).toMatchObject({ format: 'jpeg', width: 640, height: 427 });
    const other = await demo.page.post('/api/map', { chat: 'private', photo: photo.id, label: 'cangkir teh' });
    expect([other.status, other.body.label]).toEqual([200, 'teacup']);
    expect(other.body.map?.picture).not.toBe(map.picture);
    expect(other.body.map?.values).not.toEqual(map.values);
    expect(other.body.classes).toEqual(body.classes);
  });

  it('are there for a kind, and for a class beyond the likeliest, which is then listed', async () => {
    const photo = await demo.page.send('Ayu', 'private', [await example('both')]);
    await answered(photo);
    const asked = { chat: 'private', photo: photo.id } as const;
    const { body } = await demo.page.post('/api/map', asked);
    expect(body.classes.slice(0, 2).map(({ label }) => label)).toEqual(['cat', 'animal']);
    expect([body.label, body.map]).toMatchObject(['cat', { rows: 8, columns: 8 }]);
    const around = await demo.page.post('/api/map', { ...asked, label: 'hewan' });
    expect([around.body.label, around.body.map]).toEqual(['animal', expect.anything()]);
    const crane = await demo.page.post('/api/map', { ...asked, label: 'crane (bird)' });
    expect([crane.body.label, crane.body.map]).toEqual(['crane (bird)', expect.anything()]);
    expect(crane.body.classes.slice(0, -1)).toEqual(body.classes);
    expect(crane.body.classes.at(-1)).toMatchObject({ label: 'crane (bird)' });
  });

  it('leave no message in the chat', async () => {
    const photo = await demo.page.send('Ayu', 'private', [await example('both')]);
    await answered(photo);
    const before = answersTo(photo);
    for (const label of ['animal', 'tabby cat']) {
      const { status } = await demo.page.post('/api/map', { chat: 'private', photo: photo.id, label });
      expect(status).toBe(200);
    }
    const asked = await demo.page.write('Ayu', 'group', '/model');
    await demo.page.answerTo('group', asked);
    expect(answersTo(photo)).toEqual(before);
  });

  it('are not there for what is no photo, nor for a class that is none', async () => {
    const photo = await demo.page.send('Ayu', 'private', [await photograph(14)]);
    const asked = { chat: 'private', photo: photo.id } as const;
    expect(await demo.page.post('/api/map', { ...asked, label: 'unicorn' })).toMatchObject({
      status: 422,
      body: { error: 'no-map' },
    });
    const text = await demo.page.write('Ayu', 'group', 'Only words');
    expect((await demo.page.post('/api/map', { chat: 'group', photo: text.id })).body).toEqual({ error: 'no-map' });
    expect((await demo.page.post('/api/map', { chat: 'group', photo: 999_999 })).body).toEqual({ error: 'unknown' });
    const broken = await demo.page.send('Ayu', 'private', [TEXT], { as: 'file' });
    expect((await demo.page.post('/api/map', { chat: 'private', photo: broken.id })).body).toEqual({ error: 'no-map' });
  });
});
