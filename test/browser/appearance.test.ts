import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.js';
import { loadedSize } from './chat.js';
import { contrastOf } from './contrast.js';
import { useDemo } from './demo.js';
import { examplePhoto } from './photos.js';

/** Controls, pictures and dialogs that a screen reader would read out without a name, as they stand in its view. */
async function nameless(page: Page): Promise<string[]> {
  const seen = await page.locator('body').ariaSnapshot();
  const roles =
    'button|link|textbox|searchbox|combobox|checkbox|radio|radiogroup|switch|slider|option|listbox|menuitem|menu|img|dialog|alertdialog|navigation|tab|application';
  return seen.split('\n').filter((line) => new RegExp(`^\\s*- (?:${roles})(?: \\[[^\\]]*\\])*:?$`).test(line));
}

function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

describeInBrowser('the page', () => {
  const demo = useDemo();

  it('fits a phone of 360 pixels, list and chat', async () => {
    const chat = await demo.enter({ width: 360, height: 720 });
    const list = chat.page.getByRole('navigation', { name: 'Chats' });
    await list.waitFor();
    expect(await chat.box.isVisible()).toBe(false);
    expect(await overflow(chat.page)).toBe(0);
    await chat.chat('Sorot').click();
    await chat.button('Example pictures').click();
    for (const example of await chat.examples.getByRole('button').all()) {
      const { x, y, width: across, height: down } = (await example.boundingBox()) ?? expect.fail('It is not shown.');
      expect([x >= 0, y >= 0, x + across <= 360, y + down <= 720]).toEqual([true, true, true, true]);
    }
    expect(await overflow(chat.page)).toBe(0);
    await chat.page.keyboard.press('Escape');
    const thread = await chat.sendFiles([await examplePhoto(), await examplePhoto()]);
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }).first());
    expect(await list.isVisible()).toBe(false);
    expect(await overflow(chat.page)).toBe(0);
    await (await thread.message(2)).getByRole('button', { name: 'Compare picture 1' }).click();
    const view = chat.page.getByRole('dialog', { name: 'Photo and heatmap' });
    await view.getByRole('group', { name: 'Classes' }).getByRole('button').nth(9).waitFor();
    expect(await overflow(chat.page)).toBe(0);
    await view.getByRole('button', { name: 'Close' }).click();
    await chat.page.getByRole('link', { name: 'Back to the chats' }).click();
    await chat.chat('Kelompok').click();
    await chat.button('Group settings').click();
    await chat.page.getByRole('switch', { name: 'Privacy mode' }).waitFor();
    expect(await overflow(chat.page)).toBe(0);
  });

  it.each(['light', 'dark'] as const)('is readable in %s', async (colorScheme) => {
    const chat = await demo.enter({ colorScheme });
    const thread = await chat.write('/help');
    const messages = [await thread.message(0), await thread.message(1)];
    await chat.button('Example pictures').click();
    await chat.examples.waitFor();
    const parts = [...messages, chat.examples];
    const texts = await Promise.all(parts.map((part) => part.getByText(/\S/).all()));
    expect(texts.flat().length).toBeGreaterThan(4);
    for (const text of texts.flat()) {
      const { ratio, behind } = await contrastOf(text);
      expect.soft(ratio, await text.innerText()).toBeGreaterThanOrEqual(4.5);
      expect.soft(behind > 0.4, await text.innerText()).toBe(colorScheme === 'light');
    }
  });

  it('has a name for everything that is pressed, picked or seen', async () => {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto()]);
    const heatmap = await thread.message(2);
    await loadedSize(heatmap.getByRole('img'));
    expect(await nameless(chat.page)).toEqual([]);

    await chat.button('Example pictures').click();
    await chat.examples.waitFor();
    expect(await nameless(chat.page)).toEqual([]);
    await chat.page.keyboard.press('Escape');

    await heatmap.getByRole('button', { name: /^Enlarge the photo/ }).click();
    await chat.page.getByRole('dialog', { name: 'Photo', exact: true }).waitFor();
    expect(await nameless(chat.page)).toEqual([]);
    await chat.page.keyboard.press('Escape');

    await heatmap.getByRole('button', { name: 'Compare' }).click();
    await chat.page.getByRole('group', { name: 'Classes' }).getByRole('button').nth(9).waitFor();
    expect(await nameless(chat.page)).toEqual([]);
    await chat.page.keyboard.press('Escape');

    for (const panel of ['Break something', 'What the bot logs']) {
      await chat.button(panel).click();
      await chat.page.getByRole('dialog', { name: panel }).waitFor();
      expect(await nameless(chat.page)).toEqual([]);
      await chat.page.keyboard.press('Escape');
    }

    await chat.choose('Kelompok');
    await chat.pick(await examplePhoto());
    expect(await nameless(chat.page)).toEqual([]);
    await chat.button(/^Remove /).click();
    await chat.box.fill('/');
    await chat.page.getByRole('listbox', { name: 'Commands' }).waitFor();
    expect(await nameless(chat.page)).toEqual([]);
  });
});
