import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.js';
import { loadedSize } from './chat.js';
import type { ChatPage } from './chat.js';
import { useDemo } from './demo.js';
import { examplePhoto } from './photos.js';

describeInBrowser('a fault', () => {
  const demo = useDemo();

  /** Switches a fault on, or off after it was met, and waits until the bot runs as it is to. */
  async function setFault(chat: ChatPage, title: string, on: boolean): Promise<void> {
    await chat.button('Break something').click();
    const panel = chat.page.getByRole('dialog', { name: 'Break something' });
    if (!on) await panel.getByText(/^Met (?:once|\d+ times)$/).waitFor();
    await panel.getByRole('switch', { name: title }).click();
    await panel.getByRole('switch', { name: title, checked: on }).waitFor();
    await panel.getByRole('button', { name: 'Close' }).click();
    await chat.page.getByText('The bot is restarting').waitFor({ state: 'hidden' });
  }

  async function sendAndExpect(chat: ChatPage, words: string | RegExp): Promise<void> {
    const thread = await chat.sendFiles([await examplePhoto()]);
    await (await thread.message(1)).getByText('%').waitFor();
    await (await thread.message(2)).getByText(words).waitFor();
  }

  async function sendAndSeeHeatmap(chat: ChatPage): Promise<void> {
    const thread = await chat.sendFiles([await examplePhoto()]);
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
  }

  it.each([
    ['Heatmaps off', 'the operator has switched heatmaps off for this whole bot'],
    ['Crash in mid-work', 'something broke while drawing it; it works again now'],
  ])('"%s" costs the heatmap only, and passes: "%s"', async (title, sentence) => {
    const chat = await demo.enter();
    await setFault(chat, title, true);
    await sendAndExpect(chat, sentence);
    await setFault(chat, title, false);
    await sendAndSeeHeatmap(chat);
  });

  it('"Telegram says: slow down" is waited out', async () => {
    const chat = await demo.enter();
    await setFault(chat, 'Telegram says: slow down', true);
    await sendAndSeeHeatmap(chat);
    await setFault(chat, 'Telegram says: slow down', false);
  });

  it('is explained, and the log, which opens at its end, tells of it', async () => {
    const chat = await demo.enter();
    await setFault(chat, 'Heatmaps off', true);
    await chat.button('Break something').click();
    const faults = chat.page.getByRole('dialog', { name: 'Break something' });
    for (const heading of ['You should see', 'If you run a bot'])
      await faults.getByRole('heading', { name: heading }).waitFor();
    await sendAndExpect(chat, 'the operator has switched heatmaps off for this whole bot');
    await chat.button('What the bot logs').click();
    await faults.waitFor({ state: 'detached' });
    const lines = chat.page.getByRole('list', { name: 'Log lines' });
    const last = lines.getByText(/no heatmap/).last();
    await last.waitFor();
    const bottom = ({ y, height }: { readonly y: number; readonly height: number }): number => y + height;
    const isInView = async (found: Locator): Promise<boolean> => {
      const [inner, outer] = [await found.boundingBox(), await lines.boundingBox()];
      // Lists are scrolled by whole pixels, lines are not as high as that.
      return inner !== null && outer !== null && inner.y >= outer.y && bottom(inner) < bottom(outer) + 1;
    };
    expect(await isInView(lines.getByRole('listitem').last())).toBe(true);
    expect(await isInView(lines.getByRole('listitem').first())).toBe(false);
    await chat.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await setFault(chat, 'Heatmaps off', false);
  });

  it('that holds a heatmap back shows that a press is answered at once, which goes when the heatmap comes', async () => {
    const chat = await demo.enter();
    await setFault(chat, 'Telegram says: slow down', true);
    const thread = await chat.sendFiles([await examplePhoto()]);
    const heatmap = await thread.message(2);
    const notice = chat.page.getByRole('alert');
    await heatmap.getByRole('button', { name: 'teacup' }).click();
    await notice.waitFor();
    await heatmap.getByRole('button', { name: '✓ teacup' }).waitFor();
    await loadedSize(heatmap.getByRole('img', { name: 'Heatmap from Sorot' }));
    expect(await notice.count()).toBe(0);
    await setFault(chat, 'Telegram says: slow down', false);
  });

  it('"File is gone" is said of the photo, and the next one works', async () => {
    const chat = await demo.enter();
    await setFault(chat, 'File is gone', true);
    const thread = await chat.sendFiles([await examplePhoto()]);
    await (await thread.message(1)).getByText('I no longer have this photo. Send it again.').waitFor();
    await setFault(chat, 'File is gone', false);
    await sendAndSeeHeatmap(chat);
  });
});
