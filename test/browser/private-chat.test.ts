import type { Locator } from 'playwright-core';
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
    await prediction.getByText('imagenet-1000').waitFor();
    await prediction
      .getByRole('button', { name: /^Why .+\?$/ })
      .nth(2)
      .waitFor();
    const heatmap = await thread.message(2);
    await heatmap.getByText('Bright yellow spoke most for').waitFor();
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
    await prediction.getByText(/3\..*imagenet-1000/s).waitFor();
    const heatmaps = (await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' });
    await heatmaps.nth(2).waitFor();
    for (const heatmap of await heatmaps.all()) await loadedSize(heatmap);
    expect(await thread.count()).toBe(3);
  });

  it('answers a picture that is sent as a file', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto('from-camera.jpg')], { asFile: true });
    await (await thread.message(0)).getByRole('link', { name: /from-camera\.jpg/ }).waitFor();
    await (await thread.message(1)).getByText('imagenet-1000').waitFor();
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
  });

  it('says of a file that is no picture that it is none', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([asFile('notes.txt', 'text/plain', TEXT)]);
    await (await thread.message(0)).getByRole('link', { name: /notes\.txt/ }).waitFor();
    await (await thread.message(1)).getByText('This file is not a picture that can be opened here.').waitFor();
  });

  it('explains another class at the press of its button', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto()]);
    await thread.message(2);
    const why = (await thread.message(1)).getByRole('button', { name: /^Why .+\?$/ }).nth(1);
    const label = /^Why (.+)\?$/.exec(await why.innerText())?.[1] ?? expect.fail('The button names no class.');
    await why.click();
    const answer = await thread.message(3);
    await answer.getByText(`spoke most for “${label}”`).waitFor();
    await loadedSize(answer.getByRole('img', { name: 'Heatmap from Sorot' }));
    await why.and(chat.page.locator('[aria-busy="true"]')).waitFor({ state: 'detached' });
  });

  it('shows a person what an answer answers', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto()], { caption: 'The one that is answered' });
    await (
      await thread.message(1)
    )
      .getByRole('button', { name: /^In reply to Ayu: .*The one that is answered/ })
      .waitFor();
    await thread.message(2);
    await chat.replyTo(await thread.message(0));
    await chat.page.getByText('Reply to Ayu', { exact: true }).waitFor();
    const asked = await chat.write('/explain 2');
    await (
      await asked.message(0)
    )
      .getByRole('button', { name: /^In reply to Ayu: .*The one that is answered/ })
      .waitFor();
    await (await asked.message(1)).getByText('spoke most for “teacup”').waitFor();
  });

  it('has the examples at hand at any time, by keyboard too', async () => {
    const chat = await demo.enter();
    await (await chat.write('/help')).message(1);
    const opener = chat.button('Example pictures');
    const picker = chat.examples;
    const focused = (found: Locator): Promise<void> => found.and(chat.page.locator(':focus')).waitFor();
    await opener.focus();
    await chat.page.keyboard.press('Enter');
    for (const image of await picker.locator('img').all()) await loadedSize(image);
    expect(await picker.getByRole('button').allInnerTexts()).toEqual([
      'A cat',
      'A cup of coffee',
      'A coffee and a cat',
      'A raccoon',
      'Galaxies',
    ]);
    await focused(picker.getByRole('button', { name: 'A cat' }));
    await chat.page.keyboard.press('Escape');
    await picker.waitFor({ state: 'hidden' });
    await focused(opener);

    await chat.page.keyboard.press('Enter');
    await picker.waitFor();
    await chat.page.keyboard.press('Tab');
    const thread = await chat.thread(() => chat.page.keyboard.press('Enter'));
    await picker.waitFor({ state: 'hidden' });
    await focused(opener);
    await loadedSize((await thread.message(0)).getByRole('img', { name: 'Photo from Ayu' }));
    await (await thread.message(1)).getByText('espresso').first().waitFor();
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
  });

  it('sends an example as an answer once, where one was begun', async () => {
    const chat = await demo.enter();
    const thread = await chat.write('/help');
    await chat.replyTo(await thread.message(1));
    const send = (name: string) =>
      chat.thread(async () => {
        await chat.button('Example pictures').click();
        await chat.examples.getByRole('button', { name }).click();
      });
    const first = await send('A raccoon');
    await (await first.message(0)).getByRole('button', { name: /^In reply to Sorot: / }).waitFor();
    await (await first.message(1)).getByText('An animal — ').waitFor();
    await first.message(2);
    const second = await send('Galaxies');
    await (await second.message(0)).getByRole('img', { name: 'Photo from Ayu' }).waitFor();
    await (await second.message(1)).getByText('I’m not sure.').waitFor();
    expect(await (await second.message(0)).getByRole('button', { name: /^In reply to / }).count()).toBe(0);
  });

  it('lets people edit and delete what they wrote', async () => {
    const chat = await demo.enter();
    const thread = await chat.write('Helo');
    const own = await thread.message(0);
    await (await chat.actions(own)).getByRole('menuitem', { name: 'Edit' }).click();
    await chat.page.getByText('Edit message', { exact: true }).waitFor();
    expect(await chat.box.inputValue()).toBe('Helo');
    await chat.box.fill('Hello there');
    await chat.box.press('Enter');
    await own.getByText('Hello there').waitFor();
    await thread.message(1);
    const before = await chat.messages.count();
    await (await chat.actions(own)).getByRole('menuitem', { name: 'Delete' }).click();
    await (await thread.message(0)).getByText('Deleted message').waitFor();
    expect(await chat.page.getByText('Hello there').count()).toBe(0);
    expect(await chat.messages.count()).toBe(before - 1);
  });

  it('finds what the bot can do in the menu of commands', async () => {
    const chat = await demo.enter();
    await chat.box.focus();
    await chat.page.keyboard.type('/');
    const menu = chat.page.getByRole('listbox', { name: 'Commands' });
    for (const command of ['explain', 'predict', 'labels', 'language', 'heatmap', 'help', 'privacy']) {
      await menu.getByRole('option', { name: `/${command}` }).waitFor();
    }
    await chat.page.keyboard.type('pri');
    await menu.getByRole('option', { name: '/help' }).waitFor({ state: 'detached' });
    const thread = await chat.thread(() => chat.page.keyboard.press('Enter'));
    await (await thread.message(0)).getByText('/privacy').waitFor();
    await (await thread.message(1)).getByText('What happens to your photos').waitFor();
    await menu.waitFor({ state: 'hidden' });
  });

  it('draws a placeholder where a picture does not load, and loads it again when asked', async () => {
    const chat = await demo.enter({ expected: [/\/files\//] });
    await chat.page.route('**/files/**', (route) => route.abort());
    const thread = await chat.sendFiles([await examplePhoto()]);
    const heatmap = await thread.message(2);
    await heatmap.getByText('The picture could not be loaded.').waitFor();
    await chat.page.unroute('**/files/**');
    await heatmap.getByRole('button', { name: 'Load again' }).click();
    await loadedSize(heatmap.getByRole('img', { name: 'Heatmap from Sorot' }));
    await heatmap.getByText('The picture could not be loaded.').waitFor({ state: 'detached' });
  });

  it('enlarges photos, and goes from one to the next by keyboard', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto()]);
    const [own] = [await thread.message(0), await thread.message(2)];
    const small = own.getByRole('button', { name: /^Enlarge the photo/ });
    await small.click();
    const viewer = chat.page.getByRole('dialog', { name: 'Photo', exact: true });
    await loadedSize(viewer.getByRole('img', { name: 'Photo from Ayu' }));
    await chat.page.keyboard.press('ArrowRight');
    await loadedSize(viewer.getByRole('img', { name: 'Heatmap from Sorot' }));
    await viewer.getByRole('button', { name: 'Previous picture' }).click();
    await loadedSize(viewer.getByRole('img', { name: 'Photo from Ayu' }));
    await chat.page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
    expect(await small.evaluate((button: { matches(selector: string): boolean }) => button.matches(':focus'))).toBe(
      true,
    );
  });
});
