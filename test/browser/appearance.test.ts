import type { Locator, Page } from 'playwright-core';
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

  it('fits a phone of 360 pixels: chat, album, compare view, panels and group', async () => {
    const chat = await demo.enter({ width: 360, height: 720, touch: true });
    const fits = async (part: Locator): Promise<void> => {
      const { x, y, width, height } = (await part.boundingBox()) ?? expect.fail('It is not shown.');
      expect([x >= 0, y >= 0, x + width <= 360, y + height <= 720]).toEqual([true, true, true, true]);
      expect(await overflow(chat.page)).toBe(0);
    };
    for (const example of await chat.examples.getByRole('button').all()) await fits(example);
    const thread = await chat.sendFiles([await examplePhoto(), await examplePhoto()]);
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }).first());
    await fits(chat.box);
    await (await thread.message(2)).getByRole('button', { name: 'Compare picture 1' }).tap();
    const view = chat.page.getByRole('dialog', { name: 'Photo and heatmap' });
    await view.getByRole('group', { name: 'Classes' }).getByRole('button').nth(9).waitFor();
    await view.getByText('Touch the picture to read').waitFor();
    expect(await view.getByText(/point/i).count()).toBe(0);
    await fits(view.getByRole('application', { name: "The map's numbers" }));
    await view.getByRole('button', { name: 'Close' }).tap();
    for (const panel of ['Break something', 'What the bot logs']) {
      await chat.button(panel).tap();
      const sheet = chat.page.getByRole('dialog', { name: panel });
      await fits(sheet);
      await sheet.getByRole('button', { name: 'Close' }).tap();
    }
    await chat.choose('Kelompok');
    await chat.page.getByText('Group settings').tap();
    await fits(chat.page.getByRole('switch', { name: 'Privacy mode' }));
    await fits(chat.page.getByRole('combobox', { name: 'Write as' }));
  });

  it.each(['light', 'dark'] as const)('is readable in %s', async (colorScheme) => {
    const chat = await demo.enter({ colorScheme });
    const thread = await chat.write('/help');
    const parts = [await thread.message(0), await thread.message(1), chat.page.getByRole('banner'), chat.examples];
    await chat.button('Break something').click();
    parts.push(chat.page.getByRole('dialog', { name: 'Break something' }));
    const texts = await Promise.all(parts.map((part) => part.getByText(/\S/).filter({ visible: true }).all()));
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
    await chat.page.getByRole('group', { name: 'Commands' }).waitFor();
    expect(await nameless(chat.page)).toEqual([]);
  });

  it('reads out what the bot says, whichever chat is open', async () => {
    const chat = await demo.enter();
    const live = chat.page.locator('[aria-live="polite"]');
    const thread = await chat.sendFiles([await examplePhoto()]);
    await live.getByText(/^Sorot: Heatmap: espresso/).waitFor({ state: 'attached' });
    await (await thread.message(2)).getByRole('button', { name: 'teacup' }).click();
    await chat.choose('Kelompok');
    await live.getByText(/^Sorot: Heatmap: (?!espresso)/).waitFor({ state: 'attached' });
  });
});
