import { expect, it } from 'vitest';
import { TEXT } from '../support/pictures.js';
import { describeInBrowser } from './browser.js';
import { loadedSize } from './chat.js';
import { useDemo } from './demo.js';
import { asFile, examplePhoto } from './photos.js';

describeInBrowser('the private chat', () => {
  const demo = useDemo();

  it('answers a picked photo with a prediction, then with its heatmap', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto()], { caption: 'Look at this' });
    const own = await thread.message(0);
    await own.getByText('Look at this').waitFor();
    expect((await loadedSize(own.getByRole('img', { name: 'Photo from Ayu' }))).width).toBeGreaterThan(100);
    const prediction = await thread.message(1);
    await prediction.getByText('%').waitFor();
    await prediction.getByRole('button', { name: /^Why .+\?$/ }).waitFor();
    const heatmap = await thread.message(2);
    await heatmap.getByRole('button', { name: /^✓ / }).waitFor();
    await heatmap.getByText('The yellow parts mattered most').waitFor();
    await heatmap.getByRole('button', { name: 'How to read this' }).click();
    await chat.page.getByText('some are always yellow').last().waitFor();
    expect((await loadedSize(heatmap.getByRole('img', { name: 'Heatmap from Sorot' }))).width).toBeGreaterThan(100);
    await heatmap.getByRole('button', { name: 'Compare' }).waitFor();
  });

  it.each(['drop', 'paste'] as const)('takes a photo that comes by %s', async (how) => {
    const chat = await demo.enter();
    await chat.bring([await examplePhoto()], how);
    const thread = await chat.thread(() => chat.send.click());
    await loadedSize((await thread.message(0)).getByRole('img', { name: 'Photo from Ayu' }));
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
  });

  it('lets go of a picked file before it is sent', async () => {
    const chat = await demo.enter();
    const [kept, dropped] = [await examplePhoto('kept.jpg'), await examplePhoto('dropped.jpg')];
    await chat.pick(kept, dropped);
    await chat.button('Remove dropped.jpg').click();
    await chat.button('Remove dropped.jpg').waitFor({ state: 'detached' });
    const thread = await chat.thread(() => chat.send.click());
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
    expect(await (await thread.message(0)).getByRole('img').count()).toBe(1);
  });

  it('answers an album with one message and an album of heatmaps', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto(), await examplePhoto(), await examplePhoto()]);
    expect(await (await thread.message(0)).getByRole('img', { name: 'Photo from Ayu' }).count()).toBe(3);
    const prediction = await thread.message(1);
    await prediction.getByText(/3\..*%/s).waitFor();
    const heatmaps = (await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' });
    await heatmaps.nth(2).waitFor();
    for (const heatmap of await heatmaps.all()) await loadedSize(heatmap);
    expect(await thread.count()).toBe(3);
  });

  it('answers a picture that is sent as a file', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto('from-camera.jpg')], { asFile: true });
    await (await thread.message(0)).getByRole('link', { name: /from-camera\.jpg/ }).waitFor();
    await (await thread.message(1)).getByText('%').waitFor();
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
  });

  it('says of a file that is no picture that it is none', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([asFile('notes.txt', 'text/plain', TEXT)]);
    await (await thread.message(0)).getByRole('link', { name: /notes\.txt/ }).waitFor();
    await (await thread.message(1)).getByText('This file isn’t a picture I can open.').waitFor();
  });

  it('explains another class at the press of its button, in the place of the first', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto()]);
    const heatmap = await thread.message(2);
    const other = heatmap.getByRole('button', { name: 'teacup' });
    await other.click();
    await heatmap.getByText(/teacup .*% · yellow mattered most/).waitFor();
    await heatmap.getByRole('button', { name: '✓ teacup' }).waitFor();
    await loadedSize(heatmap.getByRole('img', { name: 'Heatmap from Sorot' }));
    await chat.page.locator('.keyboard [aria-busy="true"]').waitFor({ state: 'detached' });
  });

  it('shows a person what an answer answers', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto()], { caption: 'The one that is answered' });
    await (await thread.message(1)).getByText(/^In reply to Ayu: .*The one that is answered/).waitFor();
    await thread.message(2);
    await chat.replyTo(await thread.message(0));
    await chat.page.getByText('Reply to Ayu', { exact: true }).waitFor();
    const asked = await chat.write('/explain 2');
    await (await asked.message(0)).getByText(/^In reply to Ayu: .*The one that is answered/).waitFor();
    await (await asked.message(1)).getByText(/teacup .*%/).waitFor();
  });

  it('has the examples at hand at any time, by keyboard too', async () => {
    const chat = await demo.enter();
    await (await chat.write('/help')).message(1);
    for (const image of await chat.examples.locator('img').all()) await loadedSize(image);
    const names = ['A cat', 'A cup of coffee', 'A coffee and a cat', 'A raccoon', 'Galaxies'];
    expect(await chat.examples.getByRole('button').allInnerTexts()).toEqual(names);
    await chat.button('A cat').focus();
    await chat.page.keyboard.press('Tab');
    const thread = await chat.thread(() => chat.page.keyboard.press('Enter'));
    await loadedSize((await thread.message(0)).getByRole('img', { name: 'Photo from Ayu' }));
    await (await thread.message(1)).getByText('espresso').first().waitFor();
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
  });

  it('sends an example as an answer once, where one was begun', async () => {
    const chat = await demo.enter();
    const thread = await chat.write('/help');
    await chat.replyTo(await thread.message(1));
    const send = (name: string) => chat.thread(() => chat.button(name).click());
    const first = await send('A raccoon');
    await (await first.message(0)).getByText(/^In reply to Sorot: /).waitFor();
    await (await first.message(1)).getByText('An animal — ').waitFor();
    await first.message(2);
    const second = await send('Galaxies');
    await (await second.message(0)).getByRole('img', { name: 'Photo from Ayu' }).waitFor();
    await (await second.message(1)).getByText('I’m not sure.').waitFor();
    expect(await (await second.message(0)).getByText(/^In reply to /).count()).toBe(0);
  });

  it('finds what the bot can do in the menu of commands', async () => {
    const chat = await demo.enter();
    await chat.box.focus();
    await chat.page.keyboard.type('/');
    const menu = chat.page.getByRole('group', { name: 'Commands' });
    for (const command of ['explain', 'predict', 'labels', 'settings', 'language', 'help', 'privacy']) {
      await menu.getByRole('button', { name: `/${command}` }).waitFor();
    }
    await chat.page.keyboard.type('pri');
    await menu.getByRole('button', { name: '/help' }).waitFor({ state: 'detached' });
    const thread = await chat.thread(() => chat.page.keyboard.press('Enter'));
    await (await thread.message(0)).getByText('/privacy').waitFor();
    await (await thread.message(1)).getByText('What happens to your photos').waitFor();
    await menu.waitFor({ state: 'detached' });
    await chat.page.keyboard.type('/');
    const second = await chat.thread(() => menu.getByRole('button', { name: '/model' }).press('Enter'));
    await (await second.message(1)).getByText('%').waitFor();
  });

  it('tells of a caption that Telegram would not take, and keeps it and its photo', async () => {
    const chat = await demo.enter({ expected: [/\/api\/files/] });
    await chat.pick(await examplePhoto('kept.jpg'));
    await chat.box.fill('x'.repeat(1025));
    await chat.send.click();
    await chat.page.getByRole('alert').getByText('1,024 characters').waitFor();
    expect(await chat.box.inputValue()).toHaveLength(1025);
    await chat.box.fill('x'.repeat(1024));
    const thread = await chat.thread(() => chat.send.click());
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
  });
});
